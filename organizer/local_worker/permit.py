"""A permit for one submission: an organizer's run that needs no open phase and does not count."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from organizer.local_worker.upload import Upload, UploadedPhase
from sealing.folder import DataFolder, Program, read_program
from sealing.keys import Keys, read_keys
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import write_whole
from xtreme_tasks.record import sign
from xtreme_tasks.settings import CALIBRATION_FILE, PhaseSettings


@dataclass(frozen=True)
class _Opened:
    """A phase's input data as ingestion of that build would open them."""

    program: Program
    keys: Keys | None
    settings: PhaseSettings

    @property
    def record_key(self) -> bytes:
        """The key with which ingestion signs, and believes permits."""
        return self.keys.get("record") if self.keys is not None else bytes.fromhex(self.settings.open_key)


def _open(upload: Upload, worker: Path, phase: UploadedPhase) -> _Opened:
    with tempfile.TemporaryDirectory(prefix="competition-settings-") as temporary:
        scratch = Path(temporary)
        upload.extract(phase.ingestion_program, scratch / "program")
        upload.extract(phase.input_data, scratch / "input")
        program = read_program(scratch / "program", "ingestion")
        if program.sealed and not (worker / program.bundle).is_dir():
            hint = "Name the worker folder of the same build with --worker."
            raise OrganizerFault("E211", str(worker / program.bundle), "no worker folder of this bundle", hint)
        keys = read_keys(worker, program.bundle, "ingestion") if program.sealed else None
        return _Opened(program, keys, DataFolder(scratch / "input", "input", program, keys).settings())


def phase_settings(upload: Upload, worker: Path, phase: UploadedPhase) -> PhaseSettings:
    """The settings of a phase, opened with the worker folder's key (E211, E212)."""
    return _open(upload, worker, phase).settings


def score_key(upload: Upload, worker: Path, phase: UploadedPhase) -> bytes:
    """The key with which scoring signs the phase's score records (E211, E212)."""
    opened = _open(upload, worker, phase)
    if opened.keys is None:
        return opened.record_key
    return read_keys(worker, opened.program.bundle, "scoring").get("score")


def with_permit(worker: Path, copy: Path, upload: Upload, phase: UploadedPhase, number: int, repeats: int = 0) -> Path:
    """A copy of the worker folder that permits one submission number; the original stays as it is.

    Args:
        worker: the worker folder.
        copy: made; becomes /app/data.
        upload, phase: what is run.
        number: of the submission.
        repeats: timed runs; as many as the phase has if 0.

    Raises:
        OrganizerFault: E211 if the worker folder is not of this bundle.
    """
    opened = _open(upload, worker, phase)
    target = copy / opened.program.bundle
    if (worker / opened.program.bundle).is_dir():
        shutil.copytree(worker / opened.program.bundle, target)
    else:
        target.mkdir(parents=True)
    if (worker / CALIBRATION_FILE).is_file():
        shutil.copy2(worker / CALIBRATION_FILE, copy / CALIBRATION_FILE)
    permit = sign({"submission": number, "repeats": repeats or opened.settings.repeats}, "permit", opened.record_key)
    write_whole(target / "permits" / f"{number}.json", permit)
    return copy
