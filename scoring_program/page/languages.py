"""The tables by language: one a task, each row with its picture."""

from __future__ import annotations

from collections.abc import Sequence

from scoring_program.page import charts, names, text
from scoring_program.page.view import LanguageScore, PageView, TaskScore


def languages(view: PageView) -> str:
    """One table a task, best language first; a sentence instead while they are not to be shown."""
    head = '<section aria-labelledby="s-languages"><h2 id="s-languages">By language</h2>'
    if not view.show_languages:
        until = f" They will be shown {text.escaped(view.hidden_until)}." if view.hidden_until else ""
        sentence = f"Scores and times by language are not shown in this phase yet.{until}"
        return f'{head}<p class="card soft">{sentence}</p></section>'
    tables = [_table(task, _rows(view, task)) for task in view.tasks if _rows(view, task)]
    if not tables:
        return ""
    key = charts.key(any(row.baseline is not None for row in view.languages))
    turn = '<p class="turn key">Intervals and times in numbers: turn the screen, or print the page.</p>'
    # Two columns of nearly equal length: XNLI and UD-POS beside PAWS-X and PAN-X.
    columns = "".join(f'<div class="column">{"".join(tables[start::2])}</div>' for start in (0, 1) if tables[start::2])
    return f'{head}{key}{turn}<div class="pair">{columns}</div></section>'


def _rows(view: PageView, task: TaskScore) -> list[LanguageScore]:
    chosen = [row for row in view.languages if row.task == task.task]
    return sorted(chosen, key=lambda row: (-row.score, row.language))


def _table(task: TaskScore, rows: Sequence[LanguageScore]) -> str:
    with_baseline = any(row.baseline is not None for row in rows)
    with_time = any(row.seconds is not None for row in rows)
    count = f"{len(rows)} language{'s' if len(rows) != 1 else ''}"
    heads = (
        '<th scope="col" class="name">Language</th><th scope="col" class="r">Score</th>'
        f'<th scope="col" class="plot">{charts.axis()}</th><th scope="col" class="r wideonly">95 % interval</th>'
        + (
            '<th scope="col" class="r"><abbr title="difference from the baseline">Diff.</abbr></th>'
            if with_baseline
            else ""
        )
        + ('<th scope="col" class="r wideonly">Time</th>' if with_time else "")
    )
    body = "".join(_row(row, with_baseline, with_time) for row in rows)
    return (
        f'<div class="card languages {names.task_class(task.task)}"><table><caption><h3>{charts.swatch("")}'
        f'{names.task_title(task.task)} <span class="soft">{names.metric(task.task)}, {count}</span></h3></caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: LanguageScore, with_baseline: bool, with_time: bool) -> str:
    difference = None if row.baseline is None else row.score - row.baseline
    cells = (
        f'<th scope="row" class="name">{names.language(row.language)}</th>'
        f'<td class="r strong">{text.score(row.score, 1)}</td><td class="plot">{charts.dot(row)}</td>'
        f'<td class="r wideonly">{text.score(row.low, 1)}{text.MISSING}{text.score(row.high, 1)}</td>'
    )
    if with_baseline:
        cells += f'<td class="r">{text.difference(difference)}</td>'
    if with_time:
        cells += f'<td class="r wideonly">{text.seconds(row.seconds)}</td>'
    return f"<tr>{cells}</tr>"
