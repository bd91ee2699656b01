"""What a step left behind, as far as its signatures say so: whether hidden data were handed out, and the verdict."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.gate.bundles import KEY_FILE, Bundle, Role
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import sha256
from xtreme_tasks.record import RECORD_FILE, SCORE_RECORD_FILE, STARTED_FILE, verify
from xtreme_tasks.settings import SETTINGS_FILE

MAX_RECORD_BYTES = 1 << 24
_FILES: Mapping[Role, Mapping[str, str]] = {
    "ingestion": {STARTED_FILE: "started", RECORD_FILE: "run"},
    "scoring": {SCORE_RECORD_FILE: "score"},
}
_PURPOSE: Mapping[Role, str] = {"ingestion": "record", "scoring": "score"}
UNVERIFIED = "unverified"


@dataclass(frozen=True)
class Outcome:
    """Of one step.

    Attributes:
        began: whether hidden data were handed out; a record that cannot be believed counts as yes.
        verdict: of the last signed record; `unverified`, or empty where there is none.
        records: SHA-256 of each record, by name: what an audit compares with the records that the platform holds.

    """

    began: bool
    verdict: str
    records: Mapping[str, str]


def record_key(worker: Path, bundle: Bundle, role: Role, data: Path) -> bytes:
    """The key with which this role signs.

    Args:
        worker: the worker folder.
        bundle, role: what runs.
        data: the extracted data folder: an unsealed bundle's key stands openly in its settings.

    Raises:
        OrganizerFault: E211.

    """
    path = worker / bundle.bundle / role / KEY_FILE if bundle.sealed else data / SETTINGS_FILE
    try:
        raw = json.loads(path.read_bytes())
        return bytes.fromhex(raw["keys"][_PURPOSE[role]] if bundle.sealed else raw["open_key"])
    except OSError as error:
        raise OrganizerFault("E211", path.name, error.strerror or str(error)) from None
    except (ValueError, KeyError, TypeError):
        raise OrganizerFault("E211", path.name, "malformed") from None


def read_outcome(output: Path, role: Role, key: bytes) -> Outcome:
    """Read the records in a step's output; a damaged one is part of the outcome, never an error."""
    records: dict[str, str] = {}
    began, verdict = False, ""
    for name, kind in _FILES[role].items():
        data = _plain_file(output / name)
        if data is None:
            continue
        records[name] = sha256(data)
        values = _verified(data, kind, key, name)
        if values is None:
            began, verdict = True, UNVERIFIED
        elif kind == "started":
            began = True
        else:
            run = values.get("run") if kind == "score" else values
            run = run if isinstance(run, dict) else {}
            began, verdict = began or run.get("began") is not False, str(run.get("verdict", ""))
    return Outcome(began, verdict, records)


def _verified(data: bytes, kind: str, key: bytes, name: str) -> dict[str, Any] | None:
    try:
        return verify(data, kind, key, name)
    except OrganizerFault:
        return None


def _plain_file(path: Path) -> bytes | None:
    """The bytes of a file that is neither a link nor a device; the programs could have left anything here."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError:
        return b""
    with os.fdopen(descriptor, "rb") as stream:
        try:
            return stream.read(MAX_RECORD_BYTES)
        except OSError:
            return b""
