#!/usr/bin/env bash
# Build the competition image without network inside the build: this machine's pip fetches the wheels first.
#
#   worker/image.sh [TAG]      BASE_IMAGE, WITH_TORCH and TORCH_PACKAGES as in worker/Dockerfile; PIP: which pip
set -euo pipefail
cd "$(dirname "$0")/.."

tag=${1:-xtreme-competition:local}
base=${BASE_IMAGE:-competition-base:bookworm}
pip=${PIP:-.venv/bin/pip}
with_torch=${WITH_TORCH:-0}
packages="cryptography numpy pyyaml zstandard"
arguments=(--build-arg "BASE_IMAGE=$base" --build-arg "WITH_TORCH=$with_torch")
if [ "$with_torch" = 1 ]; then
    torch=${TORCH_PACKAGES:-$(sed -n 's/^ARG TORCH_PACKAGES="\(.*\)"$/\1/p' worker/Dockerfile)}
    packages="$packages $torch"
    arguments+=(--build-arg "TORCH_PACKAGES=$torch")
fi

# Only what this image needs: then the layer that installs it is found in the cache.
rm -rf build/wheels
mkdir -p build/wheels
# pip reads markers for the Python that runs it; the image has 3.11 whatever runs here.
grep -v "python_full_version >= '3.12'" requirements/lock.txt | sed 's/ *;.*//' >build/constraints-image.txt
platforms=()
for libc in manylinux_2_34 manylinux_2_28 manylinux_2_27 manylinux_2_26 manylinux_2_24 manylinux_2_17 manylinux2014; do
    platforms+=(--platform "${libc}_$(uname -m)")
done
# shellcheck disable=SC2086 # a list of words
"$pip" download -q --disable-pip-version-check -d build/wheels -c build/constraints-image.txt \
    --only-binary=:all: --python-version 3.11 --implementation cp "${platforms[@]}" $packages
docker build -q -f worker/Dockerfile -t "$tag" "${arguments[@]}" \
    --build-arg "PIP_OPTIONS=--no-index --find-links /wheels" .
