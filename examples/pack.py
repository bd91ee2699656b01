"""Train an example where it learns, and zip it: python examples/pack.py NAME --public PUBLIC --out NAME.zip

The zip is what a team would upload: `submission.py` at its root, everything it needs beside it. The same example and
data give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.files import folder_digest, read_file, sha256, write_whole

EXAMPLES = Path(__file__).resolve().parent
NAMES = ("constant", "lexicon", "linear", "slow_linear", "compact", "broken", "crash_late")
BASES = {"slow_linear": "linear", "compact": "linear"}
"""Examples that are another one with a different submission.py: each zip holds it all, the repository holds it once."""


def pack_example(name: str, public: Path, out: Path, cache: Path | None = None) -> Path:
    """Write the zip of one example.

    Args:
        name: one of `NAMES`.
        public: the public data, with train/ and dev/; needed by the examples that learn.
        out: the zip to write.
        cache: folder for trained weights, `weights` beside `out` when not given; the same code and data train once.

    Returns:
        `out`.

    Raises:
        OrganizerFault: E233 (no such example, training failed), E201 (no public data), E232 (cannot write).

    """
    if name not in NAMES:
        raise OrganizerFault("E233", name, "no such example", f"Choose one of {', '.join(NAMES)}.")
    files = source_files(name)
    if "train.py" in files:
        files |= trained_weights(files, public, cache or out.parent / "weights")
    write_whole(out, zip_bytes(files))
    return out


def source_files(name: str) -> dict[str, bytes]:
    """The Python files of an example by name, on top of those of its base."""
    base = source_files(BASES[name]) if name in BASES else {}
    return base | {path.name: read_file(path) for path in sorted((EXAMPLES / name).glob("*.py"))}


def trained_weights(files: dict[str, bytes], public: Path, cache: Path) -> dict[str, bytes]:
    """What train.py of these files writes, from the cache or by running it in a folder of its own."""
    learning = {name: sha256(data) for name, data in files.items() if name != "submission.py"}
    key = sha256(json.dumps([public_digest(public), sorted(learning.items())]).encode())[:16]
    kept = cache / key
    if not kept.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            folder = Path(scratch)
            for name in learning:
                (folder / name).write_bytes(files[name])
            run_training(folder, public)
            (folder / "weights").rename(kept)  # at once: a half-written cache is never read
    return {f"weights/{path.name}": read_file(path) for path in sorted(kept.iterdir())}


def public_digest(public: Path) -> str:
    """What tells this public data from other data."""
    if not (public / "train" / "inputs").is_dir():
        raise OrganizerFault("E201", str(public), "no train/inputs", "Make it with `competition prepare`.")
    summaries = [public / split / "dataset.json" for split in ("train", "dev")]
    if not all(path.exists() for path in summaries):
        return folder_digest(public)
    return sha256(b"".join(read_file(path) for path in summaries))  # they hold the digest of every file


def run_training(folder: Path, public: Path) -> None:
    """Run train.py in its folder.

    Raises:
        OrganizerFault: E233 with the last line of what it printed.

    """
    command = [sys.executable, str(folder / "train.py"), str(public.resolve())]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode != 0:
        last = (run.stdout.strip().splitlines() or ["no output"])[-1]
        raise OrganizerFault("E233", "train.py", last, "Run it by hand to see all of its output.")


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """A zip with sorted names and a fixed date, so that the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description="Train an example where it learns, and zip it as a team would.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--public", type=Path, required=True, help="the public data, with train/ and dev/")
    parser.add_argument("--out", type=Path, help="the zip; dist/submissions/NAME.zip when not given")
    options = parser.parse_args()
    out = options.out or EXAMPLES.parent / "dist" / "submissions" / f"{options.name}.zip"
    try:
        pack_example(options.name, options.public, out)
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
