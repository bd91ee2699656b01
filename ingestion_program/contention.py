"""What others took from the team: processor time that its threads waited for and that somebody else had.

The kernel says for each thread how long it waited on a run queue (`schedstat`, Linux, CONFIG_SCHED_INFO). Threads also
wait for one another, which is the team's own affair; so no more of it counts than other programs computed in that time
on the team's cores, as user time: what the kernel does on the team's behalf is no neighbour. Time for which the
container's quota held the team back counts as others', and what the hypervisor took from cores that the team used.

Threads that have stepped back (a lower priority than the submission began with, or another scheduling policy) do not
count: they would wait beside a neighbour for nothing, and cost the team's own work nothing. A process without
CAP_SYS_NICE cannot take a lower priority back, nor leave the idle policy (setpriority(2), sched(7)).

What is the team's own is told by the container's account, which nobody leaves; processes whose parent ignores SIGCHLD
vanish from all others, and would pass for neighbours.
"""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingestion_program import reaper
from ingestion_program.reaper import Process

_TICK = os.sysconf("SC_CLK_TCK")
_NICE, _POLICY = 16, 38  # fields 19 and 41 of /proc/PID/task/TID/stat, counted from the one after the name
_V1, _V2 = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


@dataclass(frozen=True)
class Moment:
    """Counters at one moment, all in seconds since some moment of the past.

    Attributes:
        waited: of every thread of the team's, by thread number.
        aside: numbers of those that have stepped back.
        inside: user seconds of the team and of ingestion; None where that cannot be told for certain.
        busy: user seconds of all programs on the team's cores.
        stolen: by the hypervisor from these cores.
        throttled: held back by the quota.

    """

    waited: Mapping[int, float] = field(default_factory=dict)
    aside: frozenset[int] = frozenset()
    inside: float | None = 0.0
    busy: float = 0.0
    stolen: float = 0.0
    throttled: float = 0.0


def taken(before: Moment, now: Moment) -> float:
    """Processor seconds that others took from the team between two moments; threads that ended meanwhile are lost."""
    aside = before.aside | now.aside
    waited = sum(
        max(0.0, seconds - before.waited.get(thread, 0.0))
        for thread, seconds in now.waited.items()
        if thread not in aside
    )
    busy, stolen = now.busy - before.busy, max(0.0, now.stolen - before.stolen)
    if before.inside is None or now.inside is None or busy <= 0:
        return 0.0
    inside = now.inside - before.inside
    others = max(0.0, busy - inside)
    return min(waited, others + now.throttled - before.throttled) + stolen * min(1.0, inside / busy)


def told() -> bool:
    """Whether this kernel says how long threads wait."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/schedstat").read_bytes().split()[0]) > 0
    return False


def _contained() -> bool:
    """Whether this runs in a container, as on every worker."""
    return any(mark.exists() for mark in _CONTAINER_MARKS)


def look(processes: Collection[Process], cores: Collection[int], contained: bool) -> Moment:
    """Read all counters.

    Args:
        processes: the team's.
        cores: their numbers.
        contained: the container's account tells what is the team's own; else the processes are added up.

    """
    inside = containers_user() if contained else added_user(processes)
    busy, stolen = parse_cores(Path("/proc/stat").read_text(), cores)
    waited, aside = waits(processes, os.getpriority(os.PRIO_PROCESS, 0))
    return Moment(waited, aside, inside, busy, stolen, throttled())


def waits(processes: Collection[Process], nice: int) -> tuple[dict[int, float], frozenset[int]]:
    """Seconds that each thread has waited, by its number; and the numbers of those that have stepped back.

    Args:
        processes: whose.
        nice: the value with which they were started; who has a higher one has stepped back.

    """
    waited: dict[int, float] = {}
    aside = set[int]()
    for process in processes:
        with contextlib.suppress(OSError):  # it ended meanwhile
            for thread in os.listdir(f"/proc/{process.pid}/task"):  # noqa: PTH208 - often, and names suffice
                with contextlib.suppress(OSError, IndexError, ValueError):
                    path = Path(f"/proc/{process.pid}/task/{thread}")
                    counters = (path / "schedstat").read_bytes().split()
                    fields = (path / "stat").read_bytes().rpartition(b")")[2].split()
                    waited[int(thread)] = int(counters[1]) / 1e9
                    if int(fields[_NICE]) > nice or int(fields[_POLICY]) != os.SCHED_OTHER:
                        aside.add(int(thread))
    return waited, frozenset(aside)


def added_user(processes: Collection[Process]) -> float:
    """User seconds of ingestion, of these processes, and of all that were reaped by ingestion or by them."""
    seconds = os.times().user + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    for process in processes:
        with contextlib.suppress(OSError, IndexError, ValueError):  # it ended meanwhile
            fields = Path(f"/proc/{process.pid}/stat").read_bytes().rpartition(b")")[2].split()
            seconds += (int(fields[11]) + int(fields[13])) / _TICK
    return seconds


def containers_user(top: Path = _V2) -> float | None:
    """User seconds of everything that ever ran in this container; None where its control group cannot be read.

    Args:
        top: where the hierarchies are mounted: within a container the own group lies at the top of each.

    """
    for name in ("cpuacct", "cpu,cpuacct"):
        with contextlib.suppress(OSError, ValueError):
            return int((top / name / "cpuacct.usage_user").read_text()) / 1e9
    with contextlib.suppress(OSError, ValueError):
        for line in (top / "cpu.stat").read_text().splitlines():
            if line.startswith("user_usec "):
                return int(line.split()[1]) / 1e6
    return None


def parse_cores(text: str, cores: Collection[int]) -> tuple[float, float]:
    """Seconds of these cores from /proc/stat: of user programs (nice ones included), and stolen."""
    busy = stolen = 0
    names = {f"cpu{core}" for core in cores}
    for line in text.splitlines():
        fields = line.split()
        if fields and fields[0] in names:
            busy += int(fields[1]) + int(fields[2])
            stolen += int(fields[8]) if len(fields) > 8 else 0
    return busy / _TICK, stolen / _TICK


def throttled(own: str | None = None, places: Sequence[Path] = (_V1, _V2)) -> float:
    """Seconds for which the quota of this process's control group has held back its cores; 0 where nothing is said.

    Args:
        own: content of /proc/self/cgroup.
        places: where the hierarchies of version 1 and 2 are mounted.

    """
    with contextlib.suppress(OSError):
        own = Path("/proc/self/cgroup").read_text() if own is None else own
    folders = [line.split(":", 2)[2].lstrip("/") for line in (own or "").splitlines() if _counts(line)]
    for place in places:
        for name in (*folders, ""):  # within a container the mount's top is the own group
            with contextlib.suppress(OSError, ValueError):
                lines = (place / name / "cpu.stat").read_text().split("\n")
                found = dict(line.split(" ", 1) for line in lines if " " in line)
                if "throttled_usec" in found or "throttled_time" in found:
                    return int(found.get("throttled_usec", 0)) / 1e6 + int(found.get("throttled_time", 0)) / 1e9
    return 0.0


def _counts(line: str) -> bool:
    fields = line.split(":", 2)
    return len(fields) == 3 and (not fields[1] or "cpu" in fields[1].split(","))


class Contention:
    """Adds up over the stretches of one run what others took; the halts between them are left out.

    Args:
        watched: whether it is looked at; where nobody looks nothing is taken.
        contained: as for `look`; by default as it is.

    Attributes:
        cores: numbers of those that the team may use.
        seconds: taken so far.

    """

    def __init__(self, watched: bool = True, contained: bool | None = None) -> None:
        self._watched = watched
        self._contained = _contained() if contained is None else contained
        self.cores = tuple(sorted(os.sched_getaffinity(0)))
        self.seconds = 0.0
        self._before: Moment | None = None

    def go_on(self) -> None:
        """A stretch of the team's own time begins."""
        if self._watched:
            self._before = look(reaper.descendants(), self.cores, self._contained)

    def pause(self) -> None:
        """It ends, while the team's processes are there and, at best, stopped."""
        if self._before is not None:
            self.seconds += taken(self._before, look(reaper.descendants(), self.cores, self._contained))
        self._before = None
