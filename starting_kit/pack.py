"""Zip a submission, run it as the platform will, and keep the zip only if it passes.

    python pack.py                                   # the baseline with the model in run/model
    python pack.py --model none                      # the baseline's code alone, which answers by rules
    python pack.py --folder my_submission --out my.zip

The zip is judged by the worker's and by ingestion's own rules, with their codes, and then evaluated on the public data.
Weights travel in the zip: nothing is fetched where it runs.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import tracker
from evaluate import evaluate, extract, limits  # first: it finds the platform's programs

from ingestion_program.folder import ENTRY, METADATA, judge
from xtreme_tasks.faults import Fault, OrganizerFault, TeamFault, printable
from xtreme_tasks.files import whole_file

HERE = Path(__file__).resolve().parent
CODE = (ENTRY, "features.py", "inference.py", "iob2.py", "model.py", "overlap.py", "packed.py")
"""The baseline's modules that answer; those that train stay at home."""
NO_MODEL = "none"
DESCRIPTION = b"description: packed by the starting kit\n"
"""A metadata file without a command: with it the platform does not copy the weights into the run's results."""
CACHES = frozenset({"__pycache__", "__MACOSX", "checkpoints", "mlruns", "node_modules", "venv"})
CACHE_FILES = ("*.pyc", "*.part", "checkpoint*.pt", "optimizer*.pt", "events.out.tfevents.*", "Thumbs.db")
EPOCH = (1980, 1, 1, 0, 0, 0)
STORED = frozenset({".safetensors", ".gz", ".zip", ".npz", ".png", ".xz", ".zst"})
"""Nothing is won by compressing these, and every worker would have to inflate them."""


@dataclasses.dataclass(frozen=True)
class Found:
    """Files by their name in the zip, and what stays out."""

    files: Mapping[str, Path]
    left_out: Sequence[str]


def baseline(model: Path | None) -> Found:
    """The kit's code that answers, with a trained model.

    Raises:
        OrganizerFault: E201 if the model is not one that train.py wrote.

    """
    files = {name: HERE / name for name in CODE}
    if model is None:
        return Found(files, ())
    if not (model / "heads.json").is_file():
        hint = "Run train.py first, or name its folder with --model FOLDER."
        raise OrganizerFault("E201", str(model), "there is no trained model", hint)
    inside = collect(model)
    return Found(files | {f"model/{name}": path for name, path in inside.files.items()}, inside.left_out)


def collect(folder: Path, without: Collection[Path] = ()) -> Found:
    """Every file of a folder but caches, checkpoints and hidden ones, and but these paths.

    Raises:
        OrganizerFault: E233 if it is no folder.
        TeamFault: E104 for a link, E105 for a name that no zip can hold.

    """
    if not folder.is_dir():
        raise OrganizerFault("E233", str(folder), "no such folder", "Name the folder that holds submission.py.")
    files: dict[str, Path] = {}
    left: list[str] = []
    out = {place for path in without for place in (path.resolve(), path.parent.resolve() / path.name)}
    todo, root = [folder], folder.resolve()
    while todo:
        for path in sorted(todo.pop().iterdir()):
            name = path.relative_to(folder).as_posix()
            cache = path.name in CACHES or any(path.match(rule) for rule in CACHE_FILES)
            if path.name.startswith(".") or cache or root / name in out:
                left.append(name)
            elif not is_text(name):
                raise TeamFault("E105", printable(name), "the name is not UTF-8")
            elif path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise TeamFault("E104", name)
            elif path.is_dir():
                todo.append(path)
            else:
                files[name] = path
    return Found(dict(sorted(files.items())), sorted(left))


def is_text(name: str) -> bool:
    """Whether a name is made of characters; Linux lets names be any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def pack(found: Found, out: Path, public: Path | None, results: Path, tasks: list[str], languages: list[str]) -> int:
    """Write the zip beside its place, judge it, evaluate it, and rename it; returns the exit code.

    Args:
        found: what goes in.
        out: the zip; an old one stays where the new one does not pass.
        public: public data to evaluate on; None: judge only.
        results: receives what evaluate.py writes.
        tasks, languages: of the evaluation; all where empty.

    Raises:
        TeamFault: E101 to E105, as on the platform.
        OrganizerFault: E201, E207, E232, E233 where a folder has the zip's name.

    """
    if out.is_dir():
        raise OrganizerFault("E233", str(out), "a folder has the zip's name", "Name a file with --out.")
    weigh(found.files)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".pack-") as temporary:
        made, extracted = Path(temporary, out.name), Path(temporary, "extracted")
        write(found.files, made)
        count, size = inspect(made, extracted)
        code = evaluate(extracted, public, results, tasks, languages, name=out.name) if public else 0
        if code == 0:
            made.replace(out)
    for name in found.left_out:
        print(f"left out: {name}")
    if code:
        print(f"not written: {out}; mend what is said above", file=sys.stderr)
        return code
    print(f"{out}: {in_words(out.stat().st_size)}, {in_words(size)} extracted, {count} files")
    return 0


def in_words(size: int) -> str:
    """Bytes for people: `412 B`, `3.0 KiB`, `711.5 MiB`."""
    if size < 1 << 10:
        return f"{size} B"
    return f"{size / 2**10:.1f} KiB" if size < 1 << 20 else f"{size / 2**20:.1f} MiB"


def weigh(files: Mapping[str, Path]) -> None:
    """Refuse what is too much before it is compressed, which takes minutes.

    Raises:
        TeamFault: E103, as on the platform.

    """
    most = limits()
    mib = sum(path.stat().st_size for path in files.values()) / 2**20
    if len(files) > most.files:
        raise TeamFault("E103", detail=f"{len(files)} files, at most {most.files}")
    if mib > most.submission_mib:
        largest = max(files, key=lambda name: files[name].stat().st_size)
        raise TeamFault("E103", largest, detail=f"{mib:.0f} MiB in all, at most {most.submission_mib}")


def write(files: Mapping[str, Path], path: Path) -> None:
    """A zip with sorted names and a fixed date, so the same files give the same bytes.

    Raises:
        OrganizerFault: E232; nothing is left half written.

    """
    with whole_file(path) as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, source in files.items():
            stored = source.suffix in STORED
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3  # Unix, whatever machine packs
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            entry.file_size = source.stat().st_size  # or zipfile could not tell whether it needs 64 bits
            with source.open("rb") as data, archive.open(entry, "w") as target:
                while block := data.read(1 << 20):
                    target.write(block)
        if not any(name in files for name in METADATA):
            entry = zipfile.ZipInfo(METADATA[-1], EPOCH)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, DESCRIPTION)


def inspect(path: Path, folder: Path) -> tuple[int, int]:
    """Judge a zip as the worker and then ingestion do, extracting it; returns how many files it holds, and their bytes.

    Raises:
        TeamFault: E101 to E105.

    """
    extract(path, folder)
    judge(folder, limits())
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return len(sizes), sum(sizes)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments; every fault is one line."""
    parser = argparse.ArgumentParser(description="Zip a submission and check it as the platform will.")
    parser.add_argument("--model", default="run/model", help="folder that train.py wrote, or none")
    parser.add_argument("--folder", type=Path, help="a submission of your own instead of the baseline")
    parser.add_argument("--out", type=Path, default=Path("submission.zip"))
    parser.add_argument("--public", type=Path, default=Path("public_data"))
    parser.add_argument("--results", type=Path, default=Path("results"), help="for what evaluate.py writes")
    parser.add_argument("--tasks", default="", help="evaluate these only, like xnli,panx")
    parser.add_argument("--languages", default="", help="evaluate these only, like en,de")
    parser.add_argument("--no-evaluate", action="store_true", help="judge the zip only, run nothing")
    given = parser.parse_args(arguments)
    tasks, languages = ([word for word in text.split(",") if word] for text in (given.tasks, given.languages))
    try:
        model = None if given.model == NO_MODEL else Path(given.model)
        # Packed from within its own folder, a zip must not hold the one before it, or what was run and logged.
        made = (given.out, given.results, given.public, tracker.folder())
        found = collect(given.folder, made) if given.folder else baseline(model)
        public = None if given.no_evaluate else given.public
        return pack(found, given.out, public, given.results, tasks, languages)
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
