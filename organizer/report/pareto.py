"""Who is on the Pareto front of score and duration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from organizer.report.view import Entry


def front(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that no other one beats in one of score and duration without losing in the other; fastest first.

    Equal ones are all on the front. What has no score is not.
    """
    ordered = sorted((entry for entry in entries if entry.score > 0), key=lambda one: (one.duration, -one.score))
    kept: list[Entry] = []
    for entry in ordered:
        if not kept or entry.score > kept[-1].score or _same(entry, kept[-1]):
            kept.append(entry)
    return kept


def _same(one: Entry, other: Entry) -> bool:
    return (one.score, one.duration) == (other.score, other.duration)


def steps(kept: Sequence[Entry]) -> list[tuple[float, float]]:
    """Corners (duration, score) of the front's line: what is reached within a duration is what is drawn."""
    corners: list[tuple[float, float]] = []
    for entry in kept:
        if corners:
            corners.append((entry.duration, corners[-1][1]))
        corners.append((entry.duration, entry.score))
    return corners
