"""The hosted leaderboard of one phase by value, and the order in which the platform puts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cmp_to_key

from organizer.results.folder import Column, Submission
from xtreme_tasks.faults import OrganizerFault

PRIMARY = "adjusted_score"
GAINED = "places_gained"
CHANGED = (PRIMARY, GAINED)
"""The only columns that a publication writes."""


@dataclass(frozen=True)
class Cell:
    """One row of the site's score table; `id` is what the site's score endpoint takes."""

    id: int
    value: Decimal


@dataclass(frozen=True)
class HostedRow:
    """One team's row.

    Attributes:
        created: Unix seconds, as the site says.
        cells: score rows by column key; several of one key are added, as the site does.

    """

    submission: int
    account: str
    created: float
    cells: Mapping[str, tuple[Cell, ...]]

    def total(self, key: str) -> Decimal | None:
        """What the site shows in a column; None where there is no row of it."""
        found = self.cells.get(key, ())
        return sum((cell.value for cell in found), Decimal()) if found else None

    def totals(self) -> dict[str, Decimal]:
        """What the site shows, by column; a column without a row is left out."""
        return {key: sum((cell.value for cell in found), Decimal()) for key, found in self.cells.items() if found}


def hosted_row(submission: Submission) -> HostedRow:
    """A submission's row.

    Raises:
        OrganizerFault: E264 for a score that is no finite number.

    """
    cells: dict[str, tuple[Cell, ...]] = {}
    for score in submission.scores:
        where = f"submission {submission.id} {score.key}"
        cells[score.key] = (*cells.get(score.key, ()), Cell(score.id, number(score.text, where)))
    return HostedRow(submission.id, submission.account, submission.created, cells)


def hosted_rows(submissions: Iterable[Submission]) -> tuple[HostedRow, ...]:
    """The rows of those that stand on the leaderboard (E264)."""
    return tuple(hosted_row(one) for one in submissions if one.on_leaderboard and not one.soft_deleted)


def number(text: str, where: str) -> Decimal:
    """A finite decimal number (E264)."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise OrganizerFault("E264", where, "not a number")
    return value


def check_columns(columns: Sequence[Column], primary: str) -> None:
    """Refuse a leaderboard that is not sorted by the adjusted score, the greatest first.

    Raises:
        OrganizerFault: E268.

    """
    found = {column.key: column for column in columns}
    if primary != PRIMARY or PRIMARY not in found or found[PRIMARY].sorting != "desc":
        raise OrganizerFault("E268", "leaderboard", f"it is not sorted by {PRIMARY}, the greatest first")
    if GAINED not in found:
        raise OrganizerFault("E268", "leaderboard", f"it has no column {GAINED}")


@dataclass(frozen=True)
class Standing:
    """What decides a row's place: totals by column and the time of the submission."""

    submission: int
    created: float
    totals: Mapping[str, Decimal]


def standing(row: HostedRow, planned: Mapping[str, Decimal] | None = None) -> Standing:
    """A row as it is, or with planned values."""
    return Standing(row.submission, row.created, {**row.totals(), **(planned or {})})


def compare(left: Standing, right: Standing, columns: Sequence[Column], primary: str = PRIMARY) -> int:
    """Negative if the platform puts `left` before `right`, 0 if it does not say.

    The primary column, then the visible ones by their index, then the time of the submission
    (Codabench 1.25, `LeaderboardPhaseSerializer.get_submissions`); the database takes a missing value for the largest.
    """
    ordered = sorted(columns, key=lambda column: (column.key != primary, column.index))
    for column in ordered:
        if column.hidden and column.key != primary:
            continue
        sign = _sign(left.totals.get(column.key), right.totals.get(column.key))
        if sign:
            return -sign if column.sorting == "desc" else sign
    return (left.created > right.created) - (left.created < right.created)


def _sign(left: Decimal | None, right: Decimal | None) -> int:
    if left is None or right is None:
        return (left is None) - (right is None)
    return (left > right) - (left < right)


def in_order(rows: Iterable[Standing], columns: Sequence[Column], primary: str = PRIMARY) -> list[Standing]:
    """The rows as the platform sorts them."""

    def order(left: Standing, right: Standing) -> int:
        return compare(left, right, columns, primary)

    return sorted(rows, key=cmp_to_key(order))
