"""A small bundle of toy programs: what the platform would do with a run that does just this."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from organizer.build.archive import write_zip
from organizer.local_worker.engine import Engine, ProcessEngine, Step, StepResult
from organizer.local_worker.run import LocalRun, Order, run_submission
from organizer.local_worker.upload import Column, Upload, read_upload

# The platform's paths, given as options by the engine without mounts.
PRELUDE = """
import json, os, sys
from pathlib import Path
app = {name.lstrip("-"): Path(value) for name, value in zip(sys.argv[1::2], sys.argv[2::2])}
"""
SCORES = {"first": 1.0, "second": 2.0}
SCORING = f'(app["output"] / "scores.json").write_text({str(SCORES).replace(chr(39), chr(34))!r})'
PHASE = {"name": "Phase 1", "tasks": [0], "max_submissions": 1, "execution_time_limit": 40}
TASK = {
    "index": 0,
    "name": "only",
    "ingestion_program": "ingestion.zip",
    "scoring_program": "scoring.zip",
    "input_data": "input.zip",
    "reference_data": "reference.zip",
}
COLUMNS = [{"key": key, "title": key.title(), "index": index} for index, key in enumerate(SCORES)]


def packed(files: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def toy(
    folder: Path,
    ingestion: str = "",
    scoring: str = SCORING,
    phase: Mapping[str, object] | None = None,
    columns: list[dict[str, object]] | None = None,
    command: str = "python3 -B toy.py",
    **top: object,
) -> Upload:
    """A bundle whose two programs are the given lines of Python; `app` holds their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = {
        "version": 2,
        "title": "Toy",
        "tasks": [TASK],
        "phases": [PHASE | dict(phase or {})],
        "leaderboards": [{"columns": columns or COLUMNS}],
    }
    files = {
        "competition.yaml": yaml.safe_dump(raw | top).encode(),
        "input.zip": packed({"question": "?"}),
        "reference.zip": packed({"answer": "42"}),
    }
    for name, source in (("ingestion", ingestion), ("scoring", scoring)):
        files[f"{name}.zip"] = packed({"metadata.yaml": f"command: {command}\n", "toy.py": PRELUDE + source})
    write_zip(folder / "toy.zip", files)
    return read_upload(folder / "toy.zip")


def submission(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "team.zip").write_bytes(packed({"submission.py": "", **(files or {})}))
    return folder / "team.zip"


def play(upload: Upload, folder: Path, archive: Path | None = None, engine: Engine | None = None) -> LocalRun:
    """One submission of account 7, number 9, through a toy bundle."""
    (folder / "worker").mkdir(parents=True, exist_ok=True)
    order = Order(7, 9, archive or submission(folder), upload.phases[0])
    return run_submission(upload, folder / "worker", order, engine or ProcessEngine(), folder / "run")


class Watching:
    """An engine that notes each step, with the files that are mounted, before another engine runs it."""

    name = "watching"

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.team: list[Step] = []
        self.files: list[dict[str, set[str]]] = []
        self.numbers: list[str] = []

    def run(self, step: Step) -> StepResult:
        self.steps.append(step)
        self.files.append({path: names(folder) for path, folder in step.mounts.items()})
        self.numbers.append(step.mountinfo.read_text())
        return ProcessEngine().run(step)

    def run_team(self, step: Step) -> StepResult:
        self.team.append(step)
        return StepResult(3, 0.5, b"", b"")


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def columns(*sorting: str) -> tuple[Column, ...]:
    return tuple(
        Column(key, key, order, position == 0)
        for position, (key, order) in enumerate(zip(SCORES, sorting, strict=False))
    )
