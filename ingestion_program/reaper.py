"""The reaper: finds all processes of the team, measures them and ends them.

The parent is the subreaper of everything it starts, so whoever detaches himself becomes its child: walking
/proc by parent number finds every descendant, whatever session, group or namespace it has moved to.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingestion_program import clock
from xtreme_tasks.faults import OrganizerFault

PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20
END_SECONDS = 20.0
END_PAUSE = 0.001
_trusted: set[int] = set()


@dataclass(frozen=True)
class Process:
    """One line of /proc/PID/stat; `memory_mib` is its resident memory."""

    pid: int
    parent: int
    group: int
    threads: int
    memory_mib: float


@dataclass(frozen=True)
class Usage:
    """What the team's processes use together at one moment."""

    memory_mib: float
    threads: int


def trust(pids: Iterable[int]) -> None:
    """Take processes for the program's own: they are neither the team's nor ended with it."""
    _trusted.update(pids)


def distrust(pids: Iterable[int]) -> None:
    """The opposite of `trust`, when they have ended."""
    _trusted.difference_update(pids)


def trusted() -> tuple[int, ...]:
    """The program's own processes."""
    return tuple(sorted(_trusted))


def parse_stat(text: bytes) -> Process:
    """A process from /proc/PID/stat (fields as in proc(5)); its name may hold spaces and parentheses."""
    head, _, tail = text.rpartition(b")")
    fields = tail.split()
    pid = int(head.split(b" ", 1)[0])
    return Process(pid, int(fields[1]), int(fields[2]), int(fields[17]), int(fields[21]) * PAGE_MIB)


def _stat(pid: str) -> Process | None:
    try:
        descriptor = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
        try:
            return parse_stat(os.read(descriptor, 4096))
        finally:
            os.close(descriptor)
    except OSError:
        return None  # it ended meanwhile


def tree(processes: Iterable[Process], root: int) -> list[Process]:
    """All descendants of a process number."""
    children = defaultdict(list)
    for process in processes:
        children[process.parent].append(process)
    found, todo = [], [root]
    while todo:
        below = children.pop(todo.pop(), [])
        found.extend(below)
        todo.extend(process.pid for process in below)
    return found


def everything() -> list[Process]:
    """All processes in sight, ended but not yet reaped ones included."""
    listed = (_stat(name) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208 - often, and names suffice
    return [process for process in listed if process is not None]


def descendants() -> list[Process]:
    """All processes below this one, ended but not yet reaped ones included, but for the program's own."""
    return tree((process for process in everything() if process.pid not in _trusted), os.getpid())


def usage(limit_mib: float) -> Usage:
    """What all descendants use now.

    Resident memory is summed because it is cheap and always readable; it counts pages that processes share once
    for each of them. Only above the limit are shared pages divided (PSS), so that forked workers with one common
    model are not refused, and the costly look happens where it decides.
    """
    found = descendants()
    memory = sum(process.memory_mib for process in found)
    if memory > limit_mib:
        memory = sum(_proportional_mib(process) for process in found)
    return Usage(memory, sum(process.threads for process in found))


def _proportional_mib(process: Process) -> float:
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_bytes().splitlines()
    except OSError:
        return process.memory_mib  # unreadable when the process hides itself: then it counts in full
    return sum(int(line.split()[1]) for line in lines if line.startswith(b"Pss:")) / 1024 or process.memory_mib


def exit_reason(pid: int) -> str:
    """How a child ended, in words, without reaping it; empty while it runs."""
    try:
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return "ended"
    if ended is None:
        return ""
    if ended.si_code == os.CLD_EXITED:
        return f"exit code {ended.si_status}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(ended.si_status).name}"
    return f"signal {ended.si_status}"


def cpu_seconds() -> float:
    """User and system seconds of all descendants that were reaped so far.

    Those whom their own parent reaped are in it, through him; orphans are, because they become this process's children.
    Not those whose parent ignores SIGCHLD: for them the kernel keeps no account.
    """
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def end_all() -> None:
    """Stop, then kill and reap every descendant until none is left.

    First all are stopped, until a look finds no new one: what is stopped can neither fork nor see others die.
    Whole groups are signalled, because that is atomic even against a process that forks in a loop.

    Raises:
        OrganizerFault: E239 if something cannot be ended (a process stuck in a driver).

    """
    deadline = clock.read().seconds + END_SECONDS
    stopped: set[int] = set()
    while found := descendants():
        fresh = [process for process in found if process.pid not in stopped]
        send(fresh or found, signal.SIGSTOP if fresh else signal.SIGKILL)
        stopped.update(process.pid for process in fresh)
        _reap()
        if not fresh:
            select.select([], [], [], END_PAUSE)  # what is killed needs a moment to give its memory back
        if clock.read().seconds > deadline:
            raise OrganizerFault("E239", "reaper", f"{len(found)} processes cannot be ended")


def send(processes: Iterable[Process], number: signal.Signals) -> None:
    """Send a signal to processes and to their whole groups; who has ended meanwhile is left out."""
    processes = list(processes)
    own = os.getpgrp()
    for group in {process.group for process in processes} - {own, 0}:
        with contextlib.suppress(OSError):
            os.killpg(group, number)
    for process in processes:
        with contextlib.suppress(OSError):
            os.kill(process.pid, number)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
