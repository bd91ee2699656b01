"""The official result of each team: of its first attempts that may count, as scoring signed it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from organizer.audit.checks_attempts import window_fault
from organizer.audit.evidence import Part, ScoreRecord
from organizer.audit.facts import Case, Facts
from scoring_program.standings import Result
from xtreme_tasks.tasks import TASKS

LOST = "lost"
"""The verdict of an attempt that began and of which no valid score record exists."""


@dataclass(frozen=True)
class Official:
    """A team's official result of one phase.

    Attributes:
        team, account, submission: whose, and which.
        score, duration, accepted: as `scoring_program.standings.Result` takes them, not rounded.
        verdict: `ok`, a team fault's code, or `lost`.
        reason: why it is this attempt, in words.
        attempts: how many of the team's began; the permitted ones apart.
        permitted: whether it is an organizer's re-run.
        tasks: score of each task.
        score_low, score_high: 95 % interval of the score for the sampling of the hidden examples.
        band_low, band_high: 95 % noise band of the duration in seconds; both 0 where nothing is known of it.
        durations: of every repeat.
        timing, hardware, energy_joules: as the run record has them.
        code: digest of the team's folder.
        adjusted: the adjusted score as scoring signed it.

    """

    team: str
    account: str
    submission: int
    score: float
    duration: float
    accepted: float
    verdict: str
    reason: str
    attempts: int
    permitted: bool = False
    tasks: Mapping[str, float] = field(default_factory=dict)
    score_low: float = 0.0
    score_high: float = 0.0
    band_low: float = 0.0
    band_high: float = 0.0
    durations: tuple[float, ...] = ()
    timing: str = ""
    hardware: str = ""
    energy_joules: float = -1.0
    code: str = ""
    adjusted: float = 0.0

    @property
    def result(self) -> Result:
        """What ranks."""
        return Result(self.team, self.score, self.duration, self.accepted)


def official(facts: Facts, phase: str) -> tuple[Official, ...]:
    """Every team's official result of a phase, by team.

    Of the attempts that began inside the window and are not void, the first allowed ones count, and of these the
    last, as the leaderboard's rule Force_Last has it; with one attempt allowed that is the first that began. An
    attempt whose record is lost counts with score 0: else losing it would be a free retry. A permitted re-run that
    ended well replaces it; of several the last.
    """
    repeats: defaultdict[str, list[Case]] = defaultdict(list)
    for case in facts.cases:
        if case.began and case.permitted and not case.void and case.team and case.phase == phase:
            repeats[case.team].append(case)
    attempts = {team: cases for (key, team), cases in facts.attempts.items() if key == phase}
    teams = sorted({*attempts, *repeats})
    found = (_of_team(facts, phase, team, attempts.get(team, ()), repeats.get(team, ())) for team in teams)
    return tuple(one for one in found if one is not None)


def _of_team(facts: Facts, phase: str, team: str, attempts: Sequence[Case], repeats: Sequence[Case]) -> Official | None:
    valid = [case for case in attempts if not window_fault(facts, case)]
    counted = valid[: facts.build.attempts(phase)]
    good = [case for case in repeats if case.score is not None and case.score.run.verdict == "ok"]
    if good:
        case = max(good, key=lambda case: (case.moment, case.number))
        reason = "the organizer's permitted re-run"
    elif counted:
        case = counted[-1]
        reason = f"attempt {len(counted)} of {facts.build.attempts(phase)} that began"
    elif repeats:
        case, reason = repeats[-1], "the organizer's permitted re-run"
    else:
        return None
    return _result(facts, phase, team, case, reason, len(attempts))


def _result(facts: Facts, phase: str, team: str, case: Case, reason: str, attempts: int) -> Official:
    known = (team, case.account, case.number)
    if case.score is None:
        limit = facts.build.settings[phase].limits.seconds
        lost = f"{reason}; no valid score record, so score 0"
        return Official(*known, 0.0, limit, case.moment, LOST, lost, attempts, case.permitted)
    score: ScoreRecord = case.score
    run, row = score.run, score.row
    low, high = score_interval(row["score"], score.parts)
    return Official(
        *known,
        row["score"],
        row["duration"],
        run.accepted,
        run.verdict,
        reason,
        attempts,
        case.permitted,
        {name: row[name] for name in TASKS if name in row},
        low,
        high,
        run.band_low,
        run.band_high,
        run.durations,
        run.timing,
        run.hardware,
        run.energy_joules,
        run.submission_digest,
        row["adjusted_score"],
    )


def score_interval(score: float, parts: Mapping[str, Part]) -> tuple[float, float]:
    """95 % interval of the score from those of its parts; both 0 where there are none.

    The score is a mean of means, so half-widths add as squares, each side apart: `h^2 = mean over tasks of (mean over
    languages of h_i^2 / n) / m`. That takes parts as independent; where languages share items they are not, and
    the true interval is wider.
    """
    if not parts:
        return 0.0, 0.0
    tasks: defaultdict[str, list[Part]] = defaultdict(list)
    for name, part in parts.items():
        tasks[name.partition("/")[0]].append(part)

    def half(sides: Mapping[str, list[float]]) -> float:
        return math.sqrt(sum(sum(h * h for h in side) / len(side) ** 2 for side in sides.values())) / len(sides)

    below = half({task: [part.score - part.low for part in found] for task, found in tasks.items()})
    above = half({task: [part.high - part.score for part in found] for task, found in tasks.items()})
    return max(0.0, score - below), min(100.0, score + above)
