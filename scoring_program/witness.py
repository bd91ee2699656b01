"""The worker's witness: `metadata`, written by the platform's worker after the ingestion container has ended.

It is the only evidence in the output folder that does not come from inside the container.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.record import RunRecord

WITNESS_FILE = "metadata"
CLOCK_TOLERANCE = 2.0
"""Seconds by which the worker's clock and ingestion's may disagree."""
CONTAINER_OVERHEAD = 120.0
"""Seconds that starting and removing a container may take on a busy worker."""


@dataclass(frozen=True)
class Witness:
    """What the worker saw: exit codes (None: there was no such container) and ingestion's seconds."""

    participant_exit_code: int | None
    ingestion_exit_code: int | None
    ingestion_seconds: float


def parse_witness(data: bytes) -> Witness:
    """The witness from the worker's flat YAML mapping of numbers and nulls; anything else is refused.

    Raises:
        OrganizerFault: E224.

    """
    values: dict[str, float | None] = {}
    for line in data.decode("ascii", "replace").splitlines():
        name, separator, text = line.partition(":")
        if not separator or name in values:
            raise OrganizerFault("E224", WITNESS_FILE, "malformed")
        try:
            values[name] = None if text.strip() in ("null", "~", "") else float(text)
        except ValueError:
            raise OrganizerFault("E224", WITNESS_FILE, "malformed") from None
    missing = {"exitCode", "ingestionExitCode", "ingestionElapsedTime"} - set(values)
    seconds = values.get("ingestionElapsedTime")
    if missing or seconds is None or not all(value is None or math.isfinite(value) for value in values.values()):
        raise OrganizerFault("E224", WITNESS_FILE, "incomplete")
    return Witness(_code(values["exitCode"]), _code(values["ingestionExitCode"]), seconds)


def _code(value: float | None) -> int | None:
    return None if value is None else int(value)


def check_possible(witness: Witness, record: RunRecord) -> None:
    """Ingestion's own times fit between the worker's start and stop.

    What took longer than the whole container is a wrong clock or a changed record; no team can bring about either.

    Raises:
        OrganizerFault: E224 with the numbers.

    """
    inside = record.finished - record.accepted
    # Raw seconds: normalised ones may well be more than the run took. Halts for reference work come on top of them.
    timed = sum(record.walls)
    if timed > inside + CLOCK_TOLERANCE or inside > witness.ingestion_seconds + CLOCK_TOLERANCE:
        numbers = f"timed {timed:.1f} s, ingestion {inside:.1f} s, container {witness.ingestion_seconds:.1f} s"
        raise OrganizerFault("E224", WITNESS_FILE, f"{numbers}: longer than possible")


def contradiction(witness: Witness, record: RunRecord, final: bool) -> str:
    """What the worker saw that does not fit the record, and that a team could have brought about; empty if nothing.

    A second container is a command of the team's. An exit code of a run whose record is complete, and a container
    that outlasted its ingestion by minutes, may be the worker's own trouble, but filled memory or disks and devices
    that do not let go cause them, too.

    Args:
        witness: the worker's.
        record: signed.
        final: whether it is the final record; after a death in the middle only the first sign means anything.

    """
    if witness.participant_exit_code is not None:
        return "a second container ran beside ingestion"
    if not final:
        return ""
    if witness.ingestion_exit_code != 0:
        return f"ingestion's exit code was {witness.ingestion_exit_code}"
    inside = record.finished - record.accepted
    if witness.ingestion_seconds - inside > CONTAINER_OVERHEAD:
        return f"ingestion {inside:.1f} s, container {witness.ingestion_seconds:.1f} s: implausibly short"
    return ""
