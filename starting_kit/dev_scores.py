"""Scores on dev examples, as the leaderboard computes them, straight from a saved model.

For a team's zip, with the platform's own programs, there is evaluate.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import data
import scored
from inference import Predictor

from scoring_program.metrics import PartScore, Scores, score_all, score_part
from xtreme_tasks.files import answer_row, encode_rows
from xtreme_tasks.tasks import TASKS, Task


@dataclass(frozen=True)
class Report:
    """Scores on dev examples, None where nothing was asked, and on which ones: see `scored.words`."""

    scores: Scores | None
    on: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Score, and score by task and by language, 0-100; `on` which examples."""
        if self.scores is None:
            return {}
        tasks = {
            name: {"score": task.score, "languages": {code: part.score for code, part in task.languages.items()}}
            for name, task in self.scores.tasks.items()
        }
        return {"score": self.scores.score, "tasks": tasks, "on": self.on}

    def __str__(self) -> str:
        if self.scores is None:
            return "no dev examples were scored"
        tasks = [f"{name:<6}{task.score:7.2f}" for name, task in self.scores.tasks.items()]
        return "\n".join([*tasks, f"{'score':<6}{self.scores.score:7.2f}  (dev)"])


def dev_report(
    predictor: Predictor, public: Path, tasks: Collection[str], languages: Collection[str], limit: int
) -> Report:
    """Score the first `limit` dev examples of each task and language; nothing if `limit` is 0.

    Raises:
        OrganizerFault: see `data.load`.

    """
    if not limit:
        return Report(None)
    parts: dict[tuple[str, str], PartScore] = {}
    for name, table in data.load(public, "dev", tasks, languages).items():
        for language, places in data.rows_by_language(table).items():
            rows = table.select(places[:limit]).to_list()
            parts[name, language] = score_rows(predictor, TASKS[name], rows)
    return Report(score_all(parts), scored.words(public, parts, limit))


def score_rows(predictor: Predictor, task: Task, rows: Sequence[Mapping[str, Any]]) -> PartScore:
    """Score a saved model on examples with their answers."""
    found = predictor.predict(task.name, rows)
    gold = encode_rows(answer_row(task, row["id"], row[task.answer]) for row in rows)
    made = encode_rows(answer_row(task, row["id"], given) for row, given in zip(rows, found, strict=True))
    return score_part(task, gold, made, task.name)
