"""Isolation: what keeps the team's process away from the parent; its filters are those of `confinement`.

Every protection has a name; the run record lists those in force, and a phase's settings may require them.
Constants are those of Linux's <linux/prctl.h>.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ingestion_program import probe, reach
from ingestion_program.confinement import FILES, SECCOMP, Confinement, Filters
from xtreme_tasks.faults import OrganizerFault

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
MAX_OPEN_FILES = 8192
CHILD_PROTECTIONS = ("no-new-privileges", "parent-death-signal", "resource-limits")
EXPECTED = ("parent-not-dumpable", "subreaper", *CHILD_PROTECTIONS, FILES, SECCOMP)
"""What a run without sealed data has too, or says loudly that it has not."""

_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def protect_parent() -> tuple[str, ...]:
    """Close this process to its descendants, and make it the heir of those that escape their parent.

    Not dumpable: no other process of the same user may read its memory (the keys), environment or descriptors.
    Subreaper: a daemon that detaches itself stays a descendant, so it can be found, ended and accounted for.

    Returns:
        Names of the protections in force.

    """
    wanted = (("parent-not-dumpable", _PR_SET_DUMPABLE, 0), ("subreaper", _PR_SET_CHILD_SUBREAPER, 1))
    in_force = []
    for name, option, value in wanted:
        try:
            _prctl(option, value)
        except OSError:
            continue
        in_force.append(name)
    return tuple(in_force)


@dataclass(frozen=True)
class Guard:
    """What guards one program's run: the filters for every child, and the names of all protections in force."""

    confinement: Confinement
    protections: tuple[str, ...]

    def missing(self) -> tuple[str, ...]:
        """The expected protections that are not in force."""
        return tuple(name for name in EXPECTED if name not in self.protections)


def guard(private: Iterable[Path], team: Path) -> Guard:
    """Protect this process and find out how its children can be confined here.

    Args:
        private: folders that the child must not reach. If one lies where it may read, the files' filter is put on
            all the same but not called a protection.
        team: the submission's folder.

    """
    confinement = probe.probe()
    names = (*protect_parent(), *CHILD_PROTECTIONS, *confinement.names())
    if reach.exposed(private, team):
        names = tuple(name for name in names if name != FILES)
    return Guard(confinement, names)


def child_protection(filters: Filters) -> Callable[[], None]:
    """What the new process runs between fork and exec; if anything in it fails, the process is not started."""
    parent = os.getpid()

    def protect() -> None:
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        os.umask(0o077)
        filters.put_on()

    return protect


def check_required(required: tuple[str, ...], in_force: tuple[str, ...]) -> None:
    """Refuse to go on without what the phase requires.

    Raises:
        OrganizerFault: E214 with the names that are missing.

    """
    missing = [name for name in required if name not in in_force]
    if missing:
        raise OrganizerFault("E214", ", ".join(missing))
