"""Which lines of two files are translations of each other, proved from numbers and names that survive translation.

`blocks` finds parallel stretches at unknown places (UD-PUD inside the UD test sets). `align` is for two files
that are parallel as a whole but lost lines here and there (PAWS-X drops rows without a translation): lines
between two anchors that agree are linked one to one, lines between two that disagree are loose: they are left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from organizer.data.features import Features, Lines, local_features, rare_features, votes

Point = tuple[int, int]
START: Point = (-1, -1)

MIN_VOTES = 8
"""Votes that one diagonal needs within a stretch; docs/data.md: UD-PUD pairs have over 20, all others under 5."""
MAX_GAP = 100
"""Lines without a vote that end a stretch."""
LEAST_MARGIN = 10
DRIFT = 50
"""How far from the expected diagonal two files that are parallel as a whole may drift, beside the lines they lack."""


@dataclass(frozen=True)
class Run:
    """Lines `left + k` and `right + k` are the same item for k in 0 .. length - 1; `votes` of them were seen."""

    left: int
    right: int
    length: int
    votes: int = 0


@dataclass(frozen=True)
class Loose:
    """Two ranges (start, end) of which it is not known which line belongs to which."""

    left: tuple[int, int]
    right: tuple[int, int]


def blocks(left: Features, right: Features) -> list[Run]:
    """Parallel stretches of two files, the surest first found, without overlap in their cores."""
    row, column, _ = votes(left, right)
    cores: list[Run] = []
    gaps: list[int] = []
    while True:
        best = max(_stretches(row, column), key=lambda found: found[0].votes, default=None)
        if best is None:
            break
        core, gap = best
        cores.append(core)
        gaps.append(gap)
        taken = (row >= core.left) & (row < core.left + core.length)
        taken |= (column >= core.right) & (column < core.right + core.length)
        row, column = row[~taken], column[~taken]
    return [_extend(core, gap, cores, left.size, right.size) for core, gap in zip(cores, gaps, strict=True)]


def _stretches(row: Lines, column: Lines) -> Iterator[tuple[Run, int]]:
    """Stretches of one diagonal with enough votes, each with its longest gap between votes."""
    if not row.size:
        return
    diagonal = column - row
    order = np.lexsort((row, diagonal))
    row, diagonal = row[order], diagonal[order]
    breaks = np.flatnonzero((np.diff(diagonal) != 0) | (np.diff(row) > MAX_GAP)) + 1
    starts = np.concatenate(([0], breaks))
    ends = np.concatenate((breaks, [row.size]))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if end - start >= MIN_VOTES:
            lines = row[start:end]
            first, last = int(lines[0]), int(lines[-1])
            run = Run(first, first + int(diagonal[start]), last - first + 1, end - start)
            yield run, int(np.diff(lines).max())


def _extend(core: Run, gap: int, cores: Sequence[Run], size_left: int, size_right: int) -> Run:
    """The stretch with a margin on both sides: its ends are seen no better than its longest gap.

    Linking too far is harmless (two strangers share a split); linking too little would leak.
    """
    margin = max(LEAST_MARGIN, 2 * gap)
    before = min(margin, core.left, core.right)
    after = min(margin, size_left - core.left - core.length, size_right - core.right - core.length)
    for other in cores:
        if other is core:
            continue
        for mine, theirs in ((core.left, other.left), (core.right, other.right)):
            if theirs < mine:
                before = min(before, mine - theirs - other.length)
            else:
                after = min(after, theirs - mine - core.length)
    return Run(core.left - before, core.right - before, before + core.length + after, core.votes)


def align(left: Sequence[str], right: Sequence[str]) -> tuple[list[Run], list[Loose]]:
    """Alignment of two files that are parallel as a whole: every line of both is in exactly one run or loose range.

    First with features that are rare in the files, then, inside the ranges that stay loose, with features that are
    unique in the range.
    """
    row, column, _ = votes(rare_features(left), rare_features(right))
    missing = len(right) - len(left)
    near = np.abs((column - row) - missing / 2) <= abs(missing) / 2 + DRIFT
    runs: list[Run] = []
    loose: list[Loose] = []
    for gap in _gaps(START, _longest_chain(row[near], column[near]), (len(left), len(right))):
        found = [gap] if gap.sure else _gaps_within(left, right, gap)
        for inner in found:
            run, range_ = inner.split()
            runs += [run] if run.length else []
            loose += [range_] if range_ else []
    return runs, loose


@dataclass(frozen=True)
class _Gap:
    """What lies after one anchor, up to and with the next; the end of both files counts as an anchor of no line."""

    before: Point
    after: Point
    sure: bool
    last: bool

    def split(self) -> tuple[Run, Loose | None]:
        """The gap's linked lines, and its loose lines if there are any."""
        end = 0 if self.last else 1
        if self.sure:
            return Run(self.before[0] + 1, self.before[1] + 1, self.after[0] - self.before[0] - 1 + end, end), None
        rows, columns = ((self.before[side] + 1, self.after[side]) for side in (0, 1))
        return Run(*self.after, end, end), Loose(rows, columns)


def _gaps(start: Point, chain: list[Point], end: Point, last: bool = True) -> list[_Gap]:
    """Gaps between anchors that agree with a neighbour; one is sure when nothing in it is against its diagonal."""
    points = [start, *chain, end]
    kept = _agreeing(points)
    doubtful = set(points) - set(kept)
    gaps: list[_Gap] = []
    for before, after in pairwise(kept):
        drift = after[1] - after[0]
        against = any(before < point < after and point[1] - point[0] != drift for point in doubtful)
        sure = before[1] - before[0] == drift and not against
        gaps.append(_Gap(before, after, sure, last and after == end))
    return gaps


def _gaps_within(left: Sequence[str], right: Sequence[str], gap: _Gap) -> list[_Gap]:
    """A loose gap taken apart by what is unique in it; in a range so short one shared word alone proves nothing."""
    (row0, column0), (row1, column1) = (gap.before[0] + 1, gap.before[1] + 1), gap.after
    row, column, count = votes(local_features(left[row0:row1]), local_features(right[column0:column1]))
    chain = _longest_chain(row[count > 1] + row0, column[count > 1] + column0)
    if not chain:
        return [gap]
    return _gaps(gap.before, chain, gap.after, gap.last)


def _longest_chain(rows: Lines, columns: Lines) -> list[Point]:
    """Longest strictly increasing subsequence in both coordinates (patience sorting)."""
    pairs = sorted(zip(rows.tolist(), columns.tolist(), strict=True), key=lambda pair: (pair[0], -pair[1]))
    tails: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, (_, column) in enumerate(pairs):
        place = bisect_left(tails, column)
        previous.append(last[place - 1] if place else -1)
        tails[place : place + 1] = [column]
        last[place : place + 1] = [number]
    chain: list[Point] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = previous[number]
    return chain[::-1]


def _agreeing(chain: list[Point]) -> list[Point]:
    """Anchors with a neighbour on the same diagonal, and both ends: one alone may be a chance meeting of two names."""
    while True:
        drift = [column - row for row, column in chain]
        inner = range(1, len(chain) - 1)
        kept = [number for number in inner if drift[number] in (drift[number - 1], drift[number + 1])]
        if len(kept) == len(inner):
            return chain
        chain = [chain[0], *(chain[number] for number in kept), chain[-1]]
