#!/usr/bin/env bash
# Write requirements/team.txt: exact versions of requirements/team.in and of all that it needs, on Python 3.11 and Linux.
#
#   worker/team-lock.sh      PYTHON: a Python 3.11 with pip; default .venv/bin/python
#
# pip resolves without installing. Versions of requirements/lock.txt hold, so that both lists fit into one environment.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || {
    echo "team-lock: $python is not Python 3.11, which the image has" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -v "python_full_version >= '3.12'" requirements/lock.txt | sed 's/ *;.*//' >"$work/constraints.txt"
# The index's own build of PyTorch needs the CUDA libraries; a CPU wheel that pip finds elsewhere here would hide them.
PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS="" "$python" -m pip install -q --disable-pip-version-check --dry-run \
    --ignore-installed --report "$work/report.json" -c "$work/constraints.txt" -r requirements/team.in \
    cryptography numpy pyyaml zstandard
"$python" - "$work/report.json" >"$work/team.txt" <<'END'
import json, sys

rows = {}
for item in json.load(open(sys.argv[1]))["install"]:
    metadata = item["metadata"]
    rows[metadata["name"].lower().replace("_", "-")] = metadata["version"].split("+")[0]
print("# Exact versions of team.in and of all that it needs, for Python 3.11 on Linux: the CUDA build of PyTorch and the CPU")
print("# build alike (the nvidia-*, cuda-* and triton lines bind the former only). Made by worker/team-lock.sh.")
for name, version in sorted(rows.items()):
    print(f"{name}=={version}")
END
mv "$work/team.txt" requirements/team.txt
