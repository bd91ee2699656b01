"""A permit for one submission: an organizer's run that needs no open phase and does not count."""

from __future__ import annotations

import shutil
from pathlib import Path

from organizer.local_worker.upload import Upload, UploadedPhase
from sealing.folder import DataFolder, Program, read_program
from sealing.keys import Keys, read_keys
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import write_whole
from xtreme_tasks.record import sign
from xtreme_tasks.settings import PhaseSettings


def with_permit(worker: Path, copy: Path, upload: Upload, phase: UploadedPhase, number: int) -> Path:
    """A copy of the worker folder that permits one submission number; the original stays as it is.

    Raises:
        OrganizerFault: E211 if the worker folder is not of this bundle.
    """
    scratch = copy.parent / "permit"
    upload.extract(phase.ingestion_program, scratch / "program")
    upload.extract(phase.input_data, scratch / "input")
    program = read_program(scratch / "program", "ingestion")
    source = worker / program.bundle
    if program.sealed and not source.is_dir():
        hint = "Name the worker folder of the same build with --worker."
        raise OrganizerFault("E211", str(source), "no worker folder of this bundle", hint)
    target = copy / program.bundle
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.mkdir(parents=True)
    keys = read_keys(copy, program.bundle, "ingestion") if program.sealed else None
    settings = _settings(scratch / "input", program, keys)
    key = keys.get("record") if keys is not None else bytes.fromhex(settings.open_key)
    permit = sign({"submission": number, "repeats": settings.repeats}, "permit", key)
    write_whole(target / "permits" / f"{number}.json", permit)
    shutil.rmtree(scratch)
    return copy


def _settings(folder: Path, program: Program, keys: Keys | None) -> PhaseSettings:
    return DataFolder(folder, "input", program, keys).settings()
