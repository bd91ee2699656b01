"""The speed of the machine during one run, from the slices of reference work: pure arithmetic (docs/timing.md).

A slice's speed is its steps by its workers' processor seconds, relative to the nominal slice of the calibration: how
fast the cores are. What others took of the cores' time is measured beside it, and comes off. The run's speed is the
product, with the mean of the slices over the team's own time, each standing for the time nearest to it; so
`wall * speed` is what the run would have taken at the nominal speed throughout, and alone.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ingestion_program.calibration import Calibration
from ingestion_program.pace import Mark

FEWEST = 3
"""With fewer slices nothing can be said about how much they scatter."""
REPLICATES = 1000
TWO_SIDED_95 = 1.96
MOST_TAKEN = 0.95
"""More than that is not taken off, nor reached for by the band: a duration stays above 0."""
NO_LOSS = 0.2
"""So much of what was taken may have been no loss, because no code keeps all cores busy all the time: the band's upper
end. From recordings beside a busy neighbour (`python -m benchmarks.slowed`)."""


@dataclass(frozen=True)
class Estimate:
    """What one run's seconds are worth.

    Attributes:
        timing, reason: as in the run record.
        duration: what ranks.
        speed: by which the raw seconds were multiplied; 1 where they count as they are.
        measured: what the slices say, unclipped; 1 where there are none, or they do not count.
        low, high: 95 % band of `duration`; both 0 where nothing is known.
        slices: seconds of every slice, scaled to one nominal slice's work.
        contended: share of the cores' time that others took from the team; off in `duration` if it is normalised.

    """

    timing: Literal["normalised", "raw", "void"]
    reason: str
    duration: float
    speed: float = 1.0
    measured: float = 1.0
    low: float = 0.0
    high: float = 0.0
    slices: tuple[float, ...] = ()
    contended: float = 0.0


def scaled(marks: Sequence[Mark], calibration: Calibration) -> tuple[float, ...]:
    """Seconds that each slice would have taken for the work of a nominal slice."""
    return tuple(mark.busy * calibration.steps / mark.steps for mark in marks)


def weights(marks: Sequence[Mark], wall: float) -> list[float]:
    """The team's own seconds that each slice stands for: from half way to the one before to half way to the next."""
    middles = [(first.at + second.at) / 2 for first, second in pairwise(marks)]
    edges = [0.0, *middles, max(wall, marks[-1].at)]
    return [end - begin for begin, end in pairwise(edges)]


def normalised(
    wall: float, marks: Sequence[Mark], calibration: Calibration, taken: float = 0.0, cores: int = 1
) -> Estimate:
    """The run at the nominal speed, alone on the machine.

    Code that keeps all cores busy, each with work of its own, loses what others took once for each core; that is taken
    off. Code whose threads wait for each other loses up to the whole of it: so far down reaches the band, and up to
    what was no loss (`NO_LOSS`).

    Args:
        wall: the team's own raw seconds.
        marks: at least `FEWEST` slices.
        calibration: of this machine.
        taken: processor seconds that others took from the team.
        cores: that it may use.

    """
    seconds = scaled(marks, calibration)
    speeds = [calibration.nominal / each for each in seconds]
    spans = weights(marks, wall)
    contended, most = shares(wall, taken, cores)
    measured = _mean(speeds, spans) * (1 - contended)
    speed = min(max(measured, calibration.lowest), calibration.highest)
    low, high = band(speeds, spans, calibration.noise)
    low, high = low * (1 - most), high * (1 - (1 - NO_LOSS) * contended)
    reason = ""
    if speed != measured:
        reason = f"speed {measured:.3f} clipped to {speed:.3f}"
    # A clipped speed is one that is not believed: the band then reaches from it to what was measured.
    return Estimate(
        "normalised",
        reason,
        wall * speed,
        speed,
        measured,
        wall * min(low, speed),
        wall * max(high, speed),
        seconds,
        contended,
    )


def raw(wall: float, reason: str, calibration: Calibration | None, taken: float = 0.0, cores: int = 1) -> Estimate:
    """The run as the clock ran.

    The band is the quiet machine's own scatter, where that is known; downwards it reaches as far as if all that others
    took had been lost, as for `normalised`.

    Args:
        wall, taken, cores: as for `normalised`.
        reason: why it is raw.
        calibration: of this machine; None where there is none.

    """
    contended, most = shares(wall, taken, cores)
    low = high = 0.0
    if calibration is not None:
        reach = TWO_SIDED_95 * calibration.raw_noise
        low, high = wall * max(0.0, 1 - reach) * (1 - most), wall * (1 + reach)
    return Estimate("raw", reason, wall, low=low, high=high, contended=contended)


def void(
    wall: float, reason: str, marks: Sequence[Mark], calibration: Calibration, taken: float = 0.0, cores: int = 1
) -> Estimate:
    """A run in which something of the team's worked while the reference work did: nobody shall gain by that.

    Raw seconds are cheaper than normalised ones where the machine is faster than nominal, so a faster machine counts
    all the same: by the mean of the slices before that moment, or, where none was made, by the highest believed speed.
    A slower one does not count, nor does what others took. The band is all that the speed may have been.

    Args:
        wall, calibration, taken, cores: as for `normalised`.
        reason: what was seen.
        marks: the slices before it, any number.

    """
    seconds = scaled(marks, calibration)
    measured = statistics.fmean(calibration.nominal / each for each in seconds) if seconds else 1.0
    speed = min(max(1.0, measured), calibration.highest) if seconds else calibration.highest
    if speed != 1.0:
        until = "as measured until then" if seconds else "the highest believed, as nothing was measured until then"
        reason = f"{reason}; counts at speed {speed:.3f}, {until}"
    contended, most = shares(wall, taken, cores)
    low, high = wall * calibration.lowest * (1 - most), wall * calibration.highest
    return Estimate("void", reason, wall * speed, speed, measured, low, high, seconds, contended)


def shares(wall: float, taken: float, cores: int) -> tuple[float, float]:
    """What others took, as a share of all cores' time and of the run's own seconds; neither above `MOST_TAKEN`."""
    return min(MOST_TAKEN, taken / (cores * wall)), min(MOST_TAKEN, taken / wall)


def band(speeds: Sequence[float], spans: Sequence[float], noise: float) -> tuple[float, float]:
    """95 % band of the mean speed: bootstrap of blocks of neighbouring slices, and the calibration's own noise.

    Blocks (circular, of about the cube root of the number of slices), because neighbours are alike: single slices would
    make the band too narrow. Few slices scatter less about their own mean than about the true one, by
    `sqrt((n - 1) / n)`, which is undone. The same numbers always give the same band.
    """
    count, whole = len(speeds), _mean(speeds, spans)
    length = max(1, round(count ** (1 / 3)))
    stretch = (count / (count - 1)) ** 0.5
    draw = random.Random(0)  # noqa: S311 - not a secret
    found = []
    for _ in range(REPLICATES):
        begins = draw.choices(range(count), k=-(-count // length))
        chosen = [(begin + step) % count for begin in begins for step in range(length)][:count]
        mean = _mean([speeds[index] for index in chosen], [spans[index] for index in chosen])
        found.append((whole + (mean - whole) * stretch) * (1 + draw.gauss(0, noise)))
    found.sort()
    return max(0.0, found[REPLICATES // 40]), found[-1 - REPLICATES // 40]


def _mean(values: Sequence[float], spans: Sequence[float]) -> float:
    return sum(value * span for value, span in zip(values, spans, strict=True)) / sum(spans)
