"""Efficiency against score: a point for each team, the Pareto front, the baseline."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from organizer.build.picture_text import cleaned, seconds
from organizer.report import svg
from organizer.report.pareto import front, steps
from organizer.report.view import Entry, PhaseView
from xtreme_tasks.settings import Baseline

WIDTH, HEIGHT = 760, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 730, 40, 380
_FRONT, _OTHER, _BASE = "#0072b2", "#8d95a5", "#d55e00"
CUT = 14  # ordinary letters after which `svg.name` cuts
NAMED = 14
"""Teams outside the front that are named, best place first, where there is room."""


@dataclass(frozen=True)
class _Axes:
    x: Callable[[float], float]
    y: Callable[[float], float]
    durations: tuple[float, float]
    scores: tuple[float, float]


def frontier(phase: PhaseView, baseline: Baseline) -> str:
    """The picture of a phase; durations on a logarithmic scale, faster to the left."""
    entries = [entry for _, entry in phase.ordered if entry.score > 0 and entry.duration > 0]
    measured = baseline.duration > 0
    points = [(entry.duration, entry.score) for entry in entries]
    if measured:
        points.append((baseline.duration, baseline.score))
    if not points:
        return svg.frame(WIDTH, 80, "Nobody has a score.", [svg.faint(WIDTH / 2, 45, "Nobody has a score.")])
    axes = _axes(points)
    best = front(entries)
    body = [*_grid(axes), *_front(axes, best)]
    if measured:
        x, y = axes.x(baseline.duration), axes.y(baseline.score)
        body += [svg.mark(3, x, y, _BASE, 6), svg.text(x, y + 22, "baseline", more=f'fill="{_BASE}"')]
    body += _points(axes, entries, best)
    return svg.frame(WIDTH, HEIGHT, _words(best, baseline), body)


def _words(best: Sequence[Entry], baseline: Baseline) -> str:
    named = "; ".join(f"{cleaned(one.team)}: score {one.score:.2f}, {seconds(one.duration)} s" for one in best)
    base = f" Baseline: score {baseline.score:.2f}, {seconds(baseline.duration)} s." if baseline.duration > 0 else ""
    return f"Score against duration. On the Pareto front: {named}.{base}"


def _axes(points: Sequence[tuple[float, float]]) -> _Axes:
    shortest, longest = min(x for x, _ in points), max(x for x, _ in points)
    # A picture of one point, or of equal ones, still needs a scale.
    shortest, longest = shortest / 1.25, max(longest * 1.25, shortest * 2)
    low, high = min(y for _, y in points), max(y for _, y in points)
    margin = max((high - low) * 0.12, 1.0)
    low, high = max(0.0, low - margin), min(100.0, high + margin)
    span = math.log(longest / shortest)

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * math.log(value / shortest) / span

    def y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (value - low) / (high - low)

    return _Axes(x, y, (shortest, longest), (low, high))


def _grid(axes: _Axes) -> list[str]:
    lines = [svg.faint(_LEFT - 40, 22, "Score", "start")]
    for value in svg.ticks(*axes.scores):
        y = axes.y(value)
        lines += [svg.line(_LEFT, y, _RIGHT, y), svg.faint(_LEFT - 8, y + 4, f"{value:g}", "end")]
    for value in svg.log_ticks(*axes.durations):
        x = axes.x(value)
        lines += [svg.line(x, _TOP, x, _BOTTOM), svg.faint(x, _BOTTOM + 20, seconds(value))]
    lines.append(svg.faint((_LEFT + _RIGHT) / 2, _BOTTOM + 44, "Duration in seconds (logarithmic; faster to the left)"))
    return lines


def _front(axes: _Axes, best: Sequence[Entry]) -> list[str]:
    corners = steps(best)
    if not corners:
        return []
    corners.append((axes.durations[1], corners[-1][1]))
    path = " ".join(f"{axes.x(duration):.1f},{axes.y(score):.1f}" for duration, score in corners)
    return [f'<polyline points="{path}" fill="none" stroke="{_FRONT}" stroke-width="2" stroke-dasharray="6 3"/>']


def _points(axes: _Axes, entries: Sequence[Entry], best: Sequence[Entry]) -> list[str]:
    """All points, then the names that find room: the front's first, then by place."""
    on_front = {entry.team for entry in best}
    lines = [
        svg.mark(0, axes.x(one.duration), axes.y(one.score), _FRONT if one.team in on_front else _OTHER, 5)
        for one in entries
    ]
    places = [(axes.x(one.duration), axes.y(one.score)) for one in entries]
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in places]  # a name covers neither a point nor another name
    others = [entry for entry in entries if entry.team not in on_front]
    for entry in [*best, *others[:NAMED]]:
        x, y = axes.x(entry.duration), axes.y(entry.score)
        for anchor, baseline in (("start", y - 9), ("end", y - 9), ("start", y + 19), ("end", y + 19)):
            box = _box(entry.team, x, baseline, anchor)
            if box[0] >= _LEFT and box[2] <= WIDTH and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                lines.append(svg.name(x + (7 if anchor == "start" else -7), baseline, entry.team, anchor))
                break
    return lines


def _box(name: str, x: float, baseline: float, anchor: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a name, somewhat too wide rather than too narrow."""
    letters = len(name) if name.isascii() else 2 * len(name)
    width = 9.0 * min(letters, CUT) + 7
    left = x if anchor == "start" else x - width
    return left, baseline - 13, left + width, baseline + 4


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
