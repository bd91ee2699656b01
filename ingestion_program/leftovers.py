"""Leftovers: what the team's processes leave in shared memory, the one folder of the system that they may write to.

Removed between two runs only where nobody else can have put it there: in a container that has its own IPC and its own
processes. Elsewhere (a laptop) a file of another program cannot be told from the team's, and nothing is removed.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ingestion_program import output, reaper
from ingestion_program.reach import SHARED_MEMORY

_HOST = (
    "ipc:[4026531839]"  # the number of the first IPC namespace is fixed (PROC_IPC_INIT_INO in the kernel's proc_ns.h)
)


def alone() -> bool:
    """Whether all processes in sight are this one, its ancestors and its descendants, and IPC is not the host's."""
    try:
        if os.readlink("/proc/self/ns/ipc") == _HOST:
            return False
    except OSError:
        return False
    everything = {process.pid: process for process in reaper.everything()}
    family = {process.pid for process in reaper.tree(everything.values(), os.getpid())}
    pid = os.getpid()
    while pid in everything and pid not in family:
        family.add(pid)
        pid = everything[pid].parent
    return set(everything) <= family


class Leftovers:
    """What appears in a folder from now on.

    Args:
        folder: shared memory.
        mine: whether new entries may be removed; `alone()` if not given.

    """

    def __init__(self, folder: Path = SHARED_MEMORY, mine: bool | None = None) -> None:
        self._folder = folder
        self._mine = alone() if mine is None else mine
        self._before = self._names() if self._mine else set()

    def _names(self) -> set[str]:
        with contextlib.suppress(FileNotFoundError):
            return set(os.listdir(self._folder))  # noqa: PTH208 - names suffice
        return set()

    def remove(self) -> None:
        """Remove what appeared; to be called when none of the team's processes is left.

        Raises:
            OrganizerFault: E232.

        """
        for name in sorted(self._names() - self._before) if self._mine else ():
            path = self._folder / name
            if path.is_dir() and not path.is_symlink():
                output.empty(path)
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
