"""What the tests of containers share: the engine, or the reason why there is none; steps; changed bundles."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from organizer.build.archive import write_zip
from organizer.build.bundle import Build
from organizer.local_worker.command import run_at_home
from organizer.local_worker.docker_engine import DockerEngine, obstacle
from organizer.local_worker.engine import Step
from organizer.local_worker.run import LocalRun
from organizer.local_worker.selection import LOCAL_IMAGE
from organizer.local_worker.upload import read_upload

IMAGE = os.environ.get("COMPETITION_IMAGE", LOCAL_IMAGE)
USER, SUBMISSION = 1, 5
PHASE = "evaluation-1"


def engine_or_skip() -> DockerEngine:
    """The engine; where there must be one (REQUIRE_DOCKER=1, as in CI), its absence is a failure."""
    reason = obstacle(IMAGE)
    if reason and os.environ.get("REQUIRE_DOCKER") == "1":
        pytest.fail(f"containers cannot be run: {reason}")
    if reason:
        pytest.skip(f"containers cannot be run: {reason}")
    return DockerEngine(IMAGE)


def step(folder: Path, script: str, words: str = "", seconds: float = 60) -> Step:
    """A step that runs a script as program, with the mounts of step 1 in a run folder of the platform's naming."""
    run = folder / f"uPK-{USER}_sID-{SUBMISSION}__probe"
    names = ("program", "ingested_program", "input_data", "output", "data")
    for name in names:
        (run / name).mkdir(parents=True, exist_ok=True)
    (run / "program" / "probe.py").write_text(script)
    mounts = {f"/app/{name}": run / name for name in names}
    return Step(f"python3 -B probe.py {words}", mounts, run / "mountinfo", {}, seconds)


def with_ingestion(built: Build, folder: Path, script: str) -> Path:
    """The bundle with another program in the place of ingestion."""
    name = "ingestion_program.zip"
    with zipfile.ZipFile(built.archive) as archive:
        files = {member: archive.read(member) for member in archive.namelist()}
    with zipfile.ZipFile(io.BytesIO(files[name])) as inner:
        program = {member: inner.read(member) for member in inner.namelist()}
    program |= {"metadata.yaml": b"command: python3 other.py\n", "other.py": script.encode()}
    write_zip(folder / "inner.zip", program)
    files[name] = (folder / "inner.zip").read_bytes()
    write_zip(folder / "bundle.zip", files, compress=False)
    return folder / "bundle.zip"


def home(built: Build, bundle: Path, submission: Path, engine: DockerEngine, folder: Path) -> LocalRun:
    """One submission through the bundle in containers."""
    return run_at_home(read_upload(bundle), built.worker, submission, PHASE, SUBMISSION, folder / "run", engine)
