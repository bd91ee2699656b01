"""One submission, both steps, as the worker does them: the main path of `competition run`."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import yaml

from organizer.local_worker.engine import Engine, Step, StepResult
from organizer.local_worker.scores import read_scores
from organizer.local_worker.submission import extract, place, program_command
from organizer.local_worker.upload import Upload, UploadedPhase
from xtreme_tasks.faults import OrganizerFault

INGESTION_OPTIONS: Mapping[str, str] = {
    "/app/program": "--program",
    "/app/ingested_program": "--submission",
    "/app/input_data": "--input",
    "/app/output": "--output",
    "/app/data": "--worker",
}
SCORING_OPTIONS: Mapping[str, str] = {
    "/app/program": "--program",
    "/app/input": "--input",
    "/app/output": "--output",
    "/app/data": "--worker",
}
GRACE_SECONDS = 60.0
"""How long a container may outlive the bundle's time limit before it is killed."""


class _Refused(Exception):
    """The worker gives the submission up: the platform shows it as Failed, with this text."""


@dataclass(frozen=True)
class Order:
    """Who submits what to which phase."""

    user: int
    submission: int
    archive: Path
    phase: UploadedPhase


@dataclass(frozen=True)
class LocalRun:
    """What the platform would show of a submission.

    Attributes:
        status: `Finished` or `Failed`; a failed submission is not counted as an attempt.
        scores: the leaderboard's row, without the keys that scoring left out; None when there is no row.
        messages: what the two programs printed.
        folder: holds `prediction_output`, `scoring_output` with `detailed_results.html`.

    """

    status: str
    scores: Mapping[str, float] | None
    messages: str
    folder: Path


def run_submission(upload: Upload, worker: Path, order: Order, engine: Engine, folder: Path) -> LocalRun:
    """Run one submission through the built zip.

    Args:
        upload: the bundle.
        worker: the worker folder, mounted at /app/data.
        order: who submits what.
        engine: where the programs run.
        folder: receives the results; must not exist.

    Raises:
        OrganizerFault: if the bundle cannot be read; what a team's submission does wrong is part of the result.

    """
    root = folder / f"uPK-{order.user}_sID-{order.submission}__{uuid4().hex[:12]}"
    root.mkdir(parents=True)
    try:
        first = _predict(upload, worker, order, engine, root)
        second = _score(upload, worker, order, engine, root)
        for name in ("output", "scoring_output"):
            shutil.move(root / name, folder / {"output": "prediction_output"}.get(name, name))
    except _Refused as refusal:
        return LocalRun("Failed", None, f"{refusal}\n", folder)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    messages = "".join(_text(result) for result in (first, second))
    if second.exit_code != 0:
        return LocalRun("Failed", None, messages, folder)
    pushed = read_scores(folder / "scoring_output" / "scores.json", upload.columns)
    return LocalRun("Finished" if pushed.finished else "Failed", pushed.row, messages, folder)


def _predict(upload: Upload, worker: Path, order: Order, engine: Engine, root: Path) -> StepResult:
    try:
        extract(order.archive, root / "program")
    except OrganizerFault as fault:
        raise _Refused(fault.line()) from None
    upload.extract(order.phase.ingestion_program, root / "ingestion_program")
    upload.extract(order.phase.input_data, root / "input_data")
    command = place(root / "program", root / "output")
    mounts = {"/app/input_data": root / "input_data", "/app/output": root / "output", "/app/data": worker}
    own = {"/app/program": root / "ingestion_program", "/app/ingested_program": root / "program"}
    ingestion = _step(order, root, "ingestion_program", mounts | own, INGESTION_OPTIONS)
    team = None
    with ThreadPoolExecutor(1) as pool:
        if command is not None:
            beside = replace(ingestion, command=command, mounts=mounts | {"/app/program": root / "program"}, options={})
            team = pool.submit(engine.run_team, beside)
        result = engine.run(ingestion)
    _witness(root / "output" / "metadata", result, team.result() if team is not None else None)
    return result


def _witness(metadata: Path, ingestion: StepResult, team: StepResult | None) -> None:
    """The worker's own file about the containers of step 1, written when they have ended."""
    if metadata.exists() or metadata.is_symlink():
        raise _Refused("output/metadata: a file of this name is the worker's own")
    witness = {
        "elapsedTime": (team.seconds if team is not None else 0.0) or ingestion.seconds,
        "exitCode": team.exit_code if team is not None else None,
        "ingestionElapsedTime": ingestion.seconds,
        "ingestionExitCode": ingestion.exit_code,
    }
    metadata.write_text(yaml.dump(witness, default_flow_style=False))


def _score(upload: Upload, worker: Path, order: Order, engine: Engine, root: Path) -> StepResult:
    # The platform carries the output to the second container as a zip: links and odd types do not survive.
    carried = root / "prediction.zip"
    with zipfile.ZipFile(carried, "w") as archive:
        for path in sorted((root / "output").rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(root / "output"))
    upload.extract(order.phase.scoring_program, root / "scoring_program")
    upload.extract(order.phase.reference_data, root / "input" / "ref")
    with zipfile.ZipFile(carried) as archive:
        archive.extractall(root / "input" / "res")
    carried.unlink()
    for name in ("scoring_output", "shared"):
        (root / name).mkdir()
    mounts = {
        "/app/program": root / "scoring_program",
        "/app/input": root / "input",
        "/app/output": root / "scoring_output",
        "/app/shared": root / "shared",
        "/app/data": worker,
    }
    return engine.run(_step(order, root, "scoring_program", mounts, SCORING_OPTIONS))


def _step(order: Order, root: Path, program: str, mounts: Mapping[str, Path], options: Mapping[str, str]) -> Step:
    command = program_command(root / program)
    mountinfo = root / "mountinfo"
    mountinfo.write_text(f"1 1 0:1 /codabench/{root.name}/{program} /app/program rw - ext4 /dev/vda rw\n")
    # The platform enforces no limit at all; here a run that never ends must not keep the organizer waiting.
    limit = order.phase.execution_time_limit + GRACE_SECONDS
    return Step(command, mounts, mountinfo, options, limit)


def _text(result: StepResult) -> str:
    return (result.stdout + result.stderr).decode("ascii", "replace")
