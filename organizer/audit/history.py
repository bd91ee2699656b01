"""The worker's journal as an audit reads it: each step that ran, and each job that was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from organizer.platform.shape import decode
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.journal import Entry, read_believed


@dataclass(frozen=True)
class Step:
    """One step (`ingestion` or `scoring`) of one run, as the gate wrote it down.

    Attributes:
        accepted, started, ended: Unix seconds; 0 = it did not come to that.
        handed_out: what the end says of hidden data; a step that was started and has no end may have handed them out.
        digests: of `program`, `data` and `team` as the gate extracted them.
        records: SHA-256 of each record that the step left, by name.

    """

    run: str
    api_host: str
    user: int
    submission: int
    bundle: str
    phase: str
    role: str
    permitted: bool
    accepted: float = 0.0
    started: float = 0.0
    ended: float = 0.0
    image: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    handed_out: bool = True
    verdict: str = ""
    records: Mapping[str, str] = field(default_factory=dict)
    killed: bool = False

    @property
    def began(self) -> bool:
        """Whether hidden inputs were handed out, or may have been."""
        return self.role == "ingestion" and self.started > 0 and (not self.ended or self.handed_out)


@dataclass(frozen=True)
class Refusal:
    """A job that the gate refused; who sent it is the job's own claim."""

    time: float
    submission: str
    user: str
    code: str
    line: str


@dataclass(frozen=True)
class History:
    """What a journal says of one bundle on one site.

    Attributes:
        steps: in the order in which they were accepted.
        refusals: jobs of that site, of whatever bundle they claimed to be.
        entries: number of believed lines; `last` is the digest of the last one, to be compared with a noted one.
        damage: one line if the journal is damaged; what stands before the damage is still believed.
        torn: bytes at its end that a death of the worker left.

    """

    steps: tuple[Step, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    entries: int = 0
    last: str = ""
    damage: str = ""
    torn: int = 0


def read_history(path: Path, key: bytes | None, site: str, bundle: str) -> History:
    """The journal's believed part.

    Args:
        path: the journal.
        key: with which its lines are signed, if they are.
        site: address of the competition's site; empty takes every host.
        bundle: whose steps.

    Raises:
        OrganizerFault: E201.

    """
    entries, fault, torn = read_believed(path, key)
    found = history(entries, urlsplit(site).netloc.lower(), bundle)
    return replace(found, damage=fault.line() if fault is not None else "", torn=torn)


def history(entries: Sequence[Entry], host: str, bundle: str) -> History:
    """Steps of a bundle and refusals from believed entries (E252 for a signed line without what it must have)."""
    steps: dict[str, Step] = {}
    refusals: list[Refusal] = []
    for entry in entries:
        values = entry.values
        if entry.event == "accepted":
            step: Step = decode(Step, {**values, "accepted": entry.time}, f"journal line {entry.number}", "E252")
            steps[step.run] = step
        elif entry.event in ("started", "ended") and (known := steps.get(str(values.get("run")))):
            steps[known.run] = _later(known, entry)
        elif entry.event == "refused" and _of_site(str(values.get("api", "")), host):
            names = ("submission", "user", "code", "line")
            refusals.append(Refusal(entry.time, *(str(values.get(name, "")) for name in names)))
    kept = tuple(step for step in steps.values() if step.bundle == bundle and host in ("", step.api_host))
    return History(kept, tuple(refusals), len(entries), entries[-1].digest if entries else "")


def _later(step: Step, entry: Entry) -> Step:
    if entry.event == "started":
        return replace(step, started=entry.time)
    values: Mapping[str, Any] = entry.values
    records = values.get("records")
    if not isinstance(records, dict):
        raise OrganizerFault("E252", f"journal line {entry.number}", "no records")
    return replace(
        step,
        ended=entry.time,
        handed_out=values.get("began") is not False,
        verdict=str(values.get("verdict", "")),
        records={str(name): str(digest) for name, digest in records.items()},
        killed=values.get("killed") is True,
    )


def _of_site(address: str, host: str) -> bool:
    try:
        return not host or urlsplit(address).netloc.lower() == host
    except ValueError:
        return False
