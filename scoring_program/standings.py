"""The values that go into a ranking and come out of it, the order by score, and exact comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring_program.baseline_rule import Adjustment
from scoring_program.exact import exact
from xtreme_tasks.faults import OrganizerFault

StepKind = Literal["excluded", "title", "move", "refusal", "adjustment"]
Reason = Literal["", "score", "duration", "top", "behind", "zero", "baseline", "unsure"]

SHORTEST = 1e-9  # seconds: what a clock resolves; a run of less was not measured
LARGEST = 1e12  # above any duration or date in seconds


@dataclass(frozen=True)
class Result:
    """What one team brings into the ranking.

    Attributes:
        team: unique name.
        score: 0-100, unrounded; 0 where the attempt failed.
        duration: seconds as the leaderboard counts them; at least a nanosecond where there is a score.
        accepted: Unix seconds at which the submission was accepted.

    """

    team: str
    score: float
    duration: float
    accepted: float = 0.0


@dataclass(frozen=True)
class Step:
    """One line of the trail.

    Attributes:
        kind: `excluded` (does not compete for a title), `title`, `move` (past one team), `refusal`, `adjustment`.
        team: whom it is about.
        other: the team directly above at that moment; for `excluded` the team with the best score; else empty.
        reason: why it was refused: `score` and `duration` are the guards, `top` means that nobody is above,
            `behind` too far below the best score, `zero` no score, `baseline` the rule `baseline` does not apply,
            `unsure` the organizer leaves the order where the noise of the durations could have decided.
        title: 1 or 2, the title that is being spent; 0 where there is none.
        points_behind: the other team's score minus this team's.
        time_saved: (other's duration - this team's) / other's duration.
        sentence: all of it in English.

    """

    kind: StepKind
    team: str
    sentence: str
    other: str = ""
    reason: Reason = ""
    title: int = 0
    points_behind: float | None = None
    time_saved: float | None = None


@dataclass(frozen=True)
class Row:
    """One team of the final order.

    Attributes:
        place, place_by_score: 1 is first; every team has a place of its own.
        places_gained: `place_by_score - place`; negative where others moved past.
        title: 1 for the most efficient team, 2 for the second, 0 for all others and under the rule `baseline`.
        adjustment: of the rule `baseline`; None under `places`.

    """

    place: int
    team: str
    score: float
    duration: float
    accepted: float
    place_by_score: int
    places_gained: int
    title: int = 0
    adjustment: Adjustment | None = None


@dataclass(frozen=True)
class Standings:
    """The final order and how it came about."""

    rows: tuple[Row, ...]
    trail: tuple[Step, ...]


def points_behind(team: Result, other: Result) -> Fraction:
    """How many points `other` is ahead of `team`; negative where it is behind."""
    return exact(other.score) - exact(team.score)


def time_saved(team: Result, other: Result) -> Fraction:
    """The fraction of `other`'s duration that `team` does not need; negative where it is slower."""
    return (exact(other.duration) - exact(team.duration)) / exact(other.duration)


def by_score(results: Sequence[Result]) -> list[Result]:
    """Best score first; equal score, the faster first; then the earlier submission; then the team's name."""
    return sorted(results, key=lambda result: (-result.score, result.duration, result.accepted, result.team))


def by_duration(results: Sequence[Result]) -> list[Result]:
    """Least duration first; equal duration, the higher score first; then the earlier submission; then the name."""
    return sorted(results, key=lambda result: (result.duration, -result.score, result.accepted, result.team))


def check(results: Sequence[Result]) -> None:
    """Refuse what cannot be ranked.

    Raises:
        OrganizerFault: E231 with the team and the value.

    """
    seen: set[str] = set()
    for result in results:
        if result.team in seen:
            raise OrganizerFault("E231", f"result of {result.team}", "the team appears twice")
        seen.add(result.team)
        for name, value in (("score", result.score), ("duration", result.duration), ("accepted", result.accepted)):
            if not math.isfinite(value) or not 0 <= value <= LARGEST:
                raise OrganizerFault("E231", f"result of {result.team}", f"{name} is {value}")
        if result.score > 100:
            raise OrganizerFault("E231", f"result of {result.team}", f"score is {result.score}, the most is 100")
        if result.score > 0 and result.duration < SHORTEST:
            raise OrganizerFault("E231", f"result of {result.team}", f"a score in {result.duration} s")


def rows(
    start: Sequence[Result],
    order: Sequence[Result],
    titles: Mapping[str, int] | None = None,
    adjustments: Mapping[str, Adjustment] | None = None,
) -> tuple[Row, ...]:
    """The rows of the final order.

    Args:
        start: the order by score.
        order: the final order of the same results.
        titles, adjustments: by team, where there are any.
    """
    before = {result.team: place for place, result in enumerate(start, 1)}
    return tuple(
        Row(
            place=place,
            team=result.team,
            score=result.score,
            duration=result.duration,
            accepted=result.accepted,
            place_by_score=before[result.team],
            places_gained=before[result.team] - place,
            title=(titles or {}).get(result.team, 0),
            adjustment=(adjustments or {}).get(result.team),
        )
        for place, result in enumerate(order, 1)
    )
