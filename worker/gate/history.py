"""What the journal says of earlier runs: which ones used an attempt up, and whether a job is one of them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from worker.gate.policy import Admitted, Job, Origin
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.journal import Entry


@dataclass(frozen=True)
class Begun:
    """A run that handed hidden inputs out, or may have."""

    origin: Origin
    bundle: str
    phase: str


def check_history(admitted: Admitted, entries: Sequence[Entry], attempts: int) -> None:
    """Whether this submission may (still) see hidden inputs.

    A run that was started and never ended (the machine died, or somebody made it die) counts as begun: else a death
    that was provoked would be a free retry. Scoring shows nothing new and may be repeated.

    Raises:
        OrganizerFault: E246.

    """
    origin = admitted.job.origin
    if admitted.job.role != "ingestion" or admitted.permitted:
        return
    runs = begun(entries)
    if any((run.origin.api_host, run.origin.submission) == (origin.api_host, origin.submission) for run in runs):
        raise OrganizerFault("E246", f"submission {origin.submission}", "it began before")
    this = (origin.api_host, origin.user, admitted.bundle.bundle, admitted.phase)
    used = sum((run.origin.api_host, run.origin.user, run.bundle, run.phase) == this for run in runs)
    if attempts and used >= attempts:
        raise OrganizerFault("E246", f"account {origin.user} {admitted.phase}", f"{used} of {attempts} attempts began")


def is_repetition(job: Job, entries: Sequence[Entry], permitted: bool) -> bool:
    """Whether this very step of this submission has run to its end before.

    A broker delivers a job again when its receipt came too late (RabbitMQ gives up waiting after 30 minutes by
    default), and anybody who reaches the broker can. The result stands, so the platform must hear nothing about it.
    """
    name = (job.origin.api_host, job.origin.submission, "ingestion")
    ended = any(
        (entry.values["api_host"], entry.values["submission"], entry.values["role"]) == name
        for entry in entries
        if entry.event == "ended" and entry.values["began"]
    )
    return job.role == "ingestion" and ended and not permitted


def facts(admitted: Admitted) -> dict[str, object]:
    """What the journal says of every step: of whom, what, and whether a permit made it one that does not count."""
    return {
        **asdict(admitted.job.origin),
        "bundle": admitted.bundle.bundle,
        "phase": admitted.phase,
        "role": admitted.job.role,
        "permitted": admitted.permitted,
    }


def begun(entries: Sequence[Entry]) -> tuple[Begun, ...]:
    """Every run that handed hidden inputs out, or may have.

    That is: whose ingestion was started without a permit, except where it ended and its own signed records say that
    nothing had been handed out.
    """
    found: dict[str, Begun] = {}
    for entry in entries:
        values = entry.values
        if entry.event == "started" and values["role"] == "ingestion" and not values["permitted"]:
            origin = Origin(values["api_host"], values["user"], values["submission"])
            found[values["run"]] = Begun(origin, values["bundle"], values["phase"])
        elif entry.event == "ended" and values["role"] == "ingestion" and not values["began"]:
            found.pop(values["run"], None)
    return tuple(found.values())
