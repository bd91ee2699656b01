"""Energy: counters of the hardware, read by the parent, and what of it was the team's (docs/timing.md).

Nothing is estimated from a model of the machine: where there is no counter, nothing is measured.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ingestion_program import clock

Kind = Literal["gpu", "cpu"]
KINDS: tuple[Kind, ...] = ("gpu", "cpu")
EVERY = 30.0
"""Seconds between two looks at a counter that starts again at 0: far less than the shortest time in which one does."""


@dataclass(frozen=True)
class Counter:
    """One counter of the hardware.

    Attributes:
        name: for the record.
        kind: what it counts.
        read: joules since any moment; None where it cannot be read.
        wrap: joules at which it starts again at 0; 0 = it never does.

    """

    name: str
    kind: Kind
    read: Callable[[], float | None]
    wrap: float = 0.0


@dataclass(frozen=True)
class Joules:
    """Energy by kind; None where it was not measured."""

    gpu: float | None = None
    cpu: float | None = None

    def of(self, kind: Kind) -> float | None:
        """That of one kind."""
        return self.gpu if kind == "gpu" else self.cpu

    def minus(self, other: Joules, factor: float = 1.0) -> Joules:
        """This less `factor` times the other; None where either is."""
        found = {}
        for kind in KINDS:
            mine, taken = self.of(kind), other.of(kind)
            found[kind] = None if mine is None or taken is None else mine - factor * taken
        return Joules(**found)

    @property
    def total(self) -> float | None:
        """The sum of what was measured; None where nothing was."""
        known = [value for value in (self.gpu, self.cpu) if value is not None]
        return sum(known) if known else None

    def text(self) -> str:
        """For the record, rounded: `gpu 71.2, cpu 12.3`."""
        return ", ".join(f"{kind} {value:.1f}" for kind in KINDS if (value := self.of(kind)) is not None)


ZERO = Joules(0.0, 0.0)


def net(whole: Joules, halts: Joules, idle: Joules, seconds: float) -> Joules:
    """The team's energy: all of its run, less the halts and the idle machine's power over the team's own seconds.

    Args:
        whole: from the run's begin to its end.
        halts: of it, during the halts for reference work.
        idle: watts of the machine before the run.
        seconds: the team's own, without the halts.

    Returns:
        Joules, never below 0: a run that used less than the idle machine cannot be told from nothing.

    """
    found = whole.minus(halts).minus(idle, seconds)
    return Joules(*(None if value is None else max(0.0, value) for value in (found.gpu, found.cpu)))


class Meter:
    """All counters of the machine, from now on.

    Attributes:
        names: of the counters.
        idle: watts of the quiet machine, once `rest` has been called.

    """

    def __init__(self, counters: Sequence[Counter] = ()) -> None:
        self._last: dict[Counter, float | None] = {counter: counter.read() for counter in counters}
        self._used: dict[Counter, float] = dict.fromkeys(counters, 0.0)
        self._wraps = [counter for counter in counters if counter.wrap]
        self._next = 0.0
        self.names = tuple(counter.name for counter in counters)
        self.idle = Joules()

    def read(self) -> Joules:
        """Joules since this meter was made; a counter that failed once leaves its kind unmeasured for good."""
        for counter in self._last:
            self._look(counter)
        return Joules(**{kind: self._sum(kind) for kind in KINDS})

    def _sum(self, kind: Kind) -> float | None:
        mine = [counter for counter in self._last if counter.kind == kind]
        if not mine or any(self._last[counter] is None for counter in mine):
            return None
        return sum(self._used[counter] for counter in mine)

    def _look(self, counter: Counter) -> None:
        last = self._last[counter]
        now = counter.read() if last is not None else None
        self._last[counter] = now
        if last is None or now is None:
            return
        if now < last and not counter.wrap:
            self._last[counter] = None  # set back, as by a driver that was loaded again
            return
        self._used[counter] += now - last if now >= last else now - last + counter.wrap

    def keep(self, seconds: float) -> None:
        """To be called again and again, with the clock's seconds: no counter comes round twice unseen."""
        if self._wraps and seconds >= self._next:
            self._next = seconds + EVERY
            for counter in self._wraps:
                self._look(counter)

    def rest(self, seconds: float) -> None:
        """Measure the idle machine's power for so long; nothing is waited for where there are no counters."""
        if not self._last:
            return
        begin, before = clock.read().seconds, self.read()
        select.select([], [], [], seconds)
        used = self.read().minus(before)
        taken = clock.read().seconds - begin
        if taken > 0:
            self.idle = Joules(*(None if value is None else value / taken for value in (used.gpu, used.cpu)))
