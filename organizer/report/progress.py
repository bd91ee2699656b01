"""Progress over the phases: a line for each team, its score in every phase in which it has one."""

from __future__ import annotations

from collections.abc import Sequence

from organizer.build.picture_text import cleaned
from organizer.report import svg
from organizer.report.view import PhaseView

MOST = 12
"""Teams that have a line; the table of standings has them all."""
_LEFT, _TOP, _BOTTOM, _COLUMN, _NAMES = 52, 40, 330, 150, 170


def progress(phases: Sequence[PhaseView]) -> str:
    """The picture: the first teams of the last phase that has results."""
    # A failed attempt's zero would press all other lines together; the tables have it.
    shown = [phase for phase in phases if any(row.score > 0 for row in phase.standings.rows)]
    if not shown:
        return svg.frame(520, 80, "Nobody has a score.", [svg.faint(260, 45, "Nobody has a score.")])
    lines = {row.team: _line(shown, row.team) for row in shown[-1].standings.rows[:MOST] if row.score > 0}
    teams = list(lines)
    values = [score for line in lines.values() for _, score in line]
    margin = max((max(values) - min(values)) * 0.1, 1.0)
    low, high = max(0.0, min(values) - margin), min(100.0, max(values) + margin)
    right = _LEFT + _COLUMN * max(len(shown) - 1, 1)

    def y(score: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (score - low) / (high - low)

    body = [svg.faint(_LEFT - 40, 22, "Score", "start")]
    for value in svg.ticks(low, high):
        body += [svg.line(_LEFT, y(value), right, y(value)), svg.faint(_LEFT - 8, y(value) + 4, f"{value:g}", "end")]
    for place, phase in enumerate(shown):
        x = _LEFT + _COLUMN * place
        body += [svg.line(x, _TOP, x, _BOTTOM), svg.faint(x, _BOTTOM + 22, _short(phase))]
    ends = _apart([(y(line[-1][1]), team) for team, line in lines.items()])
    for number, team in enumerate(teams):
        body += _drawn(number, [(_LEFT + _COLUMN * place, y(score)) for place, score in lines[team]])
        colour = svg.COLOURS[number % len(svg.COLOURS)]
        end = _LEFT + _COLUMN * lines[team][-1][0]
        body.append(
            f'<path d="M{end + 6} {y(lines[team][-1][1]):.1f}L{right + 16} {ends[team]:.1f}" '
            f'stroke="{colour}" stroke-width="1" stroke-dasharray="1 2" fill="none"/>'
        )
        body.append(svg.mark(number, right + 24, ends[team], colour, 4))
        body.append(svg.name(right + 34, ends[team] + 5, team, "start", 13, f' fill="{colour}"'))
    words = "Score over the phases. " + "; ".join(
        f"{cleaned(team)}: " + ", ".join(f"{score:.2f}" for _, score in lines[team]) for team in teams
    )
    return svg.frame(right + _NAMES, _BOTTOM + 44, words, body)


def _line(phases: Sequence[PhaseView], team: str) -> list[tuple[int, float]]:
    return [
        (place, phase.entries[team].score)
        for place, phase in enumerate(phases)
        if team in phase.entries and phase.entries[team].score > 0
    ]


def _short(phase: PhaseView) -> str:
    return cleaned(phase.name)[:18]


def _drawn(number: int, points: Sequence[tuple[float, float]]) -> list[str]:
    colour, dash = svg.COLOURS[number % len(svg.COLOURS)], svg.DASHES[number % len(svg.DASHES)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    lines = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>']
    return lines + [svg.mark(number, x, y, colour, 4) for x, y in points]


def _apart(ends: Sequence[tuple[float, str]], gap: float = 19.0) -> dict[str, float]:
    """Heights of the names, moved down, and up where the picture ends, so that no two of them touch."""
    ordered = sorted(ends)
    heights: list[float] = []
    for y, _ in ordered:
        heights.append(max(y, heights[-1] + gap) if heights else y)
    limit = float(_BOTTOM)
    for place in range(len(heights) - 1, -1, -1):
        heights[place] = min(heights[place], limit)
        limit = heights[place] - gap
    return {team: height for (_, team), height in zip(ordered, heights, strict=True)}
