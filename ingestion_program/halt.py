"""The halt: all of the team's processes stand still for a moment, and it is seen that they did.

SIGSTOP can be neither caught nor blocked. It can be undone: by a process that was overlooked, by a timer that sends
SIGCONT. It waits while a thread is in the kernel, which may work on for long. So nothing is believed: every thread must
be seen stopped, from then on the time is not the team's, and until they go on no processor time may have passed for any
of them, and none may have come or gone. On a GPU it must be seen too that nothing of theirs is queued there.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion_program import clock, reaper
from ingestion_program.reaper import Process

if TYPE_CHECKING:
    from ingestion_program.gpu_watch import GpuWatch

STILL = frozenset(b"TtZXx")
STOPPED = set(b"T")
WAITING = b"D"[0]
"""In the kernel, where a signal waits: a parent between vfork and exec, or a disk; let be while it does not run."""
STOP_SECONDS = 1.0
LOOKS = 3
"""So many in turn must be alike, with a walk over all processes between each two of them."""
PAUSE = 0.0002
TOLERANCE = 0.01
"""Processor seconds by seconds of the halt: what the accounting of a thread that was just stopped may still add."""
_TICK = os.sysconf("SC_CLK_TCK")


class NotStill(Exception):
    """The team's processes do not stand still; the text says how that was seen."""


@dataclass(frozen=True)
class Moment:
    """One look at the team's processes.

    Attributes:
        processor: seconds of processor time that each has used, by process number.
        running: those with a thread that neither stands nor waits in the kernel.

    """

    processor: Mapping[int, float]
    running: frozenset[int]


def look(processes: Collection[Process]) -> Moment:
    """States and processor times of all threads of the processes."""
    processor, running = {}, set()
    for process in processes:
        states, seconds = _threads(process.pid)
        processor[process.pid] = seconds
        if any(state not in STILL and state != WAITING for state in states):
            running.add(process.pid)
    return Moment(processor, frozenset(running))


def _threads(pid: int) -> tuple[bytes, float]:
    """State of each thread, and their processor seconds together: nanoseconds of the scheduler, else clock ticks."""
    states, nanoseconds, ticks = bytearray(), 0, 0
    with contextlib.suppress(OSError):  # it ended meanwhile: then it is missing at the next look
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - names suffice
            with contextlib.suppress(OSError):
                fields = _read(f"/proc/{pid}/task/{thread}/stat").rpartition(b")")[2].split()
                states.append(fields[0][0])
                ticks += int(fields[11]) + int(fields[12])
                with contextlib.suppress(OSError, IndexError):
                    nanoseconds += int(_read(f"/proc/{pid}/task/{thread}/schedstat").split()[0])
    return bytes(states), nanoseconds / 1e9 if nanoseconds else ticks / _TICK


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)


class Halt:
    """Stops everything of the team's at once, and lets it go on.

    Args:
        gpu: sees whether anything of theirs still works there; None without a GPU.

    Attributes:
        begin: clock seconds since which nothing of the team's was seen to run: until then the time is the team's.

    Raises:
        NotStill: they cannot be stopped; they run again.

    """

    def __init__(self, gpu: GpuWatch | None = None) -> None:
        found = reaper.descendants()
        # Whom the team itself had stopped stays so afterwards; only the others go on.
        self._own = {process.pid for process in found if set(_threads(process.pid)[0]) == STOPPED}
        self._stopped: set[int] = set()
        self._gpu = gpu
        self._stop(found)
        try:
            self.begin, self._moment = self._until_still(found)
            if gpu is not None:
                self.begin = gpu.drained(self.begin)
        except NotStill:
            self.release()
            raise

    def _stop(self, processes: Collection[Process]) -> None:
        reaper.send(processes, signal.SIGSTOP)
        self._stopped.update(process.pid for process in processes)

    def _until_still(self, found: Collection[Process]) -> tuple[float, Moment]:
        """Look until some looks in turn find the same processes, all of them still, and no processor time used.

        The first look follows the signal at once: it is what says how long the time was the team's.

        Returns:
            Clock seconds after the first of these looks, and what all of them saw.

        """
        deadline = clock.read().seconds + STOP_SECONDS
        before, since, alike = Moment({}, frozenset()), 0.0, 0
        while True:
            moment, now = look(found), clock.read().seconds
            if alike and moment == before:
                alike += 1
            else:
                since, alike = now, 0 if moment.running else 1
            if alike == LOOKS:
                return since, moment
            if now > deadline:
                changed = {pid for pid, _ in set(moment.processor.items()) ^ set(before.processor.items())}
                raise NotStill(f"{len(moment.running | changed)} processes did not stop")
            before = moment
            if moment.running:
                select.select([], [], [], PAUSE)
                continue
            found = reaper.descendants()
            self._stop([process for process in found if process.pid not in self._stopped])

    def check(self) -> None:
        """Whether nothing of the team's has run since.

        Raises:
            NotStill: something ran, came or went.

        """
        now = look(reaper.descendants())
        seconds = clock.read().seconds - self.begin
        if set(now.processor) != set(self._moment.processor):
            raise NotStill("a process came or went during reference work")
        used = sum(now.processor[pid] - before for pid, before in self._moment.processor.items())
        if now.running or used > TOLERANCE * seconds:
            raise NotStill(f"{1000 * used:.0f} ms of processor time during {1000 * seconds:.0f} ms of reference work")
        if self._gpu is not None:
            self._gpu.check()

    def release(self) -> float:
        """Let everything go on; clock seconds just before."""
        end = clock.read().seconds
        for pid in self._stopped - self._own:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGCONT)
        return end
