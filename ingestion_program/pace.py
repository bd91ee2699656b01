"""The pace: when the team's run is halted for a slice of reference work, and what the halts took.

A slice falls into the middle of each stretch of the team's own time, whether that lies between two parts or inside one:
so each slice stands for the time around it (the order A B B A, once and again).
"""

from __future__ import annotations

from dataclasses import dataclass

from ingestion_program import clock
from ingestion_program.contention import Contention
from ingestion_program.energy import ZERO, Joules, Meter
from ingestion_program.halt import Halt, NotStill
from ingestion_program.reference import Reference, ReferenceFailed


@dataclass(frozen=True)
class Mark:
    """One slice.

    Attributes:
        at: the team's own seconds when it began.
        seconds, steps, busy: as in `reference.Slice`.

    """

    at: float
    seconds: float
    steps: int
    busy: float


class Pace:
    """The halts of one run.

    Args:
        reference: does the work; None for a run without it.
        interval: the team's own seconds for each slice.
        share: halted seconds by the team's own; a halt that took longer than it should moves the next one.
        meter: of the machine's energy; None where it is not measured.
        contention: watches what others take from the team; None where nobody does.

    Attributes:
        marks: the slices so far.
        paused: seconds that are not the team's: all halts, and whatever `exclude` was told of.
        halted: seconds of the halts alone.
        void: why the slices may not be used; empty as long as they may.
        failed: why no more slices are made, without any doing of the team's; empty as long as they are.
        energy: of the whole run, halts included, once it has ended.
        energy_halted: of the halts alone.
        contention: what others took.

    """

    def __init__(
        self,
        reference: Reference | None = None,
        interval: float = 0.0,
        share: float = 1.0,
        meter: Meter | None = None,
        contention: Contention | None = None,
    ) -> None:
        self._reference = reference if interval > 0 else None
        self._interval, self._share, self._due, self._begin = interval, share, interval / 2, 0.0
        self.marks: list[Mark] = []
        self.paused = self.halted = 0.0
        self.void = self.failed = ""
        self._halts: list[tuple[float, float]] = []
        self._meter = meter or Meter()
        self.contention = contention or Contention(watched=False)
        self._before = self.energy = Joules()
        self.energy_halted = ZERO

    def prepare(self) -> None:
        """The run is about to begin; its clock does not run yet."""
        self._before = self._meter.read()
        self.contention.go_on()

    def end(self) -> None:
        """The run has ended; its clock does not run any more, and its processes are still there."""
        self.contention.pause()
        self.energy = self._meter.read().minus(self._before)
        nothing = self.energy.minus(self.energy)  # 0 for what is measured, None for the rest
        self.energy_halted = nothing.minus(self.energy_halted, -1.0)

    def begin(self, seconds: float) -> None:
        """The run begins, at these clock seconds."""
        self._begin = seconds

    def exclude(self, seconds: float) -> None:
        """These seconds were not the team's."""
        self.paused += seconds

    def keep(self) -> float:
        """Halt the team and do a slice, if one is due; the seconds to take off."""
        now = clock.read().seconds
        self._meter.keep(now)
        if self._reference is None or self.void or self.failed:
            return 0.0
        own = now - self._begin - self.paused
        if own < self._due:
            return 0.0
        pause = self._slice(self._reference)
        self._due = own + max(self._interval, pause / self._share)
        self.paused += pause
        self.halted += pause
        return pause

    def _slice(self, reference: Reference) -> float:
        try:
            halt = Halt()
        except NotStill as reason:
            self.void = str(reason)
            return 0.0
        self.contention.pause()
        before = self._meter.read()
        try:
            done = reference.slice()
            halt.check()
            at = halt.begin - self._begin - self.paused
            self.marks.append(Mark(at, done.seconds, done.steps, done.busy))
        except NotStill as reason:
            self.void = str(reason)
        except ReferenceFailed as reason:
            self.failed = str(reason)
        finally:
            used = self._meter.read().minus(before)
            self.contention.go_on()
            end = halt.release()
        self.energy_halted = self.energy_halted.minus(used, -1.0)
        self._halts.append((halt.begin, end))
        return end - halt.begin

    def own_seconds(self, begin: float, end: float) -> float:
        """The team's own seconds between two moments of the clock."""
        taken = sum(max(0.0, min(end, last) - max(begin, first)) for first, last in self._halts)
        return max(0.0, end - begin - taken)
