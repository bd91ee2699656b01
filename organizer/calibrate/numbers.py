"""From slices of reference work on a quiet machine to the calibration: pure arithmetic (docs/timing.md)."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

PAIRS = 8
"""Pairs of fresh processes that share the time: so many short runs of a submission, each with its reference."""
FEWEST = 4
"""Slices of each pair."""

Slice = tuple[float, int, float]  # seconds by the clock, steps, busy seconds
NOISY = 0.05
"""Spread of single slices from which on the machine is called noisy."""


@dataclass(frozen=True)
class Numbers:
    """What the slices say.

    Attributes:
        steps: steps in a slice of the wanted length.
        nominal: seconds of that slice: at the median speed.
        speeds: of every slice of the references, relative to the median, in the order of time.
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


def numbers(pairs: Sequence[Sequence[Slice]], slice_seconds: float) -> Numbers:
    """Evaluate slices.

    Args:
        pairs: for each pair of processes its slices, in turns: the reference's, the one's that plays a team; at
            least two pairs with at least `FEWEST` each.
        slice_seconds: wanted length of a nominal slice.

    Raises:
        ValueError: too few slices.

    """
    fewest = min((len(slices) for slices in pairs), default=0)
    if len(pairs) < 2 or fewest < FEWEST:
        raise ValueError(f"{fewest} slices in a run, at least {FEWEST} are needed")
    rates = [[steps / busy for _, steps, busy in slices] for slices in pairs]
    # A raw duration is one by the clock, so its scatter is that of the clock's seconds and not of the processor's.
    by_clock = [statistics.fmean(steps / seconds for seconds, steps, _ in slices[1::2]) for slices in pairs]
    reference, team = ([rate for run in rates for rate in run[first::2]] for first in (0, 1))
    middle, other = statistics.median(reference), statistics.median(team)
    runs = [[rate / (other if number % 2 else middle) for number, rate in enumerate(run)] for run in rates]
    speeds = tuple(rate / middle for rate in reference)
    steps = max(1, round(slice_seconds * middle))
    return Numbers(
        steps=steps,
        nominal=steps / middle,
        speeds=speeds,
        spread=statistics.stdev(speeds) / statistics.fmean(speeds),
        noise=_noise(runs),
        raw_noise=statistics.stdev(by_clock) / statistics.fmean(by_clock),
    )


def _noise(runs: Sequence[Sequence[float]]) -> float:
    """Coefficient of variation of the team's speed by that of the reference beside it, from pair to pair."""
    ratios = [statistics.fmean(run[1::2]) / statistics.fmean(run[::2]) for run in runs]
    return statistics.stdev(ratios) / statistics.fmean(ratios)


def picture(speeds: Sequence[float], width: int = 60) -> str:
    """The speed over time as a line of bars: the shortest is the slowest part, the tallest the fastest."""
    bars = "▁▂▃▄▅▆▇█"
    count = min(width, len(speeds))
    edges = [len(speeds) * number // count for number in range(count + 1)]
    means = [statistics.fmean(speeds[begin:end]) for begin, end in pairwise(edges)]
    low, high = min(means), max(means)
    span = high - low or 1.0
    return "".join(bars[round((mean - low) / span * (len(bars) - 1))] for mean in means)
