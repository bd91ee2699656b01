"""The contract of `audited.json`: what the audit found, and the official results that all later commands use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from organizer.audit.exposure import Exposure
from organizer.audit.finding import Finding
from organizer.audit.official import Official
from organizer.platform.shape import encode
from organizer.results.competition import phase_of
from organizer.results.derived import read_derived
from organizer.results.folder import ResultsFolder
from xtreme_tasks.files import write_whole
from xtreme_tasks.settings import Baseline, Rule

AUDITED_FILE = "audited.json"
PRIVATE = 0o600


@dataclass(frozen=True)
class PhaseResults:
    """One phase: the rule of its ranking, the baseline measured for it, and each team's official result."""

    phase: str
    name: str
    rule: Rule
    baseline: Baseline
    results: tuple[Official, ...]


@dataclass(frozen=True)
class Audited:
    """An audit.

    Attributes:
        bundle: identifier of the build.
        competition: its number; 0 for a rehearsal.
        title: of the competition.
        collected: of the results folder: another value there means that it was collected again.
        audited: Unix seconds.
        journal: entries of the journal that were believed; -1 without one.
        journal_digest: of the last of them.
        provable: whether the number of attempts that began is proved: sealed, with a whole journal.
        findings: errors first.
        phases: in their order.
        exposures: what was tried as an anonymous visitor; empty if nothing was.

    """

    bundle: str
    competition: int
    title: str
    collected: float
    audited: float
    journal: int
    journal_digest: str
    provable: bool
    findings: tuple[Finding, ...]
    phases: tuple[PhaseResults, ...]
    exposures: tuple[Exposure, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether there is nothing that an organizer must look at."""
        return all(finding.severity == "note" for finding in self.findings)

    def phase(self, key: str) -> PhaseResults:
        """The phase of that key.

        Raises:
            OrganizerFault: E233 with the keys that exist.

        """
        return phase_of({phase.phase: phase for phase in self.phases}, key, "this audit")

    def write(self, folder: Path) -> Path:
        """Write `audited.json` into the results folder (E232)."""
        path = folder / AUDITED_FILE
        write_whole(path, encode(self), PRIVATE)
        return path


def read_audited(results: ResultsFolder) -> Audited:
    """The audit of a results folder.

    Raises:
        OrganizerFault: E201 (none), E267 (damaged, or made before the results were collected last).

    """
    return read_derived(results, AUDITED_FILE, Audited, "audit", "`competition audit`")
