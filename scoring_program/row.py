"""The leaderboard's row: every column, always, finite: a missing one would sort first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scoring_program.baseline_rule import adjusted
from xtreme_tasks.tasks import TASKS

if TYPE_CHECKING:  # the organizer's commands use the row and need no scorer
    from scoring_program.judge import Judgement

COLUMNS = ("adjusted_score", "score", *TASKS, "duration", "speedup", "places_gained", "energy")
"""The keys of `scores.json`; competition.yaml has a column for each."""
DECIMALS = 10
"""The platform keeps this many; more it would round itself."""


def leaderboard_row(judgement: Judgement) -> dict[str, float]:
    """The row of one run, unrounded.

    A counted attempt without a score gets zeros and the time limit as its duration, so that no column sorts it
    first. `speedup` is 0 where the baseline was not measured. `places_gained` and, under the rule `places`,
    `adjusted_score` are provisional: they change when the organizer re-ranks. `energy` is in joules and 0 where
    nothing was measured, since the platform takes finite numbers only; no ranking looks at it.
    """
    settings, record, scores = judgement.settings, judgement.record, judgement.scores
    row = dict.fromkeys(COLUMNS, 0.0)
    if scores is None:
        return {**row, "duration": settings.limits.seconds}
    row["score"] = row["adjusted_score"] = scores.score
    row |= {name: task.score for name, task in scores.tasks.items()}
    row["duration"] = record.duration
    row["energy"] = max(0.0, record.energy_joules)
    baseline = settings.baseline
    if settings.rule.name == "baseline":
        result = adjusted(scores.score, record.duration, baseline.score, baseline.duration, settings.rule)
        row["adjusted_score"] = result.value
    if baseline.duration > 0:
        row["speedup"] = baseline.duration / record.duration
    return row


def published(row: Mapping[str, float]) -> dict[str, float]:
    """The row as the platform can keep it: rounded. Rankings use the score record, which is not."""
    if not all(map(math.isfinite, row.values())):
        raise ValueError("a score is not finite")  # cannot happen: every input was checked; never publish it
    return {name: round(value, DECIMALS) for name, value in row.items()}


def baseline_of(languages: Mapping[str, Mapping[str, float]], task: str, language: str) -> float | None:
    """The baseline's number of a part (a score, seconds), None where it was not measured."""
    return languages.get(task, {}).get(language)
