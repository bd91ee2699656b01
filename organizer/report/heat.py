"""Scores by task and by language as heat tables: every cell has its number, the shade only helps the eye."""

from __future__ import annotations

from collections.abc import Sequence

from organizer.build.picture_text import short
from organizer.report import pieces
from organizer.report.view import Entry, PhaseView
from scoring_program.page import names, text
from xtreme_tasks.tasks import TASKS

MOST = 8
"""Teams with a column in the tables by language; `scores.csv` has them all."""
HEAD_WIDTH = 16.0
"""Ordinary letters of a team's name above its column."""
LEVELS = 9
"""Shades from light to dark of one hue: order is seen without telling colours apart."""


def by_task(phase: PhaseView) -> str:
    """One row for each team."""
    rows = phase.ordered
    if not rows:
        return ""
    # A failed attempt's zeros would leave all others one shade.
    scored = [entry for _, entry in rows if entry.score > 0]
    values = {task: [entry.tasks[task] for entry in scored if task in entry.tasks] for task in TASKS}
    body = []
    for row, entry in rows:
        cells = [_cell(entry.tasks.get(task), values[task], 2) for task in TASKS]
        body.append(_row(f"{pieces.team(row.team)}", [*cells, f"<td>{text.score(entry.score)}</td>"]))
    heads = ["Team", *(names.task_title(task) for task in TASKS), "Score"]
    return _table(heads, body, "heat tasks")


def by_language(phase: PhaseView) -> str:
    """One table for each task: a row for each language, a column for each of the first teams."""
    shown = [entry for _, entry in phase.ordered[:MOST] if entry.parts]
    return "".join(_task(task, shown) for task in TASKS) if shown else ""


def _task(task: str, shown: Sequence[Entry]) -> str:
    languages = [code for code in TASKS[task].languages if any(f"{task}/{code}" in one.parts for one in shown)]
    if not languages:
        return ""
    keys = [f"{task}/{code}" for code in languages]
    values = [one.parts[key] for one in shown for key in keys if key in one.parts]
    body = []
    for code, key in zip(languages, keys, strict=True):
        cells = [_cell(one.parts.get(key, None), values, 1) for one in shown]
        body.append(_row(names.language(code), cells))
    heads = ["Language", *(pieces.team(short(one.team, HEAD_WIDTH)) for one in shown)]
    title = f'{names.task_title(task)} <span class="soft">{names.metric(task)}</span>'
    return pieces.card(title, _table(heads, body, "heat"))


def _table(heads: Sequence[str], body: Sequence[str], kind: str) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<div class="scroll" tabindex="0"><table class="{kind}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _row(head: str, cells: Sequence[str]) -> str:
    return f'<tr><th scope="row">{head}</th>{"".join(cells)}</tr>'


def _cell(value: float | None, values: Sequence[float], digits: int) -> str:
    if value is None:
        return f"<td>{text.MISSING}</td>"
    return f'<td class="h{level(value, values)}">{text.score(value, digits)}</td>'


def level(value: float, values: Sequence[float]) -> int:
    """0, the lightest, to `LEVELS` - 1 between the least and the largest value; the middle where all are equal."""
    low, high = min(values, default=value), max(values, default=value)
    if high <= low:
        return LEVELS // 2
    return min(LEVELS - 1, max(0, int((value - low) / (high - low) * LEVELS)))
