"""The efficiency adjustment: from the results of all teams to the final order, with every step written down."""

from __future__ import annotations

from collections.abc import Sequence

from scoring_program.baseline_rule import adjusted
from scoring_program.places import Review, rank_by_places
from scoring_program.standings import Result, Standings, Step, by_score, check, rows
from xtreme_tasks.settings import Baseline, Rule

UNMEASURED = Baseline()


def rank(
    results: Sequence[Result], rule: Rule, baseline: Baseline = UNMEASURED, review: Review | None = None
) -> Standings:
    """The final order under the rule that `rule.name` names; the order of `results` does not matter.

    Args:
        results: one of every team; failed attempts have score 0 and stay behind everybody with a score.
        rule: the rule and its thresholds.
        baseline: of this phase; only the rule `baseline` looks at it.
        review: sees every move of the rule `places` before it is done, and may refuse it.

    Raises:
        OrganizerFault: E231 for a number that is not finite, negative or impossible, or a team that appears twice.

    """
    check(results)
    return (
        rank_by_places(results, rule, review) if rule.name == "places" else _rank_by_baseline(results, rule, baseline)
    )


def _rank_by_baseline(results: Sequence[Result], rule: Rule, baseline: Baseline) -> Standings:
    """Highest adjusted score first; equal, the faster first; then higher score, earlier submission, name."""
    start = by_score(results)
    value = {
        result.team: adjusted(result.score, result.duration, baseline.score, baseline.duration, rule)
        for result in start
    }
    # A failed attempt stays last even where a malus takes somebody's adjusted score below zero.
    order = sorted(start, key=lambda result: (result.score == 0, -value[result.team].value, result.duration))
    ranked = rows(start, order, adjustments=value)
    trail = tuple(
        Step(
            "adjustment",
            row.team,
            f"{row.team}: {value[row.team].reason}",
            reason="" if value[row.team].applies else "baseline",
        )
        for row in ranked
    )
    return Standings(ranked, trail)
