"""The team's folder: judged before anything of it runs. Ingestion never sees the zip, only what was extracted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from xtreme_tasks.faults import OrganizerFault, TeamFault
from xtreme_tasks.files import folder_digest
from xtreme_tasks.settings import Limits

ENTRY = "submission.py"
METADATA = ("metadata", "metadata.yaml")
MAX_METADATA_BYTES = 1 << 16
MAX_DEPTH = 64
MAX_SOURCE_BYTES = 1 << 22


@dataclass(frozen=True)
class TeamFolder:
    """A folder that may run.

    Attributes:
        root: where it is.
        lines: number of lines of each Python file, by relative path: what a fault's place may name. Counted before
            anything ran, because later a file may be whatever the team's code made of it.
        digest: `folder_digest`.

    """

    root: Path
    lines: Mapping[str, int]
    digest: str

    def place(self, file: object, line: object) -> str:
        """`FILE line N` if an untrusted report names a file of this folder and a line in it; else empty."""
        known = isinstance(file, str) and type(line) is int and 1 <= line <= self.lines.get(file, 0)
        return f"{file} line {line}" if known else ""


def judge(root: Path, limits: Limits) -> TeamFolder:
    """Whether a folder may run.

    Raises:
        TeamFault: E101 to E104.
        OrganizerFault: E201 if the folder cannot be read.

    """
    try:
        files = _walk(root, limits)
        for name in METADATA:
            if name in files:
                _check_metadata(root / name)
        lines = {path: _lines(root / path) for path in files if path.endswith(".py")}
    except OSError as error:
        raise OrganizerFault("E201", "submission", error.strerror or str(error)) from None
    if ENTRY not in files:
        inner = sorted(path.split("/")[0] for path in files if path.count("/") == 1 and path.endswith("/" + ENTRY))
        hint = f"It lies in the folder {inner[0]}: zip what is inside that folder." if len(inner) == 1 else ""
        raise TeamFault("E101", hint=hint)
    return TeamFolder(root, lines, folder_digest(root))


def _walk(root: Path, limits: Limits) -> dict[str, int]:
    """Size of every file by relative path."""
    files: dict[str, int] = {}
    todo = [("", 0)]
    while todo:
        below, depth = todo.pop()
        if depth > MAX_DEPTH:
            raise TeamFault("E103", detail=f"folders more than {MAX_DEPTH} deep")
        with os.scandir(root / below) as entries:
            for entry in entries:
                path = below + entry.name
                if entry.is_dir(follow_symlinks=False):
                    todo.append((path + "/", depth + 1))
                elif entry.is_file(follow_symlinks=False):
                    files[path] = entry.stat(follow_symlinks=False).st_size
                else:
                    raise TeamFault("E104", path)
        if len(files) + len(todo) > limits.files:
            raise TeamFault("E103", detail=f"more than {limits.files} files")
    if sum(files.values()) > limits.submission_mib << 20:
        raise TeamFault("E103", detail=f"{sum(files.values()) >> 20} MiB, at most {limits.submission_mib}")
    return files


def _lines(path: Path) -> int:
    with path.open("rb") as stream:
        return stream.read(MAX_SOURCE_BYTES).count(b"\n") + 1


def _check_metadata(path: Path) -> None:
    """The platform runs a `command` of this file as an own container; what cannot be read is taken for one."""
    try:
        with path.open("rb") as stream:
            text = stream.read(MAX_METADATA_BYTES + 1)
        harmless = len(text) <= MAX_METADATA_BYTES and not _has_alias(text)
        values = yaml.safe_load(text) if harmless else None
        harmless = harmless and not (isinstance(values, dict) and "command" in values)
    # PyYAML's constructors raise whatever a wrong value makes int, bool or a date raise.
    except (yaml.YAMLError, ValueError, RecursionError, LookupError, AttributeError, TypeError, OverflowError):
        harmless = False
    if not harmless:
        raise TeamFault("E102", path.name)


def _has_alias(text: bytes) -> bool:
    """Merged aliases make a few lines grow without end when they are loaded."""
    return any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader))
