"""The time by task and language: a bar for each, the baseline as an upright mark, and the work by second."""

from __future__ import annotations

from collections.abc import Sequence

from scoring_program.page import charts, names, text
from scoring_program.page.view import LanguageScore, PageView, TaskScore


def by_language(view: PageView) -> str:
    """One card a task, the slowest language first; empty where no time by language is known or to be shown."""
    rows = [row for row in view.languages if text.drawable(row.seconds)]
    if not rows or not view.show_languages:
        return ""
    longest = max(text.rounded(max(row.seconds or 0.0, _baseline(row) or 0.0)) for row in rows)
    chosen = [(task, [row for row in rows if row.task == task.task]) for task in view.tasks]
    cards = [_card(task, mine, longest) for task, mine in chosen if mine]
    if not cards:
        return ""
    compared = any(_baseline(row) is not None for row in rows)
    mark = " The upright mark is the baseline." if compared else ""
    rate = " Characters by second, spaces included, are of the examples' texts." if any(map(_rate, rows)) else ""
    head = (
        '<h3 class="gap">Time by task and language</h3>'
        f'<p class="soft">Seconds of the clock with two digits; all bars have the same scale.{mark}{rate}</p>'
    )
    # As in the tables of scores: two columns of nearly equal length.
    columns = "".join(f'<div class="column">{"".join(cards[start::2])}</div>' for start in (0, 1) if cards[start::2])
    return f'{head}<div class="pair gap">{columns}</div>'


def _baseline(row: LanguageScore) -> float | None:
    return row.baseline_seconds if text.drawable(row.baseline_seconds) else None


def _rate(row: LanguageScore) -> float | None:
    if row.characters is None or not 0 <= row.characters < text.MOST or not row.seconds or row.seconds < 0:
        return None
    return row.characters / row.seconds


def _card(task: TaskScore, rows: Sequence[LanguageScore], longest: float) -> str:
    with_rate = any(map(_rate, rows))
    heads = (
        '<th scope="col" class="name">Language</th><th scope="col" class="plot">As a bar</th>'
        '<th scope="col" class="r">Time</th>'
        + ('<th scope="col" class="r wideonly">Characters/s</th>' if with_rate else "")
    )
    ordered = sorted(rows, key=lambda row: (-text.rounded(row.seconds or 0.0), row.language))
    body = "".join(_row(row, longest, with_rate) for row in ordered)
    total = sum(row.seconds or 0.0 for row in rows)
    return (
        f'<div class="card languages spent {names.task_class(task.task)}"><table><caption><h3>{charts.swatch("")}'
        f'{names.task_title(task.task)} <span class="soft">{text.seconds(total)}</span></h3></caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: LanguageScore, longest: float, with_rate: bool) -> str:
    cells = (
        f'<th scope="row" class="name">{names.language(row.language)}</th>'
        f'<td class="plot">{charts.time_bar(row.seconds or 0.0, _baseline(row), longest)}</td>'
        f'<td class="r">{text.seconds(row.seconds)}</td>'
    )
    if with_rate:
        cells += f'<td class="r wideonly">{text.amount(_rate(row))}</td>'
    return f"<tr>{cells}</tr>"
