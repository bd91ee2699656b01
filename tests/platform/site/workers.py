"""Workers of the emulated site: one whose runs are decided beforehand, one that really runs them."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from organizer.build.archive import write_zip
from organizer.local_worker.engine import Engine, ProcessEngine
from organizer.local_worker.permit import with_permit
from organizer.local_worker.run import Order, run_submission
from organizer.local_worker.upload import Column, Upload, UploadedPhase
from tests.platform.site.forge import Forge, Run, Who
from tests.platform.site.outcome import Outcome
from tests.platform.site.server import Site
from tests.platform.site.shapes import parts
from tests.platform.site.state import Submission, Task
from tests.platform.site.visitor import packed
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import folder_digest
from xtreme_tasks.journal import Journal
from xtreme_tasks.record import RECORD_FILE, STARTED_FILE

Decide = Callable[[str, str], Run]
"""The run of an account in a phase."""
_FIRST = (RECORD_FILE, STARTED_FILE)
_DETAILS = {"Finished": "scoring_hostname-worker", "Failed": "Child task failed or non-zero return code"}
"""What the platform's worker leaves as a submission's status details."""


class DecidedWorker:
    """Runs nothing: the outcome is decided by account and phase; the records are those of the bundle's programs.

    As the gate would, it refuses a task that is not the bundle's.

    Args:
        forge: makes the records.
        decide: see `Decide`.
        journal: receives what the gate would write.
        pages: make the detail pages too.

    """

    def __init__(self, forge: Forge, decide: Decide, journal: Journal | None = None, pages: bool = True) -> None:
        self.forge, self.decide, self.journal, self.pages = forge, decide, journal, pages
        self._known: dict[str, bytes] = {}
        self._digests: dict[str, str] = {}

    def run(self, site: Site, submission: Submission) -> Outcome:
        """The outcome of one submission."""
        task = submission.task
        assert task is not None
        if not self._ours(site, task):
            return Outcome("Failed", None, details="E244: the job is not a step of this competition.")
        phase = task.name
        run = self.decide(submission.owner.username, phase)
        accepted = site.clock.now().timestamp()
        who = Who(submission.owner.id, submission.id, accepted, self._digest(site, submission))
        made = self.forge.make(phase, who, run, self.pages)
        if self.journal is not None:
            self.forge.note(self.journal, urlsplit(site.base).netloc, phase, who, made)
        first = {name: data for name, data in made.files.items() if name in _FIRST}
        second = {name: data for name, data in made.files.items() if name not in _FIRST}
        first |= {"metadata": _witness(run.duration + 2, 0, ingestion=True), "ingestion.log": b""}
        status = "Finished" if made.scores is not None else "Failed"
        second["metadata"] = _witness(1.25, int(made.scores is None), ingestion=False)
        logs = {"prediction_ingestion_stdout": f"{run.verdict} {phase}\n".encode()}
        page = made.files.get("detailed_results.html", b"")
        return Outcome(status, made.scores, packed(first), packed(second), page, logs, _DETAILS[status])

    def _ours(self, site: Site, task: Task) -> bool:
        if not self._known:
            with zipfile.ZipFile(self.forge.upload.path) as archive:
                self._known = {name: archive.read(name) for name in archive.namelist() if name.endswith(".zip")}
        phases = {phase.key: phase for phase in self.forge.upload.phases}
        if task.name not in phases:
            return False
        wanted = phases[task.name]
        names = (wanted.input_data, wanted.reference_data, wanted.ingestion_program, wanted.scoring_program)
        found = [site.storage.blobs.get(data.path) for data in parts(task)]
        return found == [self._known[name] for name in names]

    def _digest(self, site: Site, submission: Submission) -> str:
        assert submission.data is not None
        path = submission.data.path
        if path not in self._digests:
            with tempfile.TemporaryDirectory() as scratch:
                with zipfile.ZipFile(io.BytesIO(site.storage.blobs[path])) as archive:
                    archive.extractall(scratch)
                self._digests[path] = folder_digest(Path(scratch))
        return self._digests[path]


class RunningWorker:
    """Runs both programs of the task that the site names, through the local worker.

    Ingestion goes by the machine's clock, not by the site's, so each run gets a permit; a task that is not the
    bundle's cannot be opened for one, and runs without.

    Args:
        worker: the worker folder.
        folder: receives what the runs leave.
        engine: where the programs run.

    """

    def __init__(self, worker: Path, folder: Path, engine: Engine | None = None) -> None:
        self.worker, self.folder, self.engine = worker, folder, engine or ProcessEngine()

    def run(self, site: Site, submission: Submission) -> Outcome:
        """Run one submission, both steps."""
        task = submission.task
        assert task is not None
        assert submission.data is not None
        home = self.folder / str(submission.id)
        home.mkdir(parents=True)
        (home / "team.zip").write_bytes(site.storage.blobs[submission.data.path])
        upload = _bundle(site, submission, task, home / "task.zip")
        order = Order(submission.owner.id, submission.id, home / "team.zip", upload.phases[0])
        ran = run_submission(upload, self._permitted(upload, order, home / "worker"), order, self.engine, home / "run")
        scoring = {**_files(home / "run" / "scoring_output")}
        scoring["metadata"] = _witness(1.25, int(ran.status != "Finished"), ingestion=False)
        logs = {"prediction_ingestion_stdout": ran.messages.encode()}
        first = packed(_files(home / "run" / "prediction_output"))
        page = scoring.get("detailed_results.html", b"")
        return Outcome(ran.status, ran.scores, first, packed(scoring), page, logs, _DETAILS[ran.status])

    def _permitted(self, upload: Upload, order: Order, copy: Path) -> Path:
        try:
            return with_permit(self.worker, copy, upload, order.phase, order.submission)
        except OrganizerFault:
            return self.worker


def _bundle(site: Site, submission: Submission, task: Task, path: Path) -> Upload:
    """A bundle with this task alone, of the bytes that the site has now."""
    data = {
        name: getattr(task, name) for name in ("ingestion_program", "scoring_program", "input_data", "reference_data")
    }
    write_zip(path, {f"{name}.zip": site.storage.blobs[item.path] for name, item in data.items()}, compress=False)
    names = {name: f"{name}.zip" for name in data}
    limit = float(submission.phase.execution_time_limit)
    board = submission.phase.leaderboard
    columns = tuple(
        Column(column.key, column.title, column.sorting, column.index == board.primary_index)
        for column in board.columns
    )
    return Upload(
        path, submission.competition.title, (UploadedPhase(task.name, task.name, 1, limit, **names),), columns
    )


def _witness(seconds: float, code: int, ingestion: bool) -> bytes:
    """The worker's own file in a step's output."""
    program, own = ((None, None), (seconds, code)) if ingestion else ((seconds, code), (None, None))
    values = {
        "elapsedTime": seconds,
        "exitCode": program[1],
        "ingestionElapsedTime": own[0],
        "ingestionExitCode": own[1],
    }
    return yaml.safe_dump(values).encode()


def _files(folder: Path) -> Mapping[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
