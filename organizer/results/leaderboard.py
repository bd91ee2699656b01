"""The hosted leaderboards: `leaderboards.json` of a results folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from organizer.results.submission import ScoreRow

LEADERBOARDS_FILE = "leaderboards.json"


@dataclass(frozen=True)
class LeaderboardRow:
    """One row of the hosted leaderboard.

    Attributes:
        place: 1 is first, as the site sorts.
        account: the owner's user name; `shown` is the name that visitors read.
        scores: what visitors see: rounded, without hidden columns.

    """

    place: int
    submission: int
    account: str
    shown: str
    scores: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class Leaderboards:
    """The hosted rows by phase key, as `leaderboards.json` holds them."""

    phases: Mapping[str, tuple[LeaderboardRow, ...]]
