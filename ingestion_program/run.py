"""The main path of step 1, from an empty output to a signed record."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import replace

from ingestion_program import clock, environment, isolation, output
from ingestion_program.attempt import Attempt
from ingestion_program.console import Console
from ingestion_program.isolation import Guard
from ingestion_program.job import Paths, prepare
from ingestion_program.log import Log
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.mountinfo import SubmissionNumbers, read_submission_numbers
from xtreme_tasks.record import RunRecord
from xtreme_tasks.settings import PhaseSettings


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
