"""The contract of `audited.json`: what the audit found, and the official results that all later commands use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from organizer.audit.finding import Finding
from organizer.audit.live import Exposure
from organizer.audit.official import Official
from organizer.platform.shape import encode, parse
from organizer.results.folder import ResultsFolder
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, write_whole
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
        for phase in self.phases:
            if phase.phase == key:
                return phase
        keys = ", ".join(phase.phase for phase in self.phases)
        raise OrganizerFault("E233", f"phase {key}", "no such phase", f"Phases of this audit: {keys}.")

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
    path = results.path / AUDITED_FILE
    if not path.is_file():
        raise OrganizerFault("E201", str(path), "no audit", "Run `competition audit` first.")
    found: Audited = parse(Audited, read_file(path), str(path))
    if found.collected != results.competition.collected or found.competition != results.competition.id:
        raise OrganizerFault("E267", str(path), "of an earlier collection", "Run `competition audit` again.")
    return found
