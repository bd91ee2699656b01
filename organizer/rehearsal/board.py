"""The hosted leaderboard of one phase, with the platform's rules of counting, replacing and sorting."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from organizer.local_worker.upload import Column, UploadedPhase


@dataclass(frozen=True)
class Entry:
    """One row: a team's last submission that has scores; a key that scoring left out is not in `scores`."""

    team: str
    submission: int
    scores: Mapping[str, float]


@dataclass
class Board:
    """The state of one phase.

    Attributes:
        phase: its limits.
        columns: the leaderboard's.
        entries: row by team (`Force_Last`: the last finished submission stands).
        counted: attempts by team: what failed is not counted.
    """

    phase: UploadedPhase
    columns: tuple[Column, ...]
    entries: dict[str, Entry] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    def may_submit(self, team: str) -> bool:
        """Whether the platform would take another submission."""
        return self.counted.get(team, 0) < self.phase.max_submissions

    def record(self, team: str, submission: int, status: str, scores: Mapping[str, float] | None) -> None:
        """A submission has ended: a failed one leaves everything as it was; any other counts, a cancelled one too."""
        if status == "Failed":
            return
        self.counted[team] = self.counted.get(team, 0) + 1
        if scores is not None:
            self.entries[team] = Entry(team, submission, scores)

    def rows(self) -> list[Entry]:
        """Rows as the platform sorts them: by the primary column alone, the earlier submission first among equals.

        A row without a primary score comes first on a descending column, last on an ascending one.
        """
        primary = next(column for column in self.columns if column.primary)
        sign = 1 if primary.sorting == "asc" else -1
        return sorted(
            self.entries.values(),
            key=lambda entry: (sign * entry.scores.get(primary.key, math.inf), entry.submission),
        )
