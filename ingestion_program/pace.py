"""The pace: when the team's run is halted for a slice of reference work, and what the halts took.

A slice falls into the middle of each stretch of the team's own time, whether that lies between two parts or inside one:
so each slice stands for the time around it (the order A B B A, once and again). Nobody can tell the moment in advance:
the stretches are longer or shorter by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom

from ingestion_program import clock
from ingestion_program.contention import Contention
from ingestion_program.energy import ZERO, Joules, Meter
from ingestion_program.gpu_watch import GpuWatch
from ingestion_program.halt import Halt, NotStill
from ingestion_program.reference import Reference, ReferenceFailed, Slice

JITTER = 0.2
"""By up to this share a stretch is longer or shorter than it should be on average."""
CHANCE: Callable[[float, float], float] = SystemRandom().uniform
"""The system's source, which no team's code can foresee."""


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
        gpu: sees in each halt whether the GPU stands still; None without one.
        draw: a number between two others, by chance.

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
        gpu: GpuWatch | None = None,
        draw: Callable[[float, float], float] = CHANCE,
    ) -> None:
        self._reference = reference if interval > 0 else None
        self._interval, self._share, self._gpu, self._draw = interval, share, gpu, draw
        self._due, self._begin = self._about(interval / 2), 0.0
        self.marks: list[Mark] = []
        self.paused = self.halted = 0.0
        self.void = self.failed = ""
        self._halts: list[tuple[float, float]] = []
        self._meter = meter or Meter()
        self.contention = contention or Contention(watched=False)
        self._before = self.energy = Joules()
        self.energy_halted = ZERO

    def _about(self, seconds: float) -> float:
        return seconds * self._draw(1 - JITTER, 1 + JITTER)

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
        """Halt the team and do a slice, if one is due; the seconds to take off: none if the slice is void."""
        now = clock.read().seconds
        self._meter.keep(now)
        if self._reference is None or self.void or self.failed:
            return 0.0
        own = now - self._begin - self.paused
        if own < self._due:
            return 0.0
        pause = self._slice(self._reference)
        self._due = own + self._about(max(self._interval, pause / self._share))
        self.paused += pause
        self.halted += pause
        return pause

    def _slice(self, reference: Reference) -> float:
        try:
            halt = Halt(self._gpu)
        except NotStill as reason:
            self.void = str(reason)
            return 0.0
        try:
            done = self._work(reference)
            halt.check()  # last of all: what comes after it is taken off though nobody has looked
        except NotStill as reason:
            self.void = str(reason)
        finally:
            end = halt.release()
        if self.void:  # something of the team's worked in it: so it was the team's time
            return 0.0
        if done is not None:
            self.marks.append(Mark(halt.begin - self._begin - self.paused, done.seconds, done.steps, done.busy))
        self._halts.append((halt.begin, end))
        return end - halt.begin

    def _work(self, reference: Reference) -> Slice | None:
        """A slice, with what it took in energy; None if it failed."""
        self.contention.pause()
        before, done = self._meter.read(), None
        try:
            done = reference.slice()
        except ReferenceFailed as reason:
            self.failed = str(reason)
        used = self._meter.read().minus(before)
        self.energy_halted = self.energy_halted.minus(used, -1.0)
        self.contention.go_on()
        return done

    def own_seconds(self, begin: float, end: float) -> float:
        """The team's own seconds between two moments of the clock."""
        taken = sum(max(0.0, min(end, last) - max(begin, first)) for first, last in self._halts)
        return max(0.0, end - begin - taken)
