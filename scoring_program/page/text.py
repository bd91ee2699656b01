"""Text and numbers as they may stand on the page: clean, escaped, and no more exact than the public should see."""

from __future__ import annotations

import html
import math
import unicodedata

LONGEST = 600
MOST_POINTS = 1000.0  # no score and no difference of scores is larger
MOST = 1e9  # nor is any time, size or amount; a broken number must not break the page
MISSING = "\N{EN DASH}"
# Control, format (bidirectional overrides, zero width), surrogate, private use, unassigned; line separators.
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def escaped(text: object, longest: int = LONGEST) -> str:
    """The text for an element or a quoted attribute: one line, no invisible characters, HTML escaped."""
    spaced = " ".join(str(text).split())
    kept = "".join(character for character in spaced if unicodedata.category(character) not in _REMOVED)
    short = kept if len(kept) <= longest else kept[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return html.escape(short, quote=True)


def score(value: float | None, digits: int = 2) -> str:
    """A score with a fixed number of decimals; what cannot be one is shown as missing."""
    return MISSING if value is None or not abs(value) < MOST_POINTS else f"{value:.{digits}f}"


def difference(value: float | None, digits: int = 1) -> str:
    """A signed number, with a true minus sign."""
    if value is None or not abs(value) < MOST_POINTS:
        return MISSING
    shown = f"{value:+.{digits}f}"
    if float(shown) == 0:
        return "\N{PLUS-MINUS SIGN}" + shown[1:]
    return shown.replace("-", "\N{MINUS SIGN}")


def rounded(value: float) -> float:
    """The number with two significant digits; what is not finite stays as it is."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, 1 - math.floor(math.log10(abs(value))))


def two_digits(value: float) -> str:
    """Two significant digits, never in exponent form: `0.034`, `1.2`, `64`, `1200`."""
    if value == 0:
        return "0"
    shown = rounded(value)
    power = math.floor(math.log10(abs(shown)))  # 9.96 has become 10
    return f"{shown:.{max(0, 1 - power)}f}"


def seconds(value: float | None) -> str:
    """A duration with two significant digits: the page is public, and an exact time tells about the data."""
    if value is None or not 0 <= value < MOST:
        return MISSING
    if 0 < value < 0.001:
        return "< 0.001 s"
    return f"{two_digits(value)} s"


def times(value: float) -> str:
    """A factor."""
    return f"{two_digits(value)}\N{MULTIPLICATION SIGN}" if 0 < value < MOST else MISSING


def memory(mib: float) -> str:
    """MiB or, from 1024 on, GiB."""
    if not 0 <= mib < MOST:
        return MISSING
    return f"{mib / 1024:.1f} GiB" if mib >= 1024 else f"{mib:.0f} MiB"


def energy(joules: float) -> str:
    """Joules, or kilojoules from 1000 on, with two significant digits."""
    if not 0 <= joules < MOST:
        return MISSING
    return f"{two_digits(joules / 1000)} kJ" if joules >= 1000 else f"{two_digits(joules)} J"


def drawable(value: float | None) -> bool:
    """Whether a time can be shown at all."""
    return value is not None and 0 <= value < MOST


def amount(value: float | None) -> str:
    """Two significant digits; what is no amount is shown as missing."""
    return two_digits(value) if value is not None and 0 <= value < MOST else MISSING


def percent(fraction: float, digits: int = 0) -> str:
    """A fraction as a percentage."""
    return f"{100 * fraction:.{digits}f} %" if 0 <= fraction < MOST else MISSING


def share(part: float, whole: float) -> str:
    """A percentage without decimals."""
    return f"{100 * part / whole:.0f} %" if whole > 0 else MISSING
