"""The contract of `standings.json`: the official standings of every phase, with trail, doubts and permits to issue."""

from __future__ import annotations

import csv
import dataclasses
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from organizer.build.ranking_picture import picture
from organizer.platform.shape import encode
from organizer.rerank.noise import Doubt
from organizer.results.competition import phase_of
from organizer.results.derived import read_derived
from organizer.results.folder import ResultsFolder
from organizer.results.harmless import for_spreadsheet
from scoring_program.standings import Row, Standings, Step
from xtreme_tasks.files import write_whole

STANDINGS_FILE = "standings.json"
TABLE_FILE = "standings.csv"
PRIVATE = 0o600
Confidence = Literal["sure", "unsure", "noise not measured"]


@dataclass(frozen=True)
class RankedRow:
    """One team of one phase's official order.

    Attributes:
        submission: the official attempt.
        adjusted: the rule's adjusted score; the score under the rule `places`.
        signed_adjusted: what scoring signed, as the hosted row first held it.
        places_gained: by the efficiency adjustment; negative where others moved past.
        title: 1 for the most efficient team, 2 for the second.
        reason: why this attempt is the official one.
        confidence: `unsure` if noise could have decided a guard or a title of this team.
        hardware: key of the machine that measured the duration; empty where the record has none.

    """

    place: int
    team: str
    account: str
    submission: int
    score: float
    adjusted: float
    signed_adjusted: float
    duration: float
    accepted: float
    place_by_score: int
    places_gained: int
    title: int
    verdict: str
    reason: str
    confidence: Confidence
    hardware: str = ""


@dataclass(frozen=True)
class Permit:
    """A re-run to make: the official attempt's code again, so many timed runs in all; an odd number."""

    team: str
    submission: int
    repeats: int


@dataclass(frozen=True)
class RankedPhase:
    """One phase.

    Attributes:
        winner: empty where nobody has a score.
        settled: False while re-runs are asked for.
        doubts: what noise, other examples or another machine could have decided.
        permits: re-runs that are asked for.
        notes: what else the reader must know of the runs, a sentence each.

    """

    phase: str
    name: str
    rule: str
    winner: str
    settled: bool
    rows: tuple[RankedRow, ...]
    trail: tuple[Step, ...]
    doubts: tuple[Doubt, ...]
    permits: tuple[Permit, ...]
    notes: tuple[str, ...] = ()

    @property
    def machines(self) -> frozenset[str]:
        """Keys of the hardware that measured the durations of those who have a score; empty: unknown."""
        return frozenset(row.hardware for row in self.rows if row.score > 0)

    @property
    def standings(self) -> Standings:
        """As `scoring_program` ranks them, for pictures; without the baseline rule's details."""
        rows = tuple(
            Row(
                row.place,
                row.team,
                row.score,
                row.duration,
                row.accepted,
                row.place_by_score,
                row.places_gained,
                row.title,
            )
            for row in self.rows
        )
        return Standings(rows, self.trail)


@dataclass(frozen=True)
class Reranked:
    """The official standings; `collected` and `audited` name the evidence that they rest on."""

    bundle: str
    competition: int
    title: str
    collected: float
    audited: float
    provable: bool
    when_unsure: str
    phases: tuple[RankedPhase, ...]

    @property
    def settled(self) -> bool:
        """Whether no re-run is asked for."""
        return all(phase.settled for phase in self.phases)

    def phase(self, key: str) -> RankedPhase:
        """The phase of that key.

        Raises:
            OrganizerFault: E233 with the keys that exist.

        """
        return phase_of({phase.phase: phase for phase in self.phases}, key, "these standings")

    def write(self, folder: Path) -> None:
        """Write `standings.json`, `standings.csv` and a picture of each phase into the results folder (E232)."""
        write_whole(folder / TABLE_FILE, table(self).encode(), PRIVATE)
        for phase in self.phases:
            if phase.rows:
                write_whole(folder / picture_file(phase.phase), picture(phase.standings).encode() + b"\n", PRIVATE)
        write_whole(folder / STANDINGS_FILE, encode(self), PRIVATE)


def picture_file(phase: str) -> str:
    """Name of a phase's picture in the results folder."""
    return f"standings-{phase}.svg"


def table(reranked: Reranked) -> str:
    """CSV: one row for each team of each phase, in the official order."""
    stream = io.StringIO()
    # Not pandas: its import alone takes longer than the ranking.
    writer = csv.DictWriter(stream, ["phase", *(item.name for item in dataclasses.fields(RankedRow))])
    writer.writeheader()
    writer.writerows(_cells(phase.phase, row) for phase in reranked.phases for row in phase.rows)
    return stream.getvalue()


def _cells(phase: str, row: RankedRow) -> dict[str, object]:
    values = {"phase": phase, **vars(row)}
    return {name: for_spreadsheet(value) if isinstance(value, str) else value for name, value in values.items()}


def read_standings(results: ResultsFolder) -> Reranked:
    """The standings of a results folder.

    Raises:
        OrganizerFault: E201 (none), E267 (damaged, or made before the results were collected last).

    """
    remedy = "`competition audit` and `competition rerank`"
    return read_derived(results, STANDINGS_FILE, Reranked, "standings", remedy)
