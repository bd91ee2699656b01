"""Admission beside the phase's window: an organizer's permit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.record import verify
from xtreme_tasks.tables import build

PERMITS = "permits"
PERMIT_KIND = "permit"


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
