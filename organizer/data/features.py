"""What a sentence keeps through translation: its numbers and its Latin-letter words, mostly names.

Two lines of two languages that share a *rare* number or name probably say the same; many such pairs on one
diagonal prove that two files run in parallel. Words of one language alone never match and do no harm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from organizer.data.text import digest64

Lines = NDArray[np.int64]

_SEPARATED = re.compile(r"(?<=\d)[.,'\u00a0\u202f\u066b\u066c](?=\d)")
_NUMBER = re.compile(r"\d{2,18}")
_LATIN = re.compile(r"[a-z]{4,}")
_ANY_NUMBER = re.compile(r"\d{1,18}")
_ANY_LATIN = re.compile(r"[a-z]{2,}")
MOST_LINES = 2
"""A feature in more lines of a stretch than this says nothing about which line is meant."""
STRETCH = 2000
"""Lines over which rarity is judged, so that a long file does not make every number common."""


@dataclass(frozen=True)
class Features:
    """Rare features of one file, sorted by digest.

    Attributes:
        digests: uint64, one entry per (feature, line).
        lines: int64, line from 0 of the same entry.
        size: number of lines of the file.

    """

    digests: NDArray[np.uint64]
    lines: Lines
    size: int


def signature(text: str) -> set[str]:
    """Numbers of two or more digits (in ASCII digits, separators removed) and Latin words of four or more letters."""
    # A digit of any script is \d, and int() knows its value.
    found = {f"#{int(number)}" for number in _NUMBER.findall(_SEPARATED.sub("", text))}
    return found | set(_LATIN.findall(_plain(text)))


def _plain(text: str) -> str:
    """Lower case without accents, full-width letters and digits as ordinary ones."""
    if text.isascii():
        return text.lower()
    stripped = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in stripped if not unicodedata.combining(character))


def local_features(texts: Sequence[str]) -> Features:
    """Features that occur in one line only of a short range: here a single digit or a short Latin word tells much."""
    where: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        plain = _plain(_SEPARATED.sub("", text))
        for feature in {str(int(found)) for found in _ANY_NUMBER.findall(plain)} | set(_ANY_LATIN.findall(plain)):
            where.setdefault(feature, []).append(number)
    return _features([(digest64(name), found[0]) for name, found in where.items() if len(found) == 1], len(texts))


def rare_features(texts: Sequence[str]) -> Features:
    """Features that occur in at most `MOST_LINES` lines of a stretch of `STRETCH` lines."""
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(texts), STRETCH):
        where: dict[str, list[int]] = {}
        for number, text in enumerate(texts[start : start + STRETCH], start):
            for feature in signature(text):
                where.setdefault(feature, []).append(number)
        pairs += [(digest64(name), line) for name, found in where.items() if len(found) <= MOST_LINES for line in found]
    return _features(pairs, len(texts))


def _features(pairs: list[tuple[int, int]], size: int) -> Features:
    pairs.sort()
    digests = np.array([pair[0] for pair in pairs], dtype=np.uint64)
    return Features(digests, np.array([pair[1] for pair in pairs], dtype=np.int64), size)


def votes(left: Features, right: Features) -> tuple[Lines, Lines, Lines]:
    """Every pair of lines that share a rare feature, sorted by left, then right line, and how many they share."""
    low = np.searchsorted(right.digests, left.digests, "left")
    count = np.searchsorted(right.digests, left.digests, "right") - low
    first = np.repeat(np.cumsum(count) - count, count)
    index = np.repeat(low, count) + np.arange(int(count.sum())) - first
    width = max(1, right.size)
    # One integer per pair sorts and counts faster than rows do.
    codes, shared = np.unique(np.repeat(left.lines, count) * width + right.lines[index], return_counts=True)
    return codes // width, codes % width, shared
