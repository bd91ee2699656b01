"""What must never be committed: large files, private keys, prepared labels. A pre-commit hook and a test use it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 500_000
SECRETS = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----|\"keys\":\{\"(?:input|record)\":\"[0-9a-f]{128}\"")


def tracked(root: Path = ROOT) -> list[Path]:
    """Files that git tracks or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE).stdout.decode().split("\0")
    return [root / name for name in listed if name and (root / name).is_file()]


def problems(files: list[Path]) -> list[str]:
    """One line for each file that must not be in the repository."""
    found = []
    for path in files:
        data = path.read_bytes()
        if len(data) > LARGEST:
            found.append(f"{path}: {len(data)} bytes, the limit is {LARGEST}")
        if path.suffix == ".key" or path.name == "keys.json" or SECRETS.search(data):
            found.append(f"{path}: a key")
    return found


if __name__ == "__main__":
    lines = problems(tracked())
    print("\n".join(lines))
    sys.exit(1 if lines else 0)
