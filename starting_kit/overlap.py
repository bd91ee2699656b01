"""Which sub-words two texts share, and in which order, as a few numbers for the head that judges pairs.

Pairs of PAWS-X share nearly all their words by design, and what tells them apart is often the order (Zhang, Baldridge
and He 2019, arXiv:1904.01130). A small encoder needs many thousand pairs to find that out by itself; these numbers say
it at once, in every language alike, since they count sub-words and know none of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log2
from operator import ne

COUNT = 16
"""How many numbers there are."""
BESIDE = "_overlap"
"""A task's name with this is the name of the head that reads these numbers beside the encoder."""
MOST = 8
"""Differences of more sub-words than these are all alike."""


def overlap(one: Sequence[int], two: Sequence[int]) -> tuple[float, ...]:
    """Numbers from -1 to 1 about two texts.

    Args:
        one, two: their sub-words, without special ones.

    Returns:
        `COUNT` numbers: shares of each text's sub-words that the other one has; whether they have exactly the same ones
        (and whether even in the same order); whether a text has none of its own, and how many it has; which text is
        longer; shares of common pairs and triples of neighbours; of the sub-words that occur once in each: how many
        neighbours changed their order, how many sub-words moved, as a number and as a share; how much is alike at the
        begin and at the end.

    """
    sizes = len(one), len(two)
    least = max(1, min(sizes))
    counts = Counter(one), Counter(two)
    common = sum(min(count, counts[1][piece]) for piece, count in counts[0].items() if piece in counts[1])
    only = sizes[0] - common, sizes[1] - common
    place = {piece: number for number, piece in enumerate(two)}
    places = [place[piece] for piece in one if counts[0][piece] == 1 == counts[1].get(piece)]
    moved = len(places) - _longest_in_order(places)
    return (
        common / max(1, sizes[0]),
        common / max(1, sizes[1]),
        float(only == (0, 0)),
        float(list(one) == list(two)),
        float(only[0] == 0),
        float(only[1] == 0),
        min(only[0], MOST) / MOST,
        min(only[1], MOST) / MOST,
        max(-1.0, min(1.0, log2((sizes[1] + 1) / (sizes[0] + 1)))),
        _common(set(pairwise(one)), set(pairwise(two))),
        _common(set(zip(one, one[1:], one[2:], strict=False)), set(zip(two, two[1:], two[2:], strict=False))),
        min(sum(left > right for left, right in pairwise(places)), MOST) / MOST,
        min(moved, MOST) / MOST,
        moved / max(1, len(places)),
        _alike(one, two) / least,
        _alike(one[::-1], two[::-1]) / least,
    )


def _longest_in_order(places: Sequence[int]) -> int:
    """Length of the longest increasing subsequence; `ends` holds the least end of each length."""
    ends: list[int] = []
    for place in places:
        found = bisect_left(ends, place)
        ends[found : found + 1] = [place]
    return len(ends)


def _common(one: set[tuple[int, ...]], two: set[tuple[int, ...]]) -> float:
    """Share of the smaller set that the other one has."""
    return len(one & two) / max(1, min(len(one), len(two)))


def _alike(one: Sequence[int], two: Sequence[int]) -> int:
    """How many sub-words are the same from the begin on."""
    return next((place for place, differs in enumerate(map(ne, one, two)) if differs), min(len(one), len(two)))
