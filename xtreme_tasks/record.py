"""The run record: the one result of ingestion, signed, and all that scoring believes of a run."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from xtreme_tasks.faults import FAULTS, OrganizerFault
from xtreme_tasks.files import dumps
from xtreme_tasks.tables import build

RECORD_FILE = "run_record.json"
STARTED_FILE = "started_record.json"
SCORE_RECORD_FILE = "score_record.json"
FORMAT = 1
ENERGIES = ("energy_joules", "energy_gpu_joules", "energy_cpu_joules")
"""The only fields that may be negative: -1, their default, is "not measured"."""


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
        duration: what ranks: seconds of the timed run (of the median repeat), spawn to last answer, without pauses;
            always `wall` times `speed`.
        durations: the same of every repeat.
        startup: raw seconds from spawn until the submission was loaded.
        parts: raw seconds of each part, by `TASK/LANG`, without pauses.
        cpu: user and system seconds of the team's processes.
        peak_memory_mib: largest resident memory of the team's processes together, sampled.
        energy_joules: of GPUs and processors as far as they have counters, in the median repeat: less the halts and the
            idle machine's power (docs/timing.md); -1 where nothing was measured.
        files: sha256 of every prediction file, by relative path.
        environment: what the machine was, by name.
        protections: the protections that were in force.
        wall, walls: raw seconds of the median repeat and of every repeat, pauses taken off.
        speed: the machine's speed in the median repeat, 1 = nominal, more = faster, clipped to the calibrated range.
            1 where it is `raw`, and never below 1 where it is `void`.
        speed_measured: the same as the slices say, unclipped; 1 where there are none, or they do not count.
        timing: `normalised`; `raw` = not meant to be, or not possible; `void` = the team's processes could not be kept
            still while the reference work ran, so all repeats count as the clock ran, or as on a faster machine.
        timing_reason: why it is not normalised, printable ASCII.
        band_low, band_high: 95 % noise band of `duration` in seconds; both 0 where nothing is known of the noise.
        contended: share of the cores' time that others took from the team in the median repeat; in `speed`, and so off
            in `duration`, if that is `normalised`.
        loading: of `startup`, the seconds that constructing `Submission` took, as the child says: information only,
            since the team's code shares its process. The rest is spawn, interpreter and imports.
        slices: seconds of every reference slice of the median repeat, scaled to one nominal slice's work.
        reference_share: seconds of pauses for reference work by raw seconds of the median repeat.
        energy_gpu_joules, energy_cpu_joules: of the median repeat; -1 where nothing was measured.
        hardware: short key of CPU, GPU and driver; durations of different keys are not to be compared.
        characters: in the examples of each part, by `TASK/LANG`: for the work by second.

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
    wall: float = 0.0
    walls: tuple[float, ...] = ()
    speed: float = 1.0
    speed_measured: float = 1.0
    timing: Literal["normalised", "raw", "void"] = "raw"
    timing_reason: str = ""
    band_low: float = 0.0
    band_high: float = 0.0
    contended: float = 0.0
    loading: float = 0.0
    slices: tuple[float, ...] = ()
    reference_share: float = 0.0
    energy_gpu_joules: float = -1.0
    energy_cpu_joules: float = -1.0
    hardware: str = ""
    characters: Mapping[str, int] = field(default_factory=dict)


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
    return record_of(verify(data, kind, key, where), where)


def record_of(values: dict[str, Any], where: str) -> RunRecord:
    """The record of values whose signature was verified.

    Raises:
        OrganizerFault: E231 for values that do not fit this version.

    """
    values = dict(values)
    for name in ("durations", "protections", "walls", "slices"):
        if isinstance(values.get(name), list):
            values[name] = tuple(values[name])
    for name in ENERGIES:
        if values.get(name) == -1:
            values.pop(name)
    record: RunRecord = build(RunRecord, values, where)
    if record.verdict != "ok" and record.verdict not in FAULTS:
        raise OrganizerFault("E231", where, "unknown verdict")
    return record
