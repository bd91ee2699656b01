"""Which attempt of a team is official: of its first ones that may count, as scoring signed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from organizer.audit.checks_attempts import window_fault
from organizer.audit.evidence import ScoreRecord
from organizer.audit.facts import Case, Facts
from organizer.audit.official import LOST, Official, score_interval
from xtreme_tasks.hardware import throttled
from xtreme_tasks.tasks import TASKS


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
        run.timing_reason,
        run.contended,
        "; ".join(f"{name}: {told}" for name, told in throttled(run.environment).items()),
    )
