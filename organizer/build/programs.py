"""The two programs as the platform gets them: a folder with `metadata.yaml`, `program.json` and three packages."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from organizer.build.archive import Content, folder_files
from sealing.folder import PROGRAM_FILE, Program, to_json
from xtreme_tasks.files import dumps, folder_digest, sha256

COMMANDS: Mapping[str, str] = {
    "ingestion": "python3 -B -m ingestion_program",
    "scoring": "python3 -B -m scoring_program",
}
"""The command of each role; the platform splits it and gives it to no shell."""


def sources(role: str, root: Path) -> dict[str, Content]:
    """The program's own files, without what depends on the build.

    Args:
        role: `ingestion` or `scoring`.
        root: the repository.

    """
    files: dict[str, Content] = {"metadata.yaml": f"command: {COMMANDS[role]}\n".encode()}
    for package in (f"{role}_program", "xtreme_tasks", "sealing"):
        files |= folder_files(root / package, f"{package}/")
    return files


def program_files(role: str, root: Path, bundle: str, sealed: bool) -> dict[str, Content]:
    """All files of a program of one build."""
    return {**sources(role, root), PROGRAM_FILE: to_json(Program(bundle, role, sealed))}


def content_digest(files: Mapping[str, Content]) -> str:
    """One digest over names and bytes."""
    entries = [[name, sha256(item.read_bytes() if isinstance(item, Path) else item)] for name, item in files.items()]
    return sha256(dumps(sorted(entries)).encode())


def extracted_digest(files: Mapping[str, Content]) -> str:
    """`folder_digest` of the folder that the worker gets when it extracts these files."""
    with tempfile.TemporaryDirectory() as temporary:
        for name, item in files.items():
            path = Path(temporary, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(item.read_bytes() if isinstance(item, Path) else item)
        return folder_digest(Path(temporary))
