"""Which record scoring may believe: signed, of this bundle, phase and submission, and fresh."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.mountinfo import SubmissionNumbers
from xtreme_tasks.record import RECORD_FILE, STARTED_FILE, RunRecord, read_record
from xtreme_tasks.settings import PhaseSettings


@dataclasses.dataclass(frozen=True)
class Evidence:
    """The record, and whether it is the final one or only says that the run began."""

    record: RunRecord
    final: bool


def read_evidence(folder: Path, key: bytes) -> Evidence:
    """The final record, or the started one where a run has no final record that can be believed.

    Once hidden data were handed out the attempt counts, whatever becomes of the final record: were a damaged one a
    reason for a free retry, damaging it would be the way to get one. So the started record then becomes the
    evidence, with verdict E141.

    Raises:
        OrganizerFault: E221 (no record), E222 (signature), E223 (a final record without its started one).
    """
    started = _read(folder, STARTED_FILE, "started", key)
    try:
        final = _read(folder, RECORD_FILE, "run", key)
    except OrganizerFault:
        if started is None:
            raise
        final = None
    if final is not None and started is None and not final.began:
        return Evidence(final, final=True)
    if final is not None and started is not None and final.began and started.nonce == final.nonce:
        return Evidence(final, final=True)
    if started is not None:
        return Evidence(dataclasses.replace(started, began=True, verdict="E141"), final=False)
    if final is not None:
        raise OrganizerFault("E223", STARTED_FILE, "missing, though the record says that the run began")
    raise OrganizerFault("E221", RECORD_FILE)


def _read(folder: Path, name: str, kind: str, key: bytes) -> RunRecord | None:
    path = folder / name
    if not path.is_file() or path.is_symlink():
        return None
    return read_record(read_file(path, name), key, name, kind)


def check_binding(record: RunRecord, settings: PhaseSettings, numbers: SubmissionNumbers, now: float) -> None:
    """The record is of this bundle, this phase, this submission, and not of an earlier run.

    Args:
        record: signed.
        settings: of scoring's own reference data.
        numbers: of scoring's own mount table; zeros where the worker does not show them.
        now: Unix seconds.

    Raises:
        OrganizerFault: E223 with what differs.

    """
    if record.bundle != settings.bundle:
        raise OrganizerFault("E223", RECORD_FILE, "of another bundle")
    if record.phase != settings.phase:
        raise OrganizerFault("E223", RECORD_FILE, "of another phase")
    if (record.user, record.submission) != (numbers.user, numbers.submission):
        raise OrganizerFault("E223", RECORD_FILE, "of another submission")
    moment = max(record.accepted, record.started, record.finished)
    if not 0 <= now - moment <= settings.record_age:
        raise OrganizerFault("E223", RECORD_FILE, "of an earlier run")
