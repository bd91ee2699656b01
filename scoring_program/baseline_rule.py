"""Rule `baseline`: a bonus or malus for the duration, calibrated on the baseline that the competition ships.

It needs no other team's result, so the hosted leaderboard can show it at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scoring_program.exact import exact, near
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Rule


@dataclass(frozen=True)
class Adjustment:
    """The adjusted score of one team.

    Attributes:
        value: the adjusted score; the plain score where the rule does not apply.
        bonus: points added, negative where the team is slower than the baseline.
        applies: whether the rule applies.
        reason: what was reckoned, or why the rule does not apply; an English sentence without the team's name.

    """

    value: float
    bonus: float
    applies: bool
    reason: str


def adjusted(score: float, duration: float, baseline_score: float, baseline_duration: float, rule: Rule) -> Adjustment:
    """`score + weight * clip(log2(baseline_duration / duration), -limit, +limit)`, where the guards allow it.

    It applies to teams less than `rule.score_gap` points below the baseline whose duration differs from the
    baseline's by more than `rule.duration_gain` of the baseline's. Both comparisons are strict and exact.

    Args:
        score, baseline_score: 0-100, unrounded; a baseline with a score or duration of 0 has not been measured.
        duration, baseline_duration: seconds.
        rule: the thresholds.

    Raises:
        OrganizerFault: E231 for a number that is not finite or negative, or a score without a duration.

    """
    _check(score=score, duration=duration, baseline_score=baseline_score, baseline_duration=baseline_duration)
    refusal = _refusal(score, duration, baseline_score, baseline_duration, rule)
    if refusal:
        return Adjustment(score, 0.0, False, refusal)
    halvings = math.log2(baseline_duration) - math.log2(duration)  # the quotient itself may overflow
    clipped = min(max(halvings, -rule.limit), rule.limit)
    bonus = rule.weight * clipped
    limited = f", limited to {clipped:+g}" if clipped != halvings else ""
    reason = f"The baseline's duration was halved {halvings:+.3f} times{limited}: {bonus:+.3f} points."
    return Adjustment(score + bonus, bonus, True, reason)


def _check(**values: float) -> None:
    for name, value in values.items():
        if not math.isfinite(value) or value < 0:
            raise OrganizerFault("E231", name, f"is {value}")
    if values["score"] > 0 and values["duration"] == 0:
        raise OrganizerFault("E231", "duration", "a score without a duration")


def _refusal(score: float, duration: float, baseline_score: float, baseline_duration: float, rule: Rule) -> str:
    """Why the rule does not apply; empty where it does."""
    if baseline_score == 0 or baseline_duration == 0:
        return "The baseline has not been measured on this phase's data."
    if score == 0:
        return "There is no score."
    behind, gap = exact(baseline_score) - exact(score), exact(rule.score_gap)
    if behind >= gap:
        return f"The score is {near(behind, gap)} points below the baseline's; less than {rule.score_gap:g} is needed."
    apart = 100 * abs(exact(duration) - exact(baseline_duration)) / exact(baseline_duration)
    least = 100 * exact(rule.duration_gain)
    if apart <= least:
        shown = near(apart, least)
        return f"The duration differs from the baseline's by {shown} %; more than {float(least):g} % is needed."
    return ""
