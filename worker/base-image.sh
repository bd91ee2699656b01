#!/usr/bin/env bash
# A base image without a registry: Debian 12 (its python3 is 3.11) by debootstrap, handed to the engine by import.
#
#   worker/base-image.sh [TAG]      needs root, Docker or Podman's docker command, and the package debootstrap
#
# Does nothing where TAG exists. The mirror is the one that apt uses here; DEBIAN_MIRROR names another. EXTRA_PACKAGES:
# further Debian packages, with commas; `g++,python3-dev` is what torch.compile needs (worker/README.md).
set -euo pipefail

tag=${1:-competition-base:bookworm}
suite=bookworm

fail() {
    echo "base-image: $1" >&2
    exit 1
}

# The first Debian archive in apt's own lists, in either of their two formats.
mirror() {
    local codename
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-$suite}")
    # Some of them do not exist, and awk stops early: neither is an error.
    { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null || true; } |
        awk -v wanted=" $suite $codename " '
            function known(name) { return index(wanted, " " name " ") > 0 }
            $1 == "deb" { sub(/\[[^]]*\]/, ""); if (known($3) && $4 == "main") { print $2; exit } }
            $1 == "URIs:" { uri = $2 }
            $1 == "Suites:" { for (i = 2; i <= NF; i++) if (known($i)) { print uri; exit } }'
}

if docker image inspect "$tag" >/dev/null 2>&1; then
    echo "$tag exists"
    exit 0
fi
[ "$(id -u)" = 0 ] || fail "debootstrap needs root"
command -v debootstrap >/dev/null || fail "install the package debootstrap"
mirror=${DEBIAN_MIRROR:-$(mirror)}
[ -n "$mirror" ] || fail "apt's lists name no Debian archive; set DEBIAN_MIRROR"

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
debootstrap --variant=minbase --include="python3,python3-venv${EXTRA_PACKAGES:+,$EXTRA_PACKAGES}" "$suite" "$work/root" "$mirror" >"$work/log" 2>&1 ||
    { tail -n 20 "$work/log" >&2 && fail "debootstrap failed"; }
rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/doc/*
tar --numeric-owner -C "$work/root" -c . | docker import - "$tag" >/dev/null
echo "$tag made"
