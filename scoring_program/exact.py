"""Exact comparison for guards that are strict, and numbers printed so that a reader sees which side they fall on."""

from __future__ import annotations

from fractions import Fraction


def exact(number: float) -> Fraction:
    """The number as its shortest decimal form says it, without binary rounding.

    The guards are strict, so 70.1 against 60.1 has to be 10 points, as everybody reckons from the printed numbers;
    the floats' difference is a little less.
    """
    return Fraction(repr(float(number)))


def near(value: Fraction, limit: Fraction, digits: int = 2) -> str:
    """The value with as few decimals (at least `digits`) as show on which side of the limit it lies."""
    for places in range(digits, 18):
        shown = round(value, places)
        if (shown > limit, shown < limit) == (value > limit, value < limit):
            return f"{float(shown):.{places}f}"
    return repr(float(value))
