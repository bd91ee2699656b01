"""The job: all that ingestion knows and holds in memory before anything of the team's runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion_program import admission, isolation, questions
from ingestion_program.calibration import Calibration, read_calibration
from ingestion_program.questions import Question
from sealing.folder import DataFolder, read_program
from sealing.keys import read_keys
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.mountinfo import SubmissionNumbers
from xtreme_tasks.settings import PhaseSettings
from xtreme_tasks.window import check_window


@dataclass(frozen=True)
class Paths:
    """Where the platform mounts things."""

    program: Path
    submission: Path
    input: Path
    output: Path
    worker: Path
    mountinfo: Path


@dataclass(frozen=True)
class Job:
    """All that is known and in memory before anything of the team's runs."""

    settings: PhaseSettings
    key: bytes
    data: DataFolder
    public: Sequence[Question]
    hidden: Sequence[Question]
    calibration: Calibration | None


def prepare(paths: Paths, accepted: float, numbers: SubmissionNumbers, protections: tuple[str, ...]) -> Job:
    """Read, decrypt and check everything, and refuse what may not run now.

    Raises:
        OrganizerFault: E201 to E214, E222, E231.

    """
    program = read_program(paths.program, "ingestion")
    keys = read_keys(paths.worker, program.bundle, "ingestion") if program.sealed else None
    data = DataFolder(paths.input, "input", program, keys)
    settings = data.settings()
    key = keys.get("record") if keys else _open_key(settings)
    permit = admission.read_permit(paths.worker, program.bundle, numbers.submission, key)
    if permit:
        settings = replace(settings, repeats=permit.repeats)
    else:
        check_window(settings, accepted)
    if settings.sealed:
        isolation.check_required(settings.require, protections)
    if settings.repeats < 1:
        raise OrganizerFault("E231", "phase.json repeats", "must be at least 1")
    calibration = read_calibration(paths.worker)
    return Job(settings, key, data, questions.public(data, settings), questions.hidden(data, settings), calibration)


def _open_key(settings: PhaseSettings) -> bytes:
    try:
        key = bytes.fromhex(settings.open_key)
    except ValueError:
        key = b""
    if not key:
        raise OrganizerFault("E231", "phase.json open_key", "an unsealed bundle needs one, in hex")
    return key
