"""The pictures, as inline SVG in percent of the width: they stretch with the page and need no script."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scoring_program.page import text
from scoring_program.page.view import LanguageScore, TaskScore

GRID = (0, 25, 50, 75, 100)


def _x(value: float) -> str:
    """A place on the axis 0-100; what lies outside is drawn at its end."""
    return f"{min(max(value, 0.0), 100.0) if math.isfinite(value) else 0.0:.2f}%"


def _grid(height: int) -> str:
    return "".join(f'<line class="grid" x1="{tick}%" x2="{tick}%" y1="0" y2="{height}"/>' for tick in GRID)


def axis() -> str:
    """The axis above the dots."""
    return f'<svg class="axis" width="100%" height="14" aria-hidden="true">{"".join(map(_tick, GRID))}</svg>'


def _tick(value: int) -> str:
    anchor = {0: "start", 100: "end"}.get(value, "middle")
    kind = "minor" if value % 50 else "major"
    return f'<text class="{kind}" x="{value}%" y="11" text-anchor="{anchor}">{value}</text>'


def dot(row: LanguageScore) -> str:
    """One language: the interval as a bar, the score as a dot, the baseline as an upright mark."""
    label = f"{text.score(row.score, 1)}, 95 % interval {text.score(row.low, 1)} to {text.score(row.high, 1)}"
    mark = ""
    if row.baseline is not None:
        label += f", baseline {text.score(row.baseline, 1)}"
        mark = f'<line class="base" x1="{_x(row.baseline)}" x2="{_x(row.baseline)}" y1="5" y2="21"/>'
    return (
        f'<svg class="dots" width="100%" height="26" role="img" aria-label="{label}">{_grid(26)}'
        f'<line class="range" x1="{_x(row.low)}" x2="{_x(row.high)}" y1="13" y2="13"/>{mark}'
        f'<circle class="dot" cx="{_x(row.score)}" cy="13" r="4.5"/></svg>'
    )


def bar(task: TaskScore) -> str:
    """One task: the score as a bar from 0 to 100, the baseline as an upright mark."""
    mark = ""
    label = f"{text.score(task.score)} of 100"
    if task.baseline is not None:
        label += f", baseline {text.score(task.baseline)}"
        mark = f'<line class="base" x1="{_x(task.baseline)}" x2="{_x(task.baseline)}" y1="0" y2="14"/>'
    return (
        f'<svg class="bar" width="100%" height="14" role="img" aria-label="{label}">'
        '<rect class="track" x="0" y="4" width="100%" height="6" rx="3"/>'
        f'<rect class="fill" x="0" y="4" width="{_x(task.score)}" height="6" rx="3"/>{mark}</svg>'
    )


def stack(parts: Sequence[tuple[str, float]], total: float) -> str:
    """Parts of a whole side by side: (class, amount); a hair of space between them."""
    if total <= 0:
        return ""
    drawn, left = "", 0.0
    for name, amount in parts:
        width = 100 * amount / total
        drawn += f'<rect class="{name}" x="{left:.3f}%" y="0" width="{width:.3f}%" height="28"/>'
        left += width
        drawn += f'<line class="cut" x1="{left:.3f}%" x2="{left:.3f}%" y1="0" y2="28"/>' if left < 99.9 else ""
    return f'<svg class="stack" width="100%" height="28" aria-hidden="true">{drawn}</svg>'


def time_bar(seconds: float, baseline: float | None, longest: float) -> str:
    """The time of one part; drawn, as it is said, with two digits."""
    shown = text.rounded(seconds)
    label = text.seconds(seconds)
    mark = ""
    if baseline is not None:
        label += f", baseline {text.seconds(baseline)}"
        place = _x(100 * text.rounded(baseline) / longest if longest else 0.0)
        mark = f'<line class="base" x1="{place}" x2="{place}" y1="0" y2="14"/>'
    width = _x(100 * shown / longest if longest else 0.0)
    return (
        f'<svg class="time" width="100%" height="14" role="img" aria-label="{label}">'
        f'<rect class="fill" x="0" y="3" width="{width}" height="8" rx="2"/>{mark}</svg>'
    )


def key(with_baseline: bool) -> str:
    """What the marks mean."""
    mark = (
        '<span><svg width="12" height="16" aria-hidden="true"><line class="base" x1="6" x2="6" y1="1" y2="15"/></svg>'
        " baseline</span>"
        if with_baseline
        else ""
    )
    return (
        '<p class="key"><span><svg width="34" height="16" aria-hidden="true">'
        '<line class="range" x1="2" x2="32" y1="8" y2="8"/><circle class="dot" cx="17" cy="8" r="4.5"/></svg>'
        f" score and its 95 % interval</span>{mark}</p>"
    )


def swatch(name: str) -> str:
    """A small square in a part's colour."""
    return f'<span class="swatch {name}" aria-hidden="true"></span>'
