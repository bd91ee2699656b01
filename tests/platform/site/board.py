"""The hosted leaderboard: which submissions stand on it, in which order, and its three forms."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from tests.platform.site.message import Crash
from tests.platform.site.shapes import Shape, column_shape, display_name, moment, scores_shape
from tests.platform.site.state import Column, Competition, Phase, State, Submission


def total(submission: Submission, column: Column) -> Decimal | None:
    """The sum of a column's rows; None where there is none."""
    rows = [score.score for score in submission.scores if score.column is column]
    return sum(rows, Decimal()) if rows else None


def standing(state: State, phase: Phase) -> list[Submission]:
    """The phase's leaderboard from the top; a missing value comes first in a descending column."""
    board = phase.leaderboard
    primary = next(column for column in board.columns if column.index == board.primary_index)
    others = [column for column in board.columns if column is not primary and not column.hidden]
    order = [primary, *sorted(others, key=lambda column: column.index)]

    def compare(left: Submission, right: Submission) -> int:
        for column in order:
            sign = _compare(total(left, column), total(right, column), column.sorting == "desc")
            if sign:
                return sign
        return (left.created_when > right.created_when) - (left.created_when < right.created_when)

    shown = [
        submission
        for submission in state.submissions_of(phase)
        if submission.on_leaderboard and not submission.soft_deleted and not submission.specific_task
    ]
    return sorted(shown, key=cmp_to_key(compare))


def _compare(left: Decimal | None, right: Decimal | None, descending: bool) -> int:
    # The database sorts a missing value as the largest one.
    def rank(value: Decimal | None) -> tuple[bool, Decimal]:
        return value is None, value or Decimal()

    sign = (rank(left) > rank(right)) - (rank(left) < rank(right))
    return -sign if descending else sign


def leaderboard(state: State, competition: Competition, phase: Phase) -> Shape:
    """What a phase's leaderboard page shows to anybody: numbers rounded, hidden columns left out."""
    columns = [column for column in sorted(phase.leaderboard.columns, key=lambda item: item.index) if not column.hidden]
    shapes = [column_shape(column) for column in columns]
    sheet = competition.flags.get("fact_sheet") or {}
    shown = [[row["key"], row["title"]] for row in sheet.values() if row["is_on_leaderboard"] == "true"]
    return {
        "title": phase.leaderboard.title,
        "id": phase.id,
        "submissions": [_row(submission, columns) for submission in standing(state, phase)],
        "tasks": [
            {"name": task.name, "id": task.id, "colWidth": len(columns), "columns": shapes} for task in phase.tasks
        ],
        "fact_sheet_keys": shown or None,
        "primary_index": phase.leaderboard.primary_index,
    }


def _row(submission: Submission, columns: list[Column]) -> Shape:
    task = submission.task.id if submission.task is not None else None
    precision = {column.index: column.precision for column in columns}
    scores = [
        {**shape, "score": str(round(float(shape["score"]), precision[shape["index"]])), "task_id": task}
        for shape in scores_shape(submission)
        if shape["index"] in precision
    ]
    return {
        "id": submission.id,
        "owner": display_name(submission.owner),
        "scores": scores,
        "detailed_results": [{"task": task, "id": submission.id}],
        "fact_sheet_answers": submission.fact_sheet_answers,
        "slug_url": f"/profiles/user/{submission.owner.username}/",
        "organization": None,
        "created_when": moment(submission.created_when),
    }


def results(state: State, phases: list[Phase]) -> dict[str, dict[str, dict[str, Any]]]:
    """Full precision and hidden columns: rows by account and submission, by leaderboard and phase."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for phase in phases:
        title = f"{phase.leaderboard.title} - {phase.name}({phase.id})"
        columns = sorted(phase.leaderboard.columns, key=lambda item: item.index)
        names: dict[tuple[int | None, str], str] = {
            (task.id, column.key): f"{task.name}({task.id})-{column.title}"
            for task in phase.tasks
            for column in columns
        }
        found[title] = {}
        for submission in standing(state, phase):
            row: dict[str, Any] = {}
            if submission.fact_sheet_answers:
                row["fact_sheet_answers"] = submission.fact_sheet_answers
            row |= dict.fromkeys(names.values(), "")
            for shape in scores_shape(submission):
                task = submission.task.id if submission.task is not None else None
                if (task, shape["column_key"]) not in names:  # never run, or run on a task that was swapped since
                    raise Crash("KeyError: a column of another task")
                row[names[task, shape["column_key"]]] = shape["score"]
            found[title][f"{submission.owner.username}-{submission.id}"] = row
    return found


def as_csv(rows: dict[str, dict[str, Any]]) -> str:
    """One phase's results as CSV; empty where there is no row."""
    if not rows:
        return ""
    stream = io.StringIO()
    columns = list(next(iter(rows.values())))
    writer = csv.DictWriter(stream, fieldnames=["Username", "fact_sheet_answers", *columns])
    writer.writeheader()
    for name, row in rows.items():
        writer.writerow({"Username": name, **row})
    return stream.getvalue()
