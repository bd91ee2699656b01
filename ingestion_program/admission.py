"""Admission: whether hidden data may be handed out now, by the phase's window or by an organizer's permit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.record import verify
from xtreme_tasks.settings import PhaseSettings, build

PERMITS = "permits"
PERMIT_KIND = "permit"
_LAST_SECOND = 253402300799  # of the year 9999: what datetime can show


@dataclass(frozen=True)
class Permit:
    """The organizer's leave to run one submission outside the window, with its own number of repeats."""

    submission: int
    repeats: int


def read_permit(worker: Path, bundle: str, submission: int, key: bytes) -> Permit | None:
    """The permit of a submission, if the organizer put one into the worker folder.

    Args:
        worker, bundle: it lies at `BUNDLE/permits/SUBMISSION.json`.
        submission: the platform's number; 0, where the worker does not show it, never has a permit.
        key: the key of records.

    Raises:
        OrganizerFault: E222 (signature, or of another submission), E231 (values).

    """
    path = worker / bundle / PERMITS / f"{submission}.json"
    if submission == 0 or not path.exists():
        return None
    name = f"{PERMITS}/{path.name}"
    permit: Permit = build(Permit, verify(read_file(path, name), PERMIT_KIND, key, name), name)
    if permit.submission != submission:
        raise OrganizerFault("E222", name, "of another submission")
    if permit.repeats < 1:
        raise OrganizerFault("E231", name, "repeats must be at least 1")
    return permit


def check_window(settings: PhaseSettings, accepted: float) -> None:
    """Whether the phase is open.

    Args:
        settings: start, end and grace of the phase; 0 = open on that side.
        accepted: Unix seconds at which ingestion began.

    Raises:
        OrganizerFault: E213.

    """
    if settings.start and accepted < settings.start:
        raise OrganizerFault("E213", settings.phase, f"it opens {_utc(settings.start)}")
    if settings.end and accepted > settings.end + settings.grace:
        raise OrganizerFault("E213", settings.phase, f"it closed {_utc(settings.end)}")


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
