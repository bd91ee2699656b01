"""The official standings of one phase, as far as a publication needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from organizer.results.folder import Submission
from scoring_program.standings import Row, Standings

DECIMALS = 10
"""The platform keeps this many."""


@dataclass(frozen=True)
class OfficialRow:
    """One team of the official order.

    Attributes:
        team: its name.
        submission: the site's number of the attempt that counts.
        places_gained: by the efficiency adjustment; negative where others moved past.
        adjusted: what scoring signed as the adjusted score, rounded as the platform keeps it.

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


def official(
    phase: str, standings: Standings, attempts: Mapping[str, tuple[str, int]], hosted: Iterable[Submission]
) -> Official:
    """The official order with what the site needs to show it.

    Args:
        phase: its key.
        standings: the order.
        attempts: account and submission of the attempt that counts, by team.
        hosted: the submissions of the phase, of which some may have no place in the standings.

    """
    rows = tuple(
        OfficialRow(row.team, attempts[row.team][1], row.places_gained, _signed(row)) for row in standings.rows
    )
    counting = dict(attempts.values())
    numbers = set(counting.values())
    unproven = {
        one.id: f"submission {counting[one.account]} of {one.account} counts, not this one"
        for one in hosted
        if one.id not in numbers and one.account in counting
    }
    return Official(phase, rows, unproven)


def _signed(row: Row) -> Decimal:
    """The adjusted score as scoring wrote it: provisional under the rule `places`."""
    if row.adjustment is None or row.score == 0:
        return kept(row.score)
    return kept(row.adjustment.value)
