"""A team's zip: made from a folder where one is given, and put in place as the worker does."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import yaml

from organizer.build.archive import folder_files, write_zip
from organizer.check.tree import ZIP_FAULTS
from xtreme_tasks.faults import OrganizerFault

# What Python's extraction raises on damaged, encrypted and contradictory zips.


def as_zip(submission: Path, temporary: Path) -> Path:
    """The submission as a zip: a zip, even a damaged one, is taken as it is, a folder is packed.

    Raises:
        OrganizerFault: E233 if it is neither, or a folder whose training was not run.

    """
    if submission.is_dir():
        if _reads_weights(submission) and not (submission / "weights").is_dir():
            hint = f"Run: python {submission}/train.py data/prepared/public"
            raise OrganizerFault("E233", str(submission), "its weights are missing", hint)
        path = temporary / "submission.zip"
        write_zip(path, folder_files(submission))
        return path
    if not submission.is_file() or (submission.suffix != ".zip" and not _is_zip(submission)):
        raise OrganizerFault("E233", str(submission), "neither a zip nor a folder", "Name a submission.")
    return submission


def _is_zip(path: Path) -> bool:
    try:
        return zipfile.is_zipfile(path)
    except zipfile.BadZipFile:  # a zip in several parts, says Python; to extract it says so again
        return True


def extract(archive: Path, folder: Path) -> None:
    """Extract the zip as the worker does: Python's own extraction, which keeps names inside the folder.

    Raises:
        OrganizerFault: E201 if it cannot be read; the platform marks such a submission Failed.

    """
    folder.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
    except ZIP_FAULTS as error:
        raise OrganizerFault("E201", archive.name, f"cannot be extracted: {error}") from None


def place(program: Path, output: Path) -> str | None:
    """What the worker does with a team's folder before ingestion runs.

    Without a metadata file the whole folder is copied into the output.

    Returns:
        The command in the team's metadata, which the worker runs in a second container; None if there is none.

    """
    metadata = _metadata(program)
    if metadata is None:
        shutil.copytree(program, output, symlinks=True)
        return None
    output.mkdir()
    return _command(metadata)


def program_command(program: Path) -> str:
    """The command of an organizer's program, as its metadata names it.

    Raises:
        OrganizerFault: E231 if there is none.

    """
    metadata = _metadata(program)
    command = _command(metadata) if metadata is not None else None
    if command is None:
        raise OrganizerFault("E231", f"{program.name}/metadata.yaml", "no command")
    return command


def _metadata(program: Path) -> Path | None:
    candidates = (program / name for name in ("metadata.yaml", "metadata"))
    return next((path for path in candidates if path.is_file()), None)


def _command(metadata: Path) -> str | None:
    try:
        values = yaml.safe_load(metadata.read_bytes())
    # PyYAML's constructors raise whatever a wrong value makes int, bool or a date raise.
    except (yaml.YAMLError, ValueError, RecursionError, LookupError, AttributeError, TypeError, OverflowError):
        return None
    command = values.get("command") if isinstance(values, dict) else None
    return str(command) if command else None


def _reads_weights(submission: Path) -> bool:
    """Whether a training writes what the answers need; the starting kit has a training, too, but answers without it."""
    code = submission / "submission.py"
    return (submission / "train.py").is_file() and code.is_file() and b"weights" in code.read_bytes()
