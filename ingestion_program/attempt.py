"""One submission's attempt: pre-flight, timed runs, checks, and the record of all that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingestion_program import answers, clock, condition, folder, output, timing
from ingestion_program.answers import Answer
from ingestion_program.confinement import Confinement
from ingestion_program.console import Console
from ingestion_program.counters import meter
from ingestion_program.gauge import Gauge
from ingestion_program.job import Job, Paths
from ingestion_program.log import Log
from ingestion_program.measured import measured
from ingestion_program.timing import Run
from xtreme_tasks.faults import OrganizerFault, TeamFault, printable
from xtreme_tasks.files import answer_row, encode_rows, sha256, write_whole
from xtreme_tasks.record import RECORD_FILE, STARTED_FILE, RunRecord, write_record

PREDICTIONS = "predictions"


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
        self.record = measured(self.record, runs, gauge, hidden)
        said = f"timing {self.record.timing}, speed {self.record.speed_measured:.4f}"
        self.log.write(f"{said}: {self.record.timing_reason or 'as measured'}")
        self.predictions = predictions

    def _begin(self) -> None:
        """From here on the attempt counts: on disk before the first hidden example is handed out."""
        if self.record.began:
            return
        self.record = replace(self.record, began=True, started=clock.read().unix)
        died = replace(self.record, verdict="E141")  # what holds if nothing more is ever written
        self.started = write_record(died, self.job.key, "started")
        write_whole(self.paths.output / STARTED_FILE, self.started)

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
