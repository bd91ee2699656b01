"""The output folder: emptied at the start, because the platform copies a team's files into it."""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault

_INTO = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def empty(folder: Path) -> None:
    """Remove everything below a folder, links themselves and never what they point to; create it if missing.

    However deep: folders can be nested until no path can name the last one, nor a stack or a table of descriptors
    hold the way to it. So what lies in an inner folder is first moved up to the top.

    Raises:
        OrganizerFault: E232 with the system's reason.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            folder.chmod(0o700)
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _empty(top)
        finally:
            os.close(top)
    except OSError as error:
        raise OrganizerFault("E232", folder.name, f"cannot be emptied: {error.strerror or error}") from None


def _empty(top: int) -> None:
    token = secrets.token_hex(8)  # no name in the folder can be known to begin so
    fresh = (f".{token}-{number}" for number in itertools.count())
    while folders := _remove_files(top):
        for name in folders:
            os.chmod(name, 0o700, dir_fd=top)
            inner = os.open(name, _INTO, dir_fd=top)
            try:
                _move_up(inner, top, fresh)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)


def _move_up(inner: int, top: int, fresh: Iterator[str]) -> None:
    for name in _remove_files(inner):
        os.chmod(name, 0o700, dir_fd=inner)  # a folder that is moved is written to: its entry `..` changes
        os.rename(name, next(fresh), src_dir_fd=inner, dst_dir_fd=top)


def _remove_files(folder: int) -> list[str]:
    """Remove all but real folders, whose names are returned."""
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            os.unlink(name, dir_fd=folder)
    return [name for name, is_folder in found if is_folder]
