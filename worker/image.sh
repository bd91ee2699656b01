#!/usr/bin/env bash
# Build the competition image without network inside the build: this machine's pip and Python fetch everything first.
#
#   worker/image.sh [TAG]                      for rehearsals of any build: no guard, no torch
#   WITH_TORCH=1 WITH_MODELS=1 GUARD=dist/worker worker/image.sh NAME       for the contest
#
# BASE_IMAGE, WITH_TORCH, WITH_MODELS   as in worker/Dockerfile; the base of WITH_TORCH=1 is one with a compiler
# GUARD    a worker folder: the image starts only the programs of its builds; empty: no entry point
# PYTHON   whose pip and huggingface_hub fetch; default .venv/bin/python
set -euo pipefail
cd "$(dirname "$0")/.."

tag=${1:-xtreme-competition:local}
python=${PYTHON:-.venv/bin/python}
with_torch=${WITH_TORCH:-0}
with_models=${WITH_MODELS:-0}
guard=${GUARD:-}
base=competition-base:bookworm
requirements=(cryptography numpy nvidia-ml-py==13.615.71 pyyaml zstandard)
if [ "$with_torch" = 1 ]; then
    base=competition-base:bookworm-team
    requirements+=(-r requirements/team.in)
fi
base=${BASE_IMAGE:-$base}
arguments=(--build-arg "BASE_IMAGE=$base" --build-arg "WITH_TORCH=$with_torch" --build-arg "WITH_MODELS=$with_models")
arguments+=(--build-arg "GUARD=$([ -n "$guard" ] && echo 1 || echo 0)")

fail() {
    echo "image: $1" >&2
    exit 1
}

[ "$with_models" != 1 ] || [ "$with_torch" = 1 ] || fail "WITH_MODELS=1 needs WITH_TORCH=1"

rm -rf build/guard
mkdir -p build/guard
if [ -n "$guard" ]; then
    for file in "$guard"/*/worker.json; do
        [ -f "$file" ] || fail "no BUNDLE/worker.json in $guard"
        cp "$file" "build/guard/$(basename "$(dirname "$file")").json"
    done
fi

# Models that are complete are not fetched again; those that models.toml no longer names are removed.
if [ "$with_models" = 1 ]; then
    HF_HUB_OFFLINE=0 "$python" -m organizer.base_models worker/models.toml build/models
fi

# Only what this image needs: then the layer that installs it is found in the cache.
rm -rf build/wheels
mkdir -p build/wheels
# pip reads markers for the Python that runs it; the image has 3.11 whatever runs here.
grep -hv "python_full_version >= '3.12'" requirements/lock.txt requirements/team.txt | sed 's/ *;.*//' \
    >build/constraints-image.txt
platforms=()
for libc in manylinux_2_34 manylinux_2_28 manylinux_2_27 manylinux_2_26 manylinux_2_24 manylinux_2_17 manylinux2014; do
    platforms+=(--platform "${libc}_$(uname -m)")
done
"$python" -m pip download -q --disable-pip-version-check -d build/wheels -c build/constraints-image.txt \
    --only-binary=:all: --python-version 3.11 --implementation cp "${platforms[@]}" "${requirements[@]}"
docker build -q -f worker/Dockerfile -t "$tag" "${arguments[@]}" \
    --build-arg "PIP_OPTIONS=--no-index --find-links /wheels" .
