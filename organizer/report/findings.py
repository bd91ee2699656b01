"""What only the organizer reads: findings of the audit, flags of the look-up detector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from organizer.audit.audited import Audited
from organizer.platform.shape import parse
from organizer.report.view import Finding
from xtreme_tasks.files import read_file

LOOK_UP_FILE = "look-up.json"


@dataclass(frozen=True)
class _Test:
    kind: str
    task: str
    language: str
    observed: float
    threshold: float
    adjusted: float
    flagged: bool


@dataclass(frozen=True)
class _Run:
    name: str
    split: str
    findings: tuple[_Test, ...] = ()


@dataclass(frozen=True)
class _LookUp:
    runs: tuple[_Run, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)


def audit_findings(audited: Audited) -> tuple[Finding, ...]:
    """The audit's findings, in its order."""
    return tuple(
        Finding(f"audit {one.id} {one.severity}", one.place, f"{one.title}: {one.what}. {one.remedy}")
        for one in audited.findings
    )


def look_up_findings(folder: Path) -> tuple[Finding, ...]:
    """The flags in a results folder; a note where the detector has not been run.

    Raises:
        OrganizerFault: E267 if the file is damaged.

    """
    path = folder / LOOK_UP_FILE
    if not path.is_file():
        return (Finding("look-up", "all runs", "not inspected: `competition look-up` has left no report here"),)
    told = parse(_LookUp, read_file(path), str(path))
    flagged = tuple(
        Finding("look-up", f"{run.name} ({run.split})", _words(test))
        for run in told.runs
        for test in run.findings
        if test.flagged
    )
    skipped = tuple(Finding("look-up", name, f"not inspected: {reason}") for name, reason in told.skipped.items())
    return flagged + skipped


def _words(test: _Test) -> str:
    where = f"{test.task} {test.language}".strip()
    return f"{test.kind} {where}: {test.observed:.1f}, above {test.threshold:.1f} (adjusted p {test.adjusted:.2g})"
