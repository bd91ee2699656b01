"""Text that has to fit a picture: durations in few digits, names in any script, cut to a width."""

from __future__ import annotations

import unicodedata
from html import unescape

from scoring_program.page.text import escaped

NAME_WIDTH = 11.0
"""Ordinary letters of a team's name that fit its column."""

_NARROW, _BROAD = frozenset("ijltfrI.,:;'|!()[] -"), frozenset("mwMW@%&")


def seconds(value: float) -> str:
    """A duration with three significant digits, whole seconds from 1000 on, never in exponent form."""
    if 0 < value < 0.001:
        return "<0.001"
    if value >= 999.5:
        return f"{value:.0f}"
    return f"{float(f'{value:.3g}'):g}"


def cleaned(text: str) -> str:
    """One line without invisible characters, which could turn the text around or break the XML."""
    return unescape(escaped(text))


def short(name: str, width: float = NAME_WIDTH) -> str:
    """The name, cut with an ellipsis where it would be wider than so many ordinary letters; never empty."""
    name = cleaned(name) or "?"
    if sum(map(_width, name)) <= width:
        return name
    kept, left = "", width - 1
    for character in name:
        left -= _width(character)
        if left < 0:
            break
        kept += character
    return kept.rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((found != "L" for found in directions if found in ("L", "R", "AL")), False)


def _width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.9
    if character in _NARROW:
        return 0.6
    if character in _BROAD:
        return 1.7
    return 1.3 if character.isupper() else 1.0
