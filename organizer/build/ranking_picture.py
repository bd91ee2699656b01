"""A ranking as one picture: scores as a line, durations as bars, moves as arrows. SVG, no script, no font of its own.

Teams stand in the order by score from left to right; the arrows lead from there to the final places below. Made for a
page: it grows and shrinks with its column, and says in words what it shows to those who cannot see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from organizer.build.picture_text import cleaned, right_to_left, seconds, short
from scoring_program.standings import Row, Standings

COLUMN = 96
"""Width of a team's column; the picture's unit is a pixel at its natural size."""

_LEFT, _RIGHT = 14, 14
_SCORES, _BARS, _PLACES = (44, 128), (192, 268), (336, 408)  # top and bottom of the three parts
_SMALLEST = 0.9  # of the natural size: what is narrower scrolls, so that every text stays legible
_INK, _FAINT, _LINE, _BAR = "#1b2440", "#6b7489", "#1f6feb", "#c9d3e6"
_UP, _DOWN, _TITLED = "#12805c", "#a8433a", "#43b48a"
_NARROWEST = 3  # columns: the titles above the parts need their width
MOST = 24
"""Teams that are drawn: more would not be legible. The page's tables have them all."""


Bands = Mapping[str, tuple[float, float]]
"""The noise band of a duration in seconds, by team."""


def picture(standings: Standings, bands: Bands | None = None) -> str:
    """The picture as one SVG element without blank lines, so that it may stand in Markdown."""
    teams = _drawn(standings)
    width, height = _LEFT + COLUMN * max(len(teams), _NARROWEST) + _RIGHT, 462
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'style="display: block; width: 100%; min-width: {_SMALLEST * width:.0f}px; max-width: {1.3 * width:.0f}px" '
        f'font-family="sans-serif" font-size="15" fill="{_INK}">',
        f"<title>{escape(_in_words(standings))}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>',
        *_scores(teams, len(standings.rows)),
        *_bars(teams, bands or {}),
        *_moves(teams),
        "</svg>",
    ]
    return "\n".join(lines)


def _in_words(standings: Standings) -> str:
    rows = [
        f"{row.place}. {cleaned(row.team)}: score {row.score:.2f}, {seconds(row.duration)} s" for row in standings.rows
    ]
    return "The final order. " + "; ".join(rows[: 2 * MOST]) + ("; and more" if len(rows) > 2 * MOST else "")


def _drawn(standings: Standings) -> list[Row]:
    """The teams in the order by score, up to where the final order has the same teams in front."""
    teams = sorted(standings.rows, key=lambda row: row.place_by_score)
    count = min(MOST, len(teams))
    while count < len(teams) and any(row.place > count for row in teams[:count]):
        count += 1
    return teams[:count]


def _centre(index: int) -> float:
    return _LEFT + COLUMN * (index + 0.5)


def _text(x: float, y: float, text: str, more: str = 'text-anchor="middle"') -> str:
    # A white edge around the letters keeps them legible where a line runs behind them.
    edge = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {edge} {more}>{escape(text)}</text>'


def _title(y: float, text: str) -> str:
    return _text(_LEFT, y, text, f'font-size="13" fill="{_FAINT}"')


def _name(x: float, y: float, name: str) -> str:
    shown = short(name)
    direction = ' direction="rtl" unicode-bidi="embed"' if right_to_left(shown) else ""
    return _text(x, y, shown, f'text-anchor="middle"{direction} font-weight="bold"')


def _scores(teams: list[Row], all_teams: int) -> list[str]:
    """The line of scores, its scale from the lowest to the highest."""
    top, bottom = _SCORES
    low, high = min(row.score for row in teams), max(row.score for row in teams)
    spread = high - low or 1.0
    points = [(_centre(i), bottom - (row.score - low) / spread * (bottom - top - 14)) for i, row in enumerate(teams)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    which = "teams" if all_teams == len(teams) else f"the first {len(teams)} of {all_teams} teams"
    lines = [_title(20, f"Score ({which} in the order by score)")]
    lines.append(f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="2.5"/>')
    for (x, y), row in zip(points, teams, strict=True):
        lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{_LINE}"/>')
        lines.append(_text(x, y - 10, f"{row.score:.2f}"))
    return lines


def _bars(teams: list[Row], bands: Bands) -> list[str]:
    """A bar of each duration with its noise band; the title holders' bars have their own colour."""
    top, bottom = _BARS
    # A counted attempt without a score stands with the time limit as its duration; it would dwarf all others.
    measured = [row for row in teams if row.score > 0] or teams
    longest = max(max(row.duration, *bands.get(row.team, (0.0, 0.0))) for row in measured) or 1.0
    titles = " (the two titles in green)" if any(row.title for row in teams) else ""
    noise = ", with noise bands" if any(row.team in bands for row in measured) else ""
    lines = [_title(top - 32, f"Duration in seconds{titles}{noise}")]
    for index, row in enumerate(teams):
        known = row in measured
        length = max(row.duration / longest * (bottom - top), 1.0) if known else 1.0
        colour = _TITLED if row.title else _BAR
        x = _centre(index) - 24
        lines.append(f'<rect x="{x:.1f}" y="{bottom - length:.1f}" width="48" height="{length:.1f}" fill="{colour}"/>')
        above = length
        if known and row.team in bands:
            low, high = (end / longest * (bottom - top) for end in bands[row.team])
            above = max(length, high)
            lines.append(_band(_centre(index), bottom - low, bottom - high))
        lines.append(_text(_centre(index), bottom - above - 6, seconds(row.duration) if known else "no score"))
        lines.append(_name(_centre(index), bottom + 20, row.team))
    return lines


def _band(x: float, low: float, high: float) -> str:
    """An upright line with a foot and a head."""
    path = f"M{x - 7:.1f} {low:.1f}h14M{x - 7:.1f} {high:.1f}h14M{x:.1f} {low:.1f}V{high:.1f}"
    return f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="1.5"/>'


def _moves(teams: list[Row]) -> list[str]:
    """An arrow from each team's column to its final place."""
    top, bottom = _PLACES
    lines = [_title(top - 18, "Moves to the final place")]
    for index, row in enumerate(teams):
        start, end = _centre(index), _centre(row.place - 1)
        colour = _UP if row.places_gained > 0 else _DOWN if row.places_gained < 0 else _FAINT
        width = 3 if row.places_gained > 0 else 1.75
        lines.append(
            f'<path d="M{start:.1f} {top} C{start:.1f} {top + 36} {end:.1f} {bottom - 40} {end:.1f} {bottom - 8}" '
            f'fill="none" stroke="{colour}" stroke-width="{width}"/>'
        )
        lines.append(f'<path d="M{end - 6:.1f} {bottom - 10}h12l-6 10z" fill="{colour}"/>')
        gained = f" ({row.places_gained:+d})" if row.places_gained else ""
        lines.append(_text(end, bottom + 20, f"{row.place}.{gained}", f'text-anchor="middle" fill="{colour}"'))
        lines.append(_name(end, bottom + 39, row.team))
    return lines
