"""The output folder: emptied at the start, because the platform copies a team's files into it."""

from __future__ import annotations

import os
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault


def empty(folder: Path) -> None:
    """Remove everything below a folder, links themselves and never what they point to; create it if missing.

    Not recursive: a zip may nest folders deeper than Python's stack.

    Raises:
        OrganizerFault: E232 with the system's reason.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folders, todo = [], [folder]
        while todo:
            inner = _remove_files(todo.pop())
            folders.extend(inner)
            todo.extend(inner)
        for path in reversed(folders):
            path.rmdir()
    except OSError as error:
        raise OrganizerFault("E232", folder.name, f"cannot be emptied: {error.strerror or error}") from None


def _remove_files(folder: Path) -> list[Path]:
    """Remove all but real folders, which are returned."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        folder.chmod(0o700)
    inner = []
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                inner.append(Path(entry.path))
            else:
                os.unlink(entry.path)
    return inner
