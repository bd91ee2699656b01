"""The official standings of one phase, as far as a publication needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from organizer.rerank.standings import RankedPhase
from organizer.results.folder import Submission

DECIMALS = 10
"""The platform keeps this many."""


@dataclass(frozen=True)
class OfficialRow:
    """One team of the official order.

    Attributes:
        team: its name.
        submission: the site's number of the attempt that counts.
        places_gained: by the efficiency adjustment; negative where others moved past.
        adjusted: the rule's adjusted score from the signed record, rounded as the platform keeps it.

    """

    team: str
    submission: int
    places_gained: int
    adjusted: Decimal


@dataclass(frozen=True)
class Official:
    """The official order of one phase, the first first.

    Attributes:
        phase: its key.
        unproven: why a hosted submission has no place in it, by its number; one that stands nowhere has no record.

    """

    phase: str
    rows: tuple[OfficialRow, ...]
    unproven: Mapping[int, str]


def kept(value: float) -> Decimal:
    """A number as the platform keeps it."""
    return Decimal(repr(round(value, DECIMALS)))


def official(ranked: RankedPhase, submissions: Iterable[Submission]) -> Official:
    """The official order with what the site needs to show it.

    Args:
        ranked: the official standings of a phase.
        submissions: of the phase; some may have no place in the standings.

    """
    rows = tuple(OfficialRow(row.team, row.submission, row.places_gained, kept(row.adjusted)) for row in ranked.rows)
    counting = {row.account: row.submission for row in ranked.rows}
    unproven = {
        one.id: f"submission {counting[one.account]} of {one.account} counts, not this one"
        for one in submissions
        if one.account in counting and one.id != counting[one.account]
    }
    return Official(ranked.phase, rows, unproven)
