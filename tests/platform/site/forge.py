"""Runs that never ran: the records, pages and journal lines that a bundle's own programs would have left of them.

The programs' own functions write and sign, with the keys of the bundle's worker folder, so that nothing here has to
know what a record looks like. Predictions are left out: nothing behind scoring reads them.
"""

from __future__ import annotations

import dataclasses
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from organizer.local_worker.permit import phase_settings, score_key
from organizer.local_worker.upload import Upload, read_upload
from scoring_program.judge import Judgement
from scoring_program.metrics import PartScore, Scores, score_all
from scoring_program.output import view_of, write_page, write_score_record, write_scores
from scoring_program.row import leaderboard_row, published
from sealing.keys import read_keys
from worker.gate.bundles import Role, read_bundles
from worker.gate.history import facts
from worker.gate.policy import Admitted, Job, Origin
from xtreme_tasks.files import folder_digest, sha256
from xtreme_tasks.journal import Journal
from xtreme_tasks.record import RECORD_FILE, SCORE_RECORD_FILE, STARTED_FILE, RunRecord, write_record
from xtreme_tasks.settings import PhaseSettings
from xtreme_tasks.tasks import parts

MEMORY = Path("/dev/shm")  # noqa: S108 - files are synced one by one; thousands of them on a disk take minutes


@dataclass(frozen=True)
class Run:
    """What a run is to have been: the score is that of every task; `began`: it saw hidden data."""

    score: float = 0.0
    duration: float = 1.0
    verdict: str = "ok"
    began: bool = True


@dataclass(frozen=True)
class Made:
    """What a run left.

    Attributes:
        files: of both steps, by name.
        scores: what `scores.json` says; None where scoring refused.
        began: whether the attempt counts.

    """

    files: Mapping[str, bytes]
    scores: Mapping[str, float] | None
    began: bool


@dataclass(frozen=True)
class Who:
    """The platform's numbers and the time at which ingestion began; `digest` is that of the team's folder."""

    user: int
    submission: int
    accepted: float
    digest: str


class Forge:
    """Makes runs of one sealed bundle.

    Args:
        archive: the built bundle.
        worker: its worker folder.

    """

    def __init__(self, archive: Path, worker: Path) -> None:
        self.upload: Upload = read_upload(archive)
        self.worker = worker
        self.settings: Mapping[str, PhaseSettings] = {
            phase.key: phase_settings(self.upload, worker, phase) for phase in self.upload.phases
        }
        first = self.upload.phases[0]
        self.bundle = self.settings[first.key].bundle
        self._record_key = read_keys(worker, self.bundle, "ingestion").get("record")
        self._score_key = score_key(self.upload, worker, first)
        self._known = next(item for item in read_bundles(worker) if item.bundle == self.bundle)
        self._data = {
            (phase.key, role): self._digest(name)
            for phase in self.upload.phases
            for role, name in (("ingestion", phase.input_data), ("scoring", phase.reference_data))
        }
        self._scratch = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)

    def close(self) -> None:
        """Remove the scratch folder."""
        self._scratch.cleanup()

    def _digest(self, name: str) -> str:
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            self.upload.extract(name, Path(folder))
            return folder_digest(Path(folder))

    def make(self, phase: str, who: Who, run: Run, page: bool = True) -> Made:
        """What this run leaves; without the detail page, which takes most of the time, where many are made."""
        settings = self.settings[phase]
        record = self._record(settings, who, run)
        started = dataclasses.replace(record, verdict="ok", duration=0.0, durations=(), finished=0.0)
        files = {RECORD_FILE: write_record(record, self._record_key)}
        if run.began:
            files[STARTED_FILE] = write_record(started, self._record_key, "started")
        if not run.began:  # scoring then shows the fault and fails
            return Made(files, None, False)
        scores = _scores(settings, run.score) if run.verdict == "ok" else None
        judgement = Judgement(settings, record, scores, bound=True)
        row = leaderboard_row(judgement)
        folder, now = Path(self._scratch.name), record.finished + 1
        write_scores(folder, row)
        write_score_record(folder, judgement, row, self._score_key, now)
        if page:
            write_page(folder, view_of(judgement, row, now))
        for path in sorted(folder.iterdir()):
            files[path.name] = path.read_bytes()
            path.unlink()
        return Made(files, published(row), True)

    def _record(self, settings: PhaseSettings, who: Who, run: Run) -> RunRecord:
        ok = run.verdict == "ok"
        duration = run.duration if ok else 0.0
        names = [f"{task}/{language}" for task, language in parts(settings.languages)]
        return RunRecord(
            bundle=settings.bundle,
            phase=settings.phase,
            user=who.user,
            submission=who.submission,
            submission_digest=who.digest,
            nonce=uuid.uuid4().hex,
            accepted=who.accepted,
            started=who.accepted + 1 if run.began else 0.0,
            finished=who.accepted + 2 + duration,
            began=run.began,
            verdict=run.verdict,
            duration=duration,
            durations=(duration,) if ok else (),
            startup=duration / 10,
            parts=dict.fromkeys(names, 0.9 * duration / len(names)) if ok else {},
            hardware="a processor x2, GPU none",
        )

    def note(self, journal: Journal, host: str, phase: str, who: Who, made: Made) -> None:
        """Write what the gate would have written of this run."""
        bundle = self._known
        origin = Origin(host, who.user, who.submission)
        run = f"uPK-{who.user}_sID-{who.submission}__{uuid.uuid4().hex[:12]}"
        roles: tuple[Role, ...] = ("ingestion", "scoring")
        for role in roles:
            admitted = Admitted(Job(role, origin, bundle.image, (bundle,)), bundle, phase, permitted=False)
            known = {"run": f"{run}{role[0]}", **facts(admitted)}
            names = (STARTED_FILE, RECORD_FILE) if role == "ingestion" else (SCORE_RECORD_FILE,)
            digests = {"program": bundle.programs[role], "data": self._data[phase, role], "team": who.digest}
            image = bundle.image_digest or "sha256:" + "0" * 64
            journal.append("accepted", {**known, "image": image, "digests": digests})
            journal.append("started", known)
            records = {name: sha256(made.files[name]) for name in names if name in made.files}
            end = {"exit_code": 0 if made.scores is not None else 1, "killed": False, "began": made.began}
            journal.append("ended", {**known, **end, "verdict": "ok" if made.began else "", "records": records})


@cache
def _all_parts(languages: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(parts(dict(languages)))


def _scores(settings: PhaseSettings, score: float) -> Scores:
    names = _all_parts(tuple((task, tuple(codes)) for task, codes in settings.languages.items()))
    low, high = max(score - 2, 0.0), min(score + 2, 100.0)
    return score_all({(task, code): PartScore(score, low, high, settings.counts[task][code]) for task, code in names})
