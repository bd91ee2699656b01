"""From slices of reference work on a quiet machine to the calibration: pure arithmetic (docs/timing.md)."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST_RUN, SHORTEST_RUN = 20, 4
RUNS = 6
"""The slices are divided into about so many short runs, each long enough to have a mean."""
FEWEST = SHORTEST_RUN * 3
NOISY = 0.05
"""Spread of single slices from which on the machine is called noisy."""


@dataclass(frozen=True)
class Numbers:
    """What the slices say.

    Attributes:
        steps: steps in a slice of the wanted length.
        nominal: seconds of that slice: at the median speed.
        speeds: of every slice, relative to the median, in the order of time.
        spread: coefficient of variation of single slices.
        noise, raw_noise: as in `Calibration`.

    """

    steps: int
    nominal: float
    speeds: tuple[float, ...]
    spread: float
    noise: float
    raw_noise: float

    @property
    def noisy(self) -> bool:
        """Whether something else was running."""
        return self.spread > NOISY


def numbers(slices: Sequence[tuple[float, int]], slice_seconds: float) -> Numbers:
    """Evaluate slices.

    Args:
        slices: seconds and steps of each; at least `FEWEST`.
        slice_seconds: wanted length of a nominal slice.

    Raises:
        ValueError: too few slices.

    """
    if len(slices) < FEWEST:
        raise ValueError(f"{len(slices)} slices, at least {FEWEST} are needed")
    rates = [steps / seconds for seconds, steps in slices]
    middle = statistics.median(rates)
    speeds = tuple(rate / middle for rate in rates)
    steps = max(1, round(slice_seconds * middle))
    length = max(SHORTEST_RUN, min(LONGEST_RUN, len(speeds) // RUNS // 2 * 2))
    runs = [speeds[begin : begin + length] for begin in range(0, len(speeds) - length + 1, length)]
    return Numbers(
        steps=steps,
        nominal=steps / middle,
        speeds=speeds,
        spread=statistics.stdev(speeds) / statistics.fmean(speeds),
        noise=_noise(runs),
        raw_noise=statistics.stdev(map(statistics.fmean, runs)) / statistics.fmean(speeds),
    )


def _noise(runs: Sequence[Sequence[float]]) -> float:
    """Every other slice plays the team, the slices between them the reference work: how far is the ratio from 1."""
    ratios = [statistics.fmean(run[::2]) / statistics.fmean(run[1::2]) for run in runs]
    return math.sqrt(statistics.fmean((ratio - 1) ** 2 for ratio in ratios))


def picture(speeds: Sequence[float], width: int = 60) -> str:
    """The speed over time as a line of bars: the shortest is the slowest part, the tallest the fastest."""
    bars = "▁▂▃▄▅▆▇█"
    count = min(width, len(speeds))
    edges = [len(speeds) * number // count for number in range(count + 1)]
    means = [statistics.fmean(speeds[begin:end]) for begin, end in pairwise(edges)]
    low, high = min(means), max(means)
    span = high - low or 1.0
    return "".join(bars[round((mean - low) / span * (len(bars) - 1))] for mean in means)
