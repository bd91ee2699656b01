"""Small pieces of SVG: a picture's frame, text with a white edge, names in any script, ticks of a scale.

Own SVG and no plotting library: the browser shapes Arabic, Indic and East Asian names with its own fonts, the text
stays selectable and scales in print, a page stays small, and no script is needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from organizer.build.picture_text import right_to_left, short

INK, FAINT, GRID = "#1b2440", "#5d6577", "#dfe3ea"
# Okabe and Ito's colours without yellow, which is too pale on white: distinct with every common colour blindness.
COLOURS = ("#0072b2", "#d55e00", "#007d5c", "#b0568c", "#8a6100", "#2f7fb8", "#1b2440")
DASHES = ("", "7 3", "2 3", "9 3 2 3")


def frame(width: int, height: int, words: str, body: Sequence[str]) -> str:
    """A picture of natural size `width` x `height`; narrower than that it scrolls in its column.

    Args:
        width, height: pixels.
        words: what it shows, for those who cannot see it; plain text.
        body: SVG, escaped.

    """
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'style="display: block; width: 100%; min-width: {0.9 * width:.0f}px; max-width: {1.3 * width:.0f}px" '
        f'font-family="sans-serif" font-size="14" fill="{INK}">',
        f"<title>{escape(words)}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>',
        *body,
        "</svg>",
    )
    return "\n".join(lines)


def text(x: float, y: float, content: str, anchor: str = "middle", more: str = "") -> str:
    """A line of text with a white edge, so that it stays legible where a line runs behind it."""
    edge = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {edge} {more}>{escape(content)}</text>'


def faint(x: float, y: float, content: str, anchor: str = "middle") -> str:
    """A label of a scale or a title of a part."""
    return text(x, y, content, anchor, f'font-size="13" fill="{FAINT}"')


def name(x: float, y: float, team: str, anchor: str = "start", width: float = 14.0, more: str = "") -> str:
    """A team's name, cut to so many ordinary letters; from right to left where its script is."""
    shown = short(team, width)
    if right_to_left(shown):
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        more += ' direction="rtl" unicode-bidi="embed"'
    return text(x, y, shown, anchor, f'font-weight="bold"{more}')


def line(x1: float, y1: float, x2: float, y2: float, colour: str = GRID, width: float = 1.0) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width:g}"/>'


def mark(kind: int, x: float, y: float, colour: str, size: float = 5.0) -> str:
    """One of four shapes, so that colour is not the only difference."""
    shape = kind % 4
    if shape == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}" fill="{colour}"/>'
    if shape == 1:
        side = 1.8 * size
        return (
            f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:g}" height="{side:g}" fill="{colour}"/>'
        )
    s = 1.25 * size
    if shape == 2:
        return f'<path d="M{x:.1f} {y - s:.1f}l{s:g} {1.8 * s:g}h{-2 * s:g}z" fill="{colour}"/>'
    return f'<path d="M{x:.1f} {y - s:.1f}l{s:g} {s:g}l{-s:g} {s:g}l{-s:g} {-s:g}z" fill="{colour}"/>'


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two values, both included where they are round."""
    span = max(high - low, 1e-9)
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of every power of ten between two positive values; only the powers where there would be many."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if len(powers) <= 4 else (1,)
    found = [factor * 10.0**power for power in powers for factor in factors]
    return [value for value in found if low * 0.999 <= value <= high * 1.001]
