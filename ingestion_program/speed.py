"""The speed of the machine during one run, from the slices of reference work: pure arithmetic (docs/timing.md).

A slice's speed is its steps by its seconds, relative to the nominal slice of the calibration. The run's speed is the
mean over the team's own time, each slice standing for the time nearest to it; so `wall * speed` is what the run would
have taken at the nominal speed throughout.
"""

from __future__ import annotations

import random
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


@dataclass(frozen=True)
class Estimate:
    """What one run's seconds are worth.

    Attributes:
        timing, reason: as in the run record.
        duration: what ranks.
        speed, measured: clipped and not; 1 where there is none.
        low, high: 95 % band of `duration`; both 0 where nothing is known.
        slices: seconds of every slice, scaled to one nominal slice's work.

    """

    timing: Literal["normalised", "raw", "void"]
    reason: str
    duration: float
    speed: float = 1.0
    measured: float = 1.0
    low: float = 0.0
    high: float = 0.0
    slices: tuple[float, ...] = ()


def scaled(marks: Sequence[Mark], calibration: Calibration) -> tuple[float, ...]:
    """Seconds that each slice would have taken for the work of a nominal slice."""
    return tuple(mark.seconds * calibration.steps / mark.steps for mark in marks)


def weights(marks: Sequence[Mark], wall: float) -> list[float]:
    """The team's own seconds that each slice stands for: from half way to the one before to half way to the next."""
    middles = [(first.at + second.at) / 2 for first, second in pairwise(marks)]
    edges = [0.0, *middles, max(wall, marks[-1].at)]
    return [end - begin for begin, end in pairwise(edges)]


def normalised(wall: float, marks: Sequence[Mark], calibration: Calibration) -> Estimate:
    """The run at the nominal speed.

    Args:
        wall: the team's own raw seconds.
        marks: at least `FEWEST` slices.
        calibration: of this machine.

    """
    seconds = scaled(marks, calibration)
    speeds = [calibration.nominal / taken for taken in seconds]
    spans = weights(marks, wall)
    measured = _mean(speeds, spans)
    speed = min(max(measured, calibration.lowest), calibration.highest)
    low, high = band(speeds, spans, calibration.noise)
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
    )


def raw(wall: float, reason: str, calibration: Calibration | None) -> Estimate:
    """The run as the clock ran; the band is the quiet machine's own scatter, where it was calibrated."""
    reach = TWO_SIDED_95 * calibration.raw_noise * wall if calibration else 0.0
    low, high = (max(0.0, wall - reach), wall + reach) if calibration else (0.0, 0.0)
    return Estimate("raw", reason, wall, low=low, high=high)


def void(wall: float, reason: str, calibration: Calibration) -> Estimate:
    """The run as the clock ran; the band is all that the machine's speed may have been."""
    return Estimate("void", reason, wall, low=wall * calibration.lowest, high=wall * calibration.highest)


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
