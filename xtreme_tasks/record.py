"""The run record: the one result of ingestion, signed, and all that scoring believes of a run."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xtreme_tasks.faults import FAULTS, OrganizerFault
from xtreme_tasks.files import dumps
from xtreme_tasks.settings import build

RECORD_FILE = "run_record.json"
STARTED_FILE = "started_record.json"
SCORE_RECORD_FILE = "score_record.json"
FORMAT = 1


@dataclass(frozen=True)
class RunRecord:
    """One run of one submission.

    Attributes:
        bundle, phase: of the phase settings.
        user, submission: numbers that the platform shows in mountinfo; 0 where it shows none.
        submission_digest: `folder_digest` of the team's folder.
        nonce: hex, fresh for every run; the started record and the final record share it.
        accepted, started, finished: Unix seconds: ingestion began, hidden data were first handed out, all was done.
        began: whether hidden data were handed out: from then on the attempt counts.
        verdict: `ok` or the code of a team fault.
        where, detail, hint: of that fault, printable ASCII.
        duration: seconds of the timed run (of the median repeat), spawn to last answer.
        durations: seconds of every repeat.
        startup: seconds from spawn until the submission was loaded.
        parts: seconds of each part, by `TASK/LANG`.
        cpu: user and system seconds of the team's processes.
        peak_memory_mib: largest resident memory of the team's processes together, sampled.
        energy_joules: -1 where nothing was measured.
        files: sha256 of every prediction file, by relative path.
        environment: what the machine was, by name.
        protections: the protections that were in force.

    """

    bundle: str
    phase: str
    user: int
    submission: int
    submission_digest: str
    nonce: str
    accepted: float
    started: float
    finished: float
    began: bool
    verdict: str
    where: str = ""
    detail: str = ""
    hint: str = ""
    duration: float = 0.0
    durations: tuple[float, ...] = ()
    startup: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)
    cpu: float = 0.0
    peak_memory_mib: float = 0.0
    energy_joules: float = -1.0
    files: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    protections: tuple[str, ...] = ()


def sign(values: Mapping[str, Any], kind: str, key: bytes) -> bytes:
    """A signed document: one line of JSON with `kind`, `format`, `values` and the HMAC-SHA256 over all of it."""
    body = {"kind": kind, "format": FORMAT, "values": values}
    signature = hmac.new(key, dumps(body).encode(), hashlib.sha256).hexdigest()
    return dumps({**body, "signature": signature}).encode() + b"\n"


def verify(data: bytes, kind: str, key: bytes, where: str) -> dict[str, Any]:
    """The values of a signed document.

    Raises:
        OrganizerFault: E222 if it is not this kind of document, or not signed with this key.

    """
    try:
        document = json.loads(data)
        body = {"kind": document["kind"], "format": document["format"], "values": document["values"]}
        expected = hmac.new(key, dumps(body).encode(), hashlib.sha256).hexdigest()
        signature = document["signature"]
        valid = isinstance(signature, str) and signature.isascii() and hmac.compare_digest(expected, signature)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise OrganizerFault("E222", where, "not a signed document") from None
    if not valid or body["kind"] != kind or body["format"] != FORMAT or set(document) != {*body, "signature"}:
        raise OrganizerFault("E222", where)
    values = body["values"]
    if not isinstance(values, dict):
        raise OrganizerFault("E222", where, "not a signed document")
    return values


def write_record(record: RunRecord, key: bytes, kind: str = "run") -> bytes:
    """The record as a signed document; kind `started` before hidden data, `run` at the end."""
    return sign(dataclasses.asdict(record), kind, key)


def read_record(data: bytes, key: bytes, where: str, kind: str = "run") -> RunRecord:
    """The record of a signed document.

    Raises:
        OrganizerFault: E222 (signature), E231 (a signed record with values that do not fit this version).

    """
    values = verify(data, kind, key, where)
    for name in ("durations", "protections"):
        if isinstance(values.get(name), list):
            values[name] = tuple(values[name])
    if values.get("energy_joules") == -1:
        values.pop("energy_joules")  # the only field that may be negative: "not measured" is its default
    record: RunRecord = build(RunRecord, values, where)
    if record.verdict != "ok" and record.verdict not in FAULTS:
        raise OrganizerFault("E231", where, "unknown verdict")
    return record
