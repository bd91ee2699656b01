"""From recorded runs to decisions between two submissions: pure arithmetic.

A recorded run is cut into stretches, one around each slice of reference work. Everything is by forward pass, so that
all runs of a kind serve for each true difference: the other submission does 1.05 or 1.10 times the passes. For each
decision the repetitions of both submissions are drawn from all of them, with replacement (bootstrap): so they are taken
as independent, on a machine that stays as it was recorded. How sure the shares are is found by a second bootstrap, of
the recorded runs themselves.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

METHODS = ("raw wall", "CPU time", "reference before and after", "interleaved, by the clock", "interleaved reference")
"""The last is ingestion's: steps by the reference's processor seconds, and what others took comes off. Those before it
take steps by seconds of the clock, around the run and in its middle."""
POOLS = 60
"""Resampled recordings, for the range."""
Array = NDArray[np.float64]
Middle = Literal["mean", "median"]


@dataclass(frozen=True)
class Totals:
    """What one recorded run says: passes, and by method the seconds that they took."""

    passes: float
    seconds: tuple[float, float, float, float, float]
    stretches: int


@dataclass(frozen=True)
class Rates:
    """How often the decisions between two submissions came out so.

    Attributes:
        right, right_range: the one that does more work was found slower; for equal work: within 2 %. With the 95 %
            range over resampled recordings.
        found, found_range: found slower by more than half of 5 %; for equal work: either one was, so falsely.
        spread: standard deviation of the ratio.

    """

    right: float
    right_range: tuple[float, float]
    found: float
    found_range: tuple[float, float]
    spread: float


def totals(run: Mapping[str, Any], nominal_rate: float) -> Totals:
    """Sum up one recorded run, from the first question to the last but one answer.

    Args:
        run: as recorded.
        nominal_rate: steps by second of the calibration.

    """
    marks, begins = run["marks"], np.array(run["begins"])
    middles = [(one[0] + other[0]) / 2 for one, other in itertools.pairwise(marks)]
    edges = np.clip([0.0, *middles, run["seconds"]], begins[0, 0], begins[-1, 0])
    walls = np.diff(edges)
    by_clock = np.array([steps / seconds for _, seconds, steps, _ in marks]) / nominal_rate
    contended = run["taken"] / (run["cores"] * run["seconds"])
    speeds = np.array([steps / busy for _, _, steps, busy in marks]) / nominal_rate * (1 - contended)
    around = [steps / seconds for seconds, steps, _ in run["before"] + run["after"]]
    wall = float(walls.sum())
    return Totals(
        passes=(len(begins) - 1) * run["passes_a_part"],
        seconds=(
            wall,
            float(begins[-1, 1] - begins[0, 1]),
            wall * float(np.mean(around)) / nominal_rate,
            float((walls * by_clock).sum()),
            float((walls * speeds).sum()),
        ),
        stretches=int((walls > 0).sum()),
    )


def decisions(
    runs: Sequence[Totals],
    method: int,
    repetitions: int,
    joined: int,
    more: int,
    count: int,
    middle: Middle = "mean",
) -> Rates:
    """Decide often between two submissions.

    Args:
        runs: recorded ones, in the order of time.
        method: number in `METHODS`.
        repetitions: of each submission, an odd number.
        middle: which one number stands for all repetitions; ingestion takes the median.
        joined: so many recorded runs make one longer repetition: blocks of neighbouring slices, drawn independently.
        more: per cent of work that the second does more.
        count: how many decisions.

    """
    draw = np.random.default_rng((method, repetitions, joined, more))
    seconds = np.array([run.seconds[method] for run in runs])
    work = np.array([run.passes for run in runs])
    ratios = _ratios(seconds, work, repetitions, joined, more, count, draw, middle)
    far, right = _judge(ratios, more)
    ranges = []
    for _ in range(POOLS):
        pool = np.sort(draw.integers(len(runs), size=len(runs)))
        drawn = _ratios(seconds[pool], work[pool], repetitions, joined, more, count // 5, draw, middle)
        ranges.append(_judge(drawn, more))
    found, other = ((float(low), float(high)) for low, high in np.quantile(np.array(ranges), (0.025, 0.975), axis=0).T)
    return Rates(right, other, far, found, float(ratios.std()))


def _judge(ratios: Array, more: int) -> tuple[float, float]:
    far = ratios > 1.025
    if not more:
        far |= ratios < 1 / 1.025
    right = ratios > 1 if more else abs(ratios - 1) <= 0.02
    return float(far.mean()), float(right.mean())


def _ratios(
    seconds: Array,
    work: Array,
    repetitions: int,
    joined: int,
    more: int,
    count: int,
    draw: np.random.Generator,
    middle: Middle,
) -> Array:
    counted = []
    for _ in range(2):
        chosen = draw.integers(len(seconds), size=(count, repetitions, joined))
        each = seconds[chosen].sum(axis=2) / work[chosen].sum(axis=2)
        counted.append(np.median(each, axis=1) if middle == "median" else np.mean(each, axis=1))
    found: Array = counted[1] * (1 + more / 100) / counted[0]
    return found


def scatter(runs: Sequence[Totals], method: int) -> float:
    """Coefficient of variation of single runs' seconds by pass."""
    values = [run.seconds[method] / run.passes for run in runs]
    return float(np.std(values, ddof=1) / np.mean(values))


def needed(scattered: float) -> int:
    """Repetitions of each submission that find a true 5 % (by more than half) in 99 % of the decisions.

    The mean of n repetitions scatters by `scattered / sqrt(n)`, the ratio of two by `sqrt(2)` times that; half of 5 %
    has to be 2.326 times as much (normal distribution, one side).
    """
    return max(1, math.ceil(2 * (2.326 * scattered / 0.025) ** 2))


def wilson(share: float, count: int) -> tuple[float, float]:
    """95 % interval of a share that was counted so often (E. B. Wilson, 1927)."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def measured_difference(runs: Mapping[int, Sequence[Totals]], method: int, more: int) -> tuple[float, float]:
    """Per cent by which submissions that do more took longer as recorded, with its standard error."""
    means, errors = [], []
    for amount in (0, more):
        values = [run.seconds[method] for run in runs[amount]]
        means.append(float(np.mean(values)))
        errors.append(float(np.std(values, ddof=1) / math.sqrt(len(values)) / means[-1]))
    return 100 * (means[1] / means[0] - 1), 100 * math.hypot(*errors) * means[1] / means[0]
