"""The watch on the GPU: kernels that were queued before a halt go on in it, though the processes are stopped.

NVML keeps samples of who computed in the last fraction of a second (`Gpus.computing`). Process numbers in them are the
host's, which nobody in a container knows. So those that are seen while the reference work is alone on the machine are
taken for its own, and all others for the team's. Tried with a stand-in for NVML only, not on a GPU (docs/timing.md).
"""

from __future__ import annotations

import select
from collections.abc import Callable
from itertools import pairwise

from ingestion_program import clock
from ingestion_program.halt import NotStill
from ingestion_program.nvml import Gpus, Sample
from ingestion_program.reference import ReferenceFailed

DRAIN_SECONDS = 2.0
"""For so long after a halt's begin queued work may go on, on the team's time."""
STAMPS = 4
LEARN_SECONDS = 4.0
"""So many samples of the reference alone are waited for, at most for so long."""
LONGEST_PERIOD = 0.5
"""With fewer samples by second a halt would wait too long to be sure."""
MARGIN = 1.5
"""Periods of the samples without any until the last one is believed to have been the last."""
PAUSE = 0.01


def obstacle(gpus: Gpus | None) -> str:
    """Why it cannot be seen whether the GPUs stand still; empty if it can."""
    if gpus is None:
        return "without NVML (nvidia-ml-py) queued work on the GPU cannot be seen"
    if gpus.computing(clock.read().unix) is None:
        return "this GPU does not say who computes on it, so queued work cannot be seen"
    return ""


class GpuWatch:
    """Sees whether anybody but the reference computes on a GPU.

    Args:
        gpus: of this machine.
        work: does a moment of reference work, while nothing of the team's runs.

    Attributes:
        period: seconds from one sample to the next.

    Raises:
        ReferenceFailed: the samples do not show the reference work, or too seldom.

    """

    def __init__(self, gpus: Gpus, work: Callable[[], object]) -> None:
        self._gpus, self._still = gpus, 0.0
        begin, seen = clock.read(), set[Sample]()
        while len(seen) < STAMPS and clock.read().seconds < begin.seconds + LEARN_SECONDS:
            work()
            seen.update(gpus.computing(begin.unix) or ())
        gaps = [after.at - before.at for before, after in pairwise(sorted(seen)) if before.pid == after.pid]
        self._own = frozenset(one.pid for one in seen)
        self.period = min(gaps, default=0.0)
        if not 0 < self.period <= LONGEST_PERIOD:
            raise ReferenceFailed("the GPU's samples do not show the reference work, so nor would they queued work")

    def drained(self, begin: float) -> float:
        """Wait until work of others has ended.

        A sample tells of the period before its stamp. One that is stamped within a period of `begin` may tell of the
        time before it, and says nothing.

        Args:
            begin: clock seconds since which the team's processes stand still.

        Returns:
            Clock seconds until which work of others was seen, or `begin`: until then the time is the team's.

        Raises:
            NotStill: it does not end.

        """
        last, since = begin, begin + self.period
        while True:
            now = clock.read()
            ahead = now.unix - now.seconds
            if stamps := self._others(since + ahead):
                last = since = max(stamps) - ahead
            if now.seconds >= since + MARGIN * self.period:
                self._still = now.unix
                return last
            if now.seconds > begin + DRAIN_SECONDS:
                raise NotStill(f"work that was queued on the GPU did not end within {DRAIN_SECONDS:g} s")
            select.select([], [], [], PAUSE)

    def check(self) -> None:
        """Whether others have worked since `drained` came back; the last period is not in the samples yet.

        Raises:
            NotStill: they have.

        """
        if self._others(self._still):
            raise NotStill("something else computed on the GPU during reference work")

    def _others(self, since: float) -> list[float]:
        """Stamps, in Unix seconds, of all that was not the reference's."""
        found = self._gpus.computing(since)
        if found is None:
            raise NotStill("the GPU does not say any more who computes on it")
        return [one.at for one in found if one.pid not in self._own]
