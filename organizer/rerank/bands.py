"""The noise band of a duration: of one run, of the median of several, and as far as it counts in a comparison.

A duration d has a 95 % band (low, high), which is that of one run; in logarithms its half-width is `ln(high / d)`
upwards and `ln(d / low)` downwards. The median of n >= 3 independent runs scatters less, by `sqrt(pi / 2 / n)`: the
efficiency of a median for many normal values, and a little too wide for few. What all repeats have in common does not
shrink: a void run's band is all that the speed may have been, and is taken as it is; of what neighbours may have cost a
run, nobody knows whether it is the same each time. The rest is taken as independent from run to run.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

from ingestion_program.speed import NO_LOSS
from organizer.audit.official import Official

MOST_RUNS = 1000
"""Above this many runs nothing is proposed: the two are equal for every purpose."""
SHARED = 0.02
"""Share of the cores' time, taken by others, from which on a run counts as made on a shared worker."""
EFFICIENCY = math.pi / 2
"""Variance of the median of many normal values by that of their mean."""
T95 = {2: 4.303, 4: 2.776, 6: 2.447, 8: 2.306, 10: 2.228, 14: 2.145, 20: 2.086, 30: 2.042, 60: 2.000}
"""Student's t of a two-sided 95 %, by degrees of freedom."""


@dataclass(frozen=True)
class Side:
    """One side of a team's band in a comparison.

    Attributes:
        half: half-width in logarithms as far as it counts, of one run.
        narrowed: the same of the record, which may be the median of several.
        wanted: what kind of run would tell more, where more of the same kind would not; else empty.

    """

    half: float
    narrowed: float
    wanted: str = ""


def odd(runs: int) -> int:
    """What a number of runs counts as: of an even one the lower middle is the median, so it counts as one fewer."""
    return max(1, runs - (runs % 2 == 0))


def repeats(one: Official) -> int:
    """Runs whose median the duration is."""
    return odd(len(one.durations))


def narrowing(runs: int) -> float:
    """Half-width of the band of a median of so many runs, by that of one run."""
    return math.sqrt(EFFICIENCY / runs) if runs >= 3 else 1.0


def runs_needed(half: float, distance: float, fixed: float = 0.0) -> int:
    """The least odd number of runs with `hypot(half * narrowing(runs), fixed) < distance`; 0 above `MOST_RUNS`.

    That is in all, since a re-run replaces the record of the runs before.

    Args:
        half: of one run each.
        distance: from the limit.
        fixed: half-width that no further run changes.

    """
    left = distance**2 - fixed**2
    if left <= 0 or (needed := EFFICIENCY * half**2 / left) >= MOST_RUNS:
        return 0
    runs = max(3, math.floor(needed * (1 + 1e-9)) + 1)  # a promise that rounding must not break
    return runs + (runs % 2 == 0)


def has_band(one: Official) -> bool:
    """Whether the record has a noise band."""
    return one.band_low > 0 and one.band_high > 0


def noise_known(one: Official) -> bool:
    """Whether the record has a noise band, or repeats enough to tell the noise."""
    return has_band(one) or (repeats(one) >= 3 and min(one.durations) > 0)


def half_width(one: Official, upwards: bool) -> float:
    """Half-width of one run's band in logarithms: the record's own, else by its repeats; 0 where neither is known."""
    if one.duration <= 0 or not noise_known(one):
        return 0.0
    if not has_band(one):
        freedom = max(known for known in T95 if known < repeats(one))
        return T95[freedom] * statistics.stdev(map(math.log, one.durations))
    return max(0.0, math.log(one.band_high / one.duration if upwards else one.duration / one.band_low))


def side(one: Official, upwards: bool, mover: bool) -> Side:
    """A side of a team's band as far as it counts; downwards it is in the team's own favour.

    A band that a team can widen must neither protect its place nor hold up anybody. A void run's does not reach down at
    all. Of a run beside others, where neighbours may have helped to widen it, only its own noise keeps the team from
    being passed; as a mover's it counts whole, since its threads may have lost more than was taken off.
    """
    half, part = half_width(one, upwards), narrowing(repeats(one))
    if one.timing == "void":
        return Side(half, half, "that is not void") if upwards else Side(0.0, 0.0)
    if upwards or one.contended <= SHARED:
        return Side(half, half * part)
    if mover:
        return Side(half, half, "alone on the worker")
    own = min(half, max(0.0, half_width(one, True) - _widened(one)))
    return Side(own, own * part)


def _widened(one: Official) -> float:
    """How much of a band's upper side is because others were there (docs/timing.md): nothing of a raw one's."""
    if one.timing != "normalised":
        return 0.0
    return math.log((1 - (1 - NO_LOSS) * one.contended) / (1 - one.contended)) if one.contended < 1 else math.inf
