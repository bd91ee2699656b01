"""Whether the measurement tells two teams apart: guards beside the noise bands. Values in, values out.

A duration d has a 95 % band (low, high); in logarithms its half-width is `ln(high / d)` upwards and `ln(d / low)`
downwards. The guard compares the ratio of two durations with a limit: it is in doubt where the distance
`delta = |ln(mover / above) - ln(limit)|` is at most `h = sqrt(h_mover^2 + h_above^2)`, each on the side towards the
limit. The mean of n independent runs has a band narrower by sqrt(n), so `n > (h / delta)^2` runs of both teams settle
it if the measured distance is the true one; one of them has been made.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from organizer.audit.official import Official
from xtreme_tasks.hardware import UNKNOWN

About = Literal["duration", "score", "hardware"]
MOST_RUNS = 1000
"""Above this many runs nothing is proposed: the two are equal for every purpose."""


@dataclass(frozen=True)
class Doubt:
    """Something that the measurement does not decide.

    Attributes:
        team, other: who cannot be told apart; `other` may be the baseline.
        about: `duration`, `score`, or `hardware`: not on the same machine, as far as is known.
        more_runs: further runs of each that would settle it; 0 where runs cannot.
        sentence: all of it in English.

    """

    team: str
    other: str
    about: About
    more_runs: int
    sentence: str


def further_runs(half: float, distance: float) -> int:
    """Further runs, after one, until `half / sqrt(runs) < distance`; 0 where more than `MOST_RUNS` would be needed."""
    if distance <= 0 or half / distance > math.sqrt(MOST_RUNS):
        return 0
    return max(1, math.floor((half / distance) ** 2))


def half_width(one: Official, upwards: bool) -> float:
    """Half-width of the duration's band in logarithms; 0 where the noise is not known."""
    if one.duration <= 0 or one.band_low <= 0 or one.band_high <= 0:
        return 0.0
    side = one.band_high / one.duration if upwards else one.duration / one.band_low
    return max(0.0, math.log(side))


def noise_known(one: Official) -> bool:
    """Whether the record has a noise band."""
    return one.band_low > 0 and one.band_high > 0


def apart(first: str, second: str) -> str:
    """Why two durations cannot be compared, by the keys `hardware` of their records; empty where they can.

    Two records without a key are not told apart here: of a whole phase without keys the ranking says it once.
    """
    if first == second:
        return ""
    if first and second:
        return f"were measured on different hardware ({first}; {second})"
    return f"were not shown to be measured on the same hardware ({first or UNKNOWN}; {second or UNKNOWN})"


def duration_doubt(team: Official, other: Official, limit: float) -> Doubt | None:
    """Whether `team.duration / other.duration < limit` could be otherwise.

    Args:
        team, other: with measured durations.
        limit: 0.95 for a guard of 5 %, 1 for who is faster.

    """
    if team.duration <= 0 or other.duration <= 0:
        return None
    names = f"{team.team} ({team.duration:.4g} s) and {other.team} ({other.duration:.4g} s)"
    if reason := apart(team.hardware, other.hardware):
        return Doubt(team.team, other.team, "hardware", 1, f"{names} {reason}: run both on one machine.")
    distance = math.log(team.duration / other.duration) - math.log(limit)
    below = distance < 0
    half = math.hypot(half_width(team, below), half_width(other, not below))
    if half == 0 or abs(distance) > half:
        return None
    runs = further_runs(half, abs(distance))
    advice = f"{runs} more run{'s' if runs > 1 else ''} of each would settle it" if runs else "no number of runs would"
    saved, wanted = 100 * (1 - team.duration / other.duration), 100 * (1 - limit)
    what = f"{saved:.2f} % less time against {wanted:g} % needed, and a noise of {100 * half:.2f} %"
    return Doubt(team.team, other.team, "duration", runs, f"{names} cannot be told apart: {what}; {advice}.")


def score_doubt(team: Official, other: Official, gap: float) -> Doubt | None:
    """Whether `other.score - team.score < gap` could be otherwise on other hidden examples; no re-run settles that."""
    behind = other.score - team.score
    near = behind < gap
    ours = team.score - team.score_low if near else team.score_high - team.score
    theirs = other.score_high - other.score if near else other.score - other.score_low
    half = math.hypot(max(0.0, ours), max(0.0, theirs)) if team.score_high and other.score_high else 0.0
    if half == 0 or abs(behind - gap) > half:
        return None
    sentence = (
        f"{team.team} is {behind:.2f} points behind {other.team}, {gap:g} is the limit, and other hidden examples "
        f"could change that by {half:.2f}: no further run settles it."
    )
    return Doubt(team.team, other.team, "score", 0, sentence)
