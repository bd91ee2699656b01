"""What a report shows, as plain values: read.py makes them from a results folder, the other modules only draw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scoring_program.standings import Row, Standings
from xtreme_tasks.settings import Baseline

Edition = Literal["public", "organizer"]
EDITIONS: tuple[Edition, ...] = ("public", "organizer")


@dataclass(frozen=True)
class Entry:
    """The run that stands for a team in a phase, as scoring signed it.

    Attributes:
        tasks: score 0-100 by task.
        parts: score by `TASK/LANG`; empty where they are not to be shown.
        adjusted: the rule `baseline`'s adjusted score; None under the rule `places`.
        confidence: whether noise could have decided; empty where nobody looked.
        band: 95 % noise band of the duration in seconds; None where nothing is known of the noise.
        energy: joules of the timed run; None = not measured.
        memory: largest resident memory in MiB; 0 = not known.
        hardware: short key; durations of different keys are not to be compared.
        method, base_model, training_compute: the team's own words in the fact sheet; empty where it gave none.

    """

    team: str
    submission: int
    score: float
    duration: float
    tasks: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)
    band: tuple[float, float] | None = None
    energy: float | None = None
    memory: float = 0.0
    hardware: str = ""
    method: str = ""
    base_model: str = ""
    training_compute: str = ""
    adjusted: float | None = None
    confidence: str = ""


@dataclass(frozen=True)
class Tries:
    """A team's submissions in a phase: how many, how many finished, how many are gone from the site.

    `named` is False where `team` is an account that has no team: that is not for the public.
    """

    team: str
    submissions: int
    finished: int
    failed: int
    deleted: int
    named: bool = True


@dataclass(frozen=True)
class PhaseView:
    """One phase.

    Attributes:
        key, name: as in the results folder.
        ended: whether its end has passed.
        standings: the order and how it came about.
        entries: by team; one for each row of the standings.
        tries: by team, sorted.
        unnamed: public edition: submissions of accounts that have no team name.
        detail: whether scores by language may be shown.
        doubts: sentences on what noise could have decided.
        notes: what else the organizer must know of the runs; none in the public edition.
        settled: False while the organizer asks for re-runs.

    """

    key: str
    name: str
    ended: bool
    standings: Standings
    entries: Mapping[str, Entry]
    tries: tuple[Tries, ...] = ()
    unnamed: int = 0
    detail: bool = True
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    settled: bool = True

    @property
    def ordered(self) -> tuple[tuple[Row, Entry], ...]:
        """Rows with their entries, best place first."""
        return tuple((row, self.entries[row.team]) for row in self.standings.rows)


@dataclass(frozen=True)
class Finding:
    """Something that only the organizer reads: where it comes from, whom it is about, what was found."""

    source: str
    about: str
    text: str


@dataclass(frozen=True)
class ReportView:
    """The whole report.

    Attributes:
        title: the competition's.
        edition: whom it is for.
        official: the standings come from audited records; else they are provisional.
        collected: Unix seconds of the collection.
        phases: in their order; those in which nobody has a result, too.
        baseline: of the rules; zeros where it was not measured.
        findings: empty in the public edition.
        notes: what the reader must know, in sentences.

    """

    title: str
    edition: Edition
    official: bool
    collected: float
    phases: tuple[PhaseView, ...]
    baseline: Baseline
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def last(self) -> PhaseView | None:
        """The last phase in which somebody has a result."""
        return next((phase for phase in reversed(self.phases) if phase.standings.rows), None)
