"""Whether the measurement tells two teams apart: guards beside the noise bands. Values in, values out.

The guard compares the ratio of two durations with a limit: it is in doubt where the distance
`delta = |ln(mover / above) - ln(limit)|` is at most `h = sqrt(h_mover^2 + h_above^2)`, each on the side towards the
limit (`bands`). A re-run replaces the official record, so what is asked for is the number of runs in all: the least odd
n with `h_1 * sqrt(pi / 2 / n) < delta`, `h_1` being that of one run each, if the measured distance is the true one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from organizer.audit.official import Official
from organizer.rerank.bands import Side, repeats, runs_needed, side
from xtreme_tasks.hardware import apart

About = Literal["duration", "disturbed", "score", "hardware"]


@dataclass(frozen=True)
class Doubt:
    """Something that the measurement does not decide.

    Attributes:
        team, other: who cannot be told apart; `other` may be the baseline.
        about: `duration`; `disturbed`: a duration of a void run, or of one beside others, of which more would not be
            better; `score`; `hardware`: not on the same machine, as far as is known.
        runs: runs of each, in all, that would settle it (if disturbed: of that one); 0 where runs cannot.
        sentence: all of it in English.

    """

    team: str
    other: str
    about: About
    runs: int
    sentence: str


def duration_doubt(team: Official, other: Official, limit: float, fixed: bool = False) -> Doubt | None:
    """Whether `team.duration / other.duration < limit` could be otherwise.

    Args:
        team, other: with measured durations.
        limit: 0.95 for a guard of 5 %, 1 for who is faster, above 1 for the baseline's upper one.
        fixed: the other one, the baseline, cannot run again.

    """
    if team.duration <= 0 or other.duration <= 0:
        return None
    names = f"{team.team} ({team.duration:.4g} s) and {other.team} ({other.duration:.4g} s)"
    if reason := apart(team.hardware, other.hardware):
        return _machines(team, other, f"{names} {reason}", fixed)
    ratio = team.duration / other.duration
    distance = math.log(ratio) - math.log(limit)
    ours, theirs = side(team, distance < 0, mover=True), side(other, distance >= 0, mover=False)
    half = math.hypot(ours.narrowed, theirs.narrowed)
    if half == 0 or abs(distance) > half:
        return None
    what = f"{_time(ratio)}, the limit is {_time(limit)}, and the noise {100 * half:.4g} %"
    start = f"{names} cannot be told apart: {what}"
    disturbed = [(one, its) for one, its in ((team, ours), (other, theirs)) if its.wanted and its.half]
    if disturbed:
        return _disturbed(team, other, start, disturbed)
    each = (ours.half, theirs.half) if fixed else (math.hypot(ours.half, theirs.half), 0.0)
    runs = runs_needed(each[0], abs(distance), each[1])
    advice = f"{runs} runs of {team.team if fixed else 'each'}" if runs else "no number of runs"
    return Doubt(team.team, other.team, "duration", runs, f"{start}; {advice} would settle it.")


def _machines(team: Official, other: Official, start: str, fixed: bool) -> Doubt:
    """Two machines: one run of both on one of them is asked for, but with no fewer repeats than there were."""
    if fixed:
        return Doubt(team.team, other.team, "hardware", 0, f"{start}: measure {other.team} again where the teams run.")
    runs = max(repeats(team), repeats(other))
    return Doubt(team.team, other.team, "hardware", runs, f"{start}: run both on one machine.")


def _disturbed(team: Official, other: Official, start: str, found: list[tuple[Official, Side]]) -> Doubt:
    """Runs that tell too little, however many: another kind is asked for, as often as it was made."""
    advice = " and ".join(f"a run of {one.team} {its.wanted}" for one, its in found)
    runs = max(repeats(one) for one, _ in found)
    return Doubt(team.team, other.team, "disturbed", runs, f"{start}; {advice} would tell.")


def _time(ratio: float) -> str:
    """A ratio of durations in words."""
    if ratio == 1:
        return "the same time"
    return f"{100 * abs(1 - ratio):.4g} % {'less' if ratio < 1 else 'more'} time"


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
