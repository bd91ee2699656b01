"""The main path of step 1, from an empty output to a signed record."""

from __future__ import annotations

import secrets
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion_program import admission, answers, clock, environment, folder, isolation, output, questions, timing
from ingestion_program.answers import Answer
from ingestion_program.console import Console
from ingestion_program.log import Log
from ingestion_program.questions import Question
from ingestion_program.timing import Run
from sealing.folder import DataFolder, read_program
from sealing.keys import read_keys
from xtreme_tasks.faults import OrganizerFault, TeamFault, printable
from xtreme_tasks.files import answer_row, encode_rows, sha256, write_whole
from xtreme_tasks.mountinfo import SubmissionNumbers, read_submission_numbers
from xtreme_tasks.record import RECORD_FILE, STARTED_FILE, RunRecord, write_record
from xtreme_tasks.settings import PhaseSettings

PREDICTIONS = "predictions"


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


def ingest(paths: Paths, console: Console | None = None) -> RunRecord:
    """Run one submission and write its predictions and its signed record into the output folder.

    Args:
        paths: where everything is.
        console: keeps what the team's code prints; refused with sealed data.

    Returns:
        The record; its verdict is `ok` or the code of a team fault.

    Raises:
        OrganizerFault: whatever the organizer has to mend; then there is no run record.

    """
    accepted = clock.read().unix
    numbers = read_submission_numbers(paths.mountinfo)
    protections = (*isolation.protect_parent(), *isolation.CHILD_PROTECTIONS)
    output.empty(paths.output)
    log = Log(paths.output)
    job = prepare(paths, accepted, numbers, protections)
    if console is not None and job.settings.sealed:
        raise OrganizerFault("E233", "--show-team-output", "only for an unsealed bundle")
    log.write(f"{job.settings.bundle} {job.settings.phase}, submission {numbers.submission}")
    attempt = Attempt(paths, job, log, console, _blank(job.settings, numbers, accepted, protections))
    try:
        attempt.go()
    except TeamFault as fault:
        log.write(fault.line())
        attempt.failed(fault)
    attempt.sign()
    return attempt.record


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
        admission.check_window(settings, accepted)
    if settings.sealed:
        isolation.check_required(settings.require, protections)
    if settings.repeats < 1:
        raise OrganizerFault("E231", "phase.json repeats", "must be at least 1")
    return Job(settings, key, data, questions.public(data, settings), questions.hidden(data, settings))


def _open_key(settings: PhaseSettings) -> bytes:
    try:
        key = bytes.fromhex(settings.open_key)
    except ValueError:
        key = b""
    if not key:
        raise OrganizerFault("E231", "phase.json open_key", "an unsealed bundle needs one, in hex")
    return key


def _blank(
    settings: PhaseSettings, numbers: SubmissionNumbers, accepted: float, protections: tuple[str, ...]
) -> RunRecord:
    return RunRecord(
        bundle=settings.bundle,
        phase=settings.phase,
        user=numbers.user,
        submission=numbers.submission,
        submission_digest="",
        nonce=secrets.token_hex(16),
        accepted=accepted,
        started=0.0,
        finished=0.0,
        began=False,
        verdict="ok",
        environment=environment.facts(),
        protections=protections,
    )


class Attempt:
    """One submission's way through pre-flight, timed runs and checks; `record` is what is known so far."""

    def __init__(self, paths: Paths, job: Job, log: Log, console: Console | None, record: RunRecord) -> None:
        self.paths, self.job, self.log, self.console, self.record = paths, job, log, console, record

    def go(self) -> None:
        """The whole way.

        Raises:
            TeamFault: the verdict.
            OrganizerFault: E232 and others.

        """
        settings = self.job.settings
        team = folder.judge(self.paths.submission, settings.limits)
        self.record = replace(self.record, submission_digest=team.digest)
        self._preflight(team)
        seconds = settings.limits.seconds
        runs: list[Run] = []
        predictions: list[list[Answer]] = []
        for _ in range(settings.repeats):
            run = timing.run(
                team, settings.limits, seconds, self.job.hidden, self.log, console=self.console, handing_out=self._begin
            )
            checked = [
                answers.check(payload, asked) for payload, asked in zip(run.payloads, self.job.hidden, strict=True)
            ]
            predictions = predictions or checked
            runs.append(replace(run, payloads=()))
        self._note(runs)
        self._write_predictions(predictions)

    def _preflight(self, team: folder.TeamFolder) -> None:
        limits = self.job.settings.limits
        run = timing.run(team, limits, limits.preflight_seconds, self.job.public, self.log, "pre-flight ", self.console)
        for payload, asked in zip(run.payloads, self.job.public, strict=True):
            answers.check(payload, asked, "pre-flight ")
        self.log.write("pre-flight passed")

    def _begin(self) -> None:
        """From here on the attempt counts: on disk before the first hidden example is handed out."""
        if self.record.began:
            return
        self.record = replace(self.record, began=True, started=clock.read().unix)
        died = replace(self.record, verdict="E141")  # what holds if nothing more is ever written
        write_whole(self.paths.output / STARTED_FILE, write_record(died, self.job.key, "started"))

    def _note(self, runs: Sequence[Run]) -> None:
        middle = statistics.median_low([run.duration for run in runs])
        median = next(run for run in runs if run.duration == middle)
        self.record = replace(
            self.record,
            duration=median.duration,
            durations=tuple(run.duration for run in runs),
            startup=median.startup,
            parts=median.parts,
            cpu=median.cpu,
            peak_memory_mib=max(run.peak_memory_mib for run in runs),
        )

    def _write_predictions(self, predictions: Sequence[list[Answer]]) -> None:
        files = {}
        try:
            for asked, found in zip(self.job.hidden, predictions, strict=True):
                name = f"{PREDICTIONS}/{asked.name}.jsonl"
                rows = (answer_row(asked.task, *pair) for pair in zip(asked.ids, found, strict=True))
                content = encode_rows(rows)
                write_whole(self.paths.output / name, content)
                files[name] = sha256(content)
        except OrganizerFault:
            output.empty(self.paths.output / PREDICTIONS)  # part of the answers is of no use to anybody
            raise
        self.record = replace(self.record, files=files)

    def failed(self, fault: TeamFault) -> None:
        """Turn the record into that of a fault: no predictions, no duration."""
        self.record = replace(
            self.record,
            verdict=fault.code,
            where=printable(fault.where, 200),
            detail=printable(fault.detail, 200),
            hint=printable(fault.hint),
        )

    def sign(self) -> None:
        """Write the signed record: the last thing that happens."""
        self.record = replace(self.record, finished=clock.read().unix)
        self.log.write(f"verdict {self.record.verdict}, {self.record.duration:.3f} s")
        write_whole(self.paths.output / RECORD_FILE, write_record(self.record, self.job.key))
