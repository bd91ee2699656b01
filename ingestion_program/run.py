"""The main path of step 1, from an empty output to a signed record."""

from __future__ import annotations

import contextlib
import secrets
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion_program import (
    admission,
    answers,
    clock,
    condition,
    environment,
    folder,
    isolation,
    output,
    questions,
    timing,
)
from ingestion_program.answers import Answer
from ingestion_program.calibration import Calibration, read_calibration
from ingestion_program.confinement import Confinement
from ingestion_program.console import Console
from ingestion_program.counters import meter
from ingestion_program.gauge import Gauge
from ingestion_program.isolation import Guard
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
from xtreme_tasks.window import check_window

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
    calibration: Calibration | None


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
    guard = isolation.guard((paths.worker, paths.input, paths.output), paths.submission)
    if environment.network() == "off":  # the worker's doing, but a phase may require it
        guard = replace(guard, protections=(*guard.protections, "network-off"))
    output.empty(paths.output)
    log = Log(paths.output)
    try:
        return _ingest(paths, console, log, accepted, numbers, guard)
    except OrganizerFault as fault:
        with contextlib.suppress(OrganizerFault):
            log.write(fault.line())
        raise
    except Exception as error:
        with contextlib.suppress(OrganizerFault):
            log.write_traceback(error)
        raise OrganizerFault("E239", "ingestion", type(error).__name__) from error


def _ingest(
    paths: Paths,
    console: Console | None,
    log: Log,
    accepted: float,
    numbers: SubmissionNumbers,
    guard: Guard,
) -> RunRecord:
    job = prepare(paths, accepted, numbers, guard.protections)
    if console is not None and job.settings.sealed:
        raise OrganizerFault("E233", "--show-team-output", "only for an unsealed bundle")
    log.write(f"{job.settings.bundle} {job.settings.phase}, submission {numbers.submission}")
    if guard.missing():
        log.write(f"NOT PROTECTED: without {', '.join(guard.missing())}")
    blank = _blank(job.settings, numbers, accepted, guard.protections)
    attempt = Attempt(paths, job, log, console, blank, guard.confinement)
    attempt.go()
    return attempt.deliver()


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


def _blank(
    settings: PhaseSettings, numbers: SubmissionNumbers, accepted: float, protections: tuple[str, ...]
) -> RunRecord:
    facts = environment.facts()
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
        environment=facts,
        hardware=environment.hardware(facts),
        protections=protections,
    )


def _measured(joules: float | None) -> float:
    return -1.0 if joules is None else joules


class Attempt:
    """One submission's way through pre-flight, timed runs and checks; `record` is what is known so far."""

    def __init__(
        self,
        paths: Paths,
        job: Job,
        log: Log,
        console: Console | None,
        record: RunRecord,
        confinement: Confinement,
    ) -> None:
        self.paths, self.job, self.log, self.console, self.record = paths, job, log, console, record
        self.confinement = confinement
        self.started = b""
        self.predictions: Sequence[list[Answer]] = ()

    def go(self) -> None:
        """The whole way to a verdict; nothing of the team's runs any more when it returns.

        Raises:
            OrganizerFault: E232 and others.

        """
        try:
            team = folder.judge(self.paths.submission, self.job.settings.limits)
            self.record = replace(self.record, submission_digest=team.digest)
            self._preflight(team)
            self._timed_runs(team)
        except TeamFault as fault:
            self.log.write(fault.line())
            self._failed(fault)

    def _preflight(self, team: folder.TeamFolder) -> None:
        limits = self.job.settings.limits
        run = timing.run(
            team,
            limits,
            limits.preflight_seconds,
            self.job.public,
            self.log,
            "pre-flight ",
            self.console,
            confinement=self.confinement,
        )
        for payload, asked in zip(run.payloads, self.job.public, strict=True):
            answers.check(payload, asked, "pre-flight ")
        self.log.write("pre-flight passed")

    def _timed_runs(self, team: folder.TeamFolder) -> None:
        limits, hidden = self.job.settings.limits, self.job.hidden
        runs: list[Run] = []
        predictions: list[list[Answer]] = []
        before = condition.look()
        with Gauge(self.job.settings.timing, self.job.calibration, self.record.environment, meter()) as gauge:
            for _ in range(self.job.settings.repeats):
                run = timing.run(
                    team,
                    limits,
                    limits.seconds,
                    hidden,
                    self.log,
                    console=self.console,
                    handing_out=self._begin,
                    confinement=self.confinement,
                    pace=gauge.pace(),
                )
                checked = [answers.check(payload, asked) for payload, asked in zip(run.payloads, hidden, strict=True)]
                predictions = predictions or checked
                runs.append(replace(run, payloads=()))
        found = condition.facts(before, condition.look())
        self.record = replace(self.record, environment={**self.record.environment, **found})
        self._note(runs, gauge)
        self.predictions = predictions

    def _begin(self) -> None:
        """From here on the attempt counts: on disk before the first hidden example is handed out."""
        if self.record.began:
            return
        self.record = replace(self.record, began=True, started=clock.read().unix)
        died = replace(self.record, verdict="E141")  # what holds if nothing more is ever written
        self.started = write_record(died, self.job.key, "started")
        write_whole(self.paths.output / STARTED_FILE, self.started)

    def _note(self, runs: Sequence[Run], gauge: Gauge) -> None:
        estimates = gauge.estimates(runs)
        durations = tuple(estimate.duration for estimate in estimates)
        number = durations.index(statistics.median_low(durations))
        median, estimate = runs[number], estimates[number]
        energy = gauge.energy(median)
        self.log.write(f"timing {estimate.timing}, speed {estimate.measured:.4f}: {estimate.reason or 'as measured'}")
        self.record = replace(
            self.record,
            duration=estimate.duration,
            durations=durations,
            wall=median.duration,
            walls=tuple(run.duration for run in runs),
            speed=estimate.speed,
            speed_measured=estimate.measured,
            timing=estimate.timing,
            timing_reason=printable(estimate.reason, 200),
            band_low=estimate.low,
            band_high=estimate.high,
            contended=estimate.contended,
            slices=estimate.slices,
            reference_share=median.pace.halted / median.duration,
            startup=median.startup,
            loading=median.loading,
            parts=median.parts,
            cpu=median.cpu,
            peak_memory_mib=max(run.peak_memory_mib for run in runs),
            characters={question.name: question.characters for question in self.job.hidden},
            energy_joules=_measured(energy.total),
            energy_gpu_joules=_measured(energy.gpu),
            energy_cpu_joules=_measured(energy.cpu),
            environment={**self.record.environment, **gauge.energy_facts(median)},
        )

    def _failed(self, fault: TeamFault) -> None:
        self.record = replace(
            self.record,
            verdict=fault.code,
            where=printable(fault.where, 200),
            detail=printable(fault.detail, 200),
            hint=printable(fault.hint),
        )

    def deliver(self) -> RunRecord:
        """Write everything that scoring reads, the signed record last.

        The output is emptied once more: the team's processes may have left files there, or removed ours.

        Raises:
            OrganizerFault: E232; then no prediction is left.

        """
        output.empty(self.paths.output)
        if self.started:
            write_whole(self.paths.output / STARTED_FILE, self.started)
        self.log.restore()
        try:
            files = self._write_predictions()
        except OrganizerFault:
            output.empty(self.paths.output / PREDICTIONS)  # part of the answers is of no use to anybody
            raise
        self.record = replace(self.record, files=files, finished=clock.read().unix)
        self.log.write(f"verdict {self.record.verdict}, {self.record.duration:.3f} s")
        write_whole(self.paths.output / RECORD_FILE, write_record(self.record, self.job.key))
        return self.record

    def _write_predictions(self) -> dict[str, str]:
        """Write the predictions, if there are any; digest of each file by its path below the output folder."""
        files = {}
        for asked, found in zip(self.job.hidden, self.predictions, strict=bool(self.predictions)):
            name = f"{PREDICTIONS}/{asked.name}.jsonl"
            content = encode_rows(answer_row(asked.task, *pair) for pair in zip(asked.ids, found, strict=True))
            write_whole(self.paths.output / name, content)
            files[name] = sha256(content)
        return files
