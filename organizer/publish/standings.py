"""The official order of a phase from the audit of the results."""

from __future__ import annotations

from organizer.audit.audited import Audited, PhaseResults
from organizer.audit.finding import Finding
from organizer.publish.official import Official, official
from organizer.results.folder import ResultsFolder
from scoring_program.efficiency import rank

MENDED = ("A104",)
"""Findings about the very values that a publication sets."""


def blocking(audited: Audited, phase: str) -> list[Finding]:
    """Errors and warnings of the phase, or of no phase, that a publication does not mend itself."""
    return [
        finding
        for finding in audited.findings
        if finding.severity != "note" and finding.id not in MENDED and finding.phase in ("", phase)
    ]


def official_phase(folder: ResultsFolder, found: PhaseResults) -> Official:
    """The official order of a phase."""
    standings = rank([one.result for one in found.results], found.rule, found.baseline)
    attempts = {one.team: (one.account, one.submission) for one in found.results}
    return official(found.phase, standings, attempts, folder.of_phase(found.phase))
