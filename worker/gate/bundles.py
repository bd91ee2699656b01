"""The bundles that may run on this worker, as the worker folder describes them, and one role's view of it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.settings import CALIBRATION_FILE, Limits
from xtreme_tasks.tables import build

Role = Literal["ingestion", "scoring"]
ROLES: tuple[Role, ...] = ("ingestion", "scoring")
WORKER_FILE = "worker.json"
KEY_FILE = "keys.json"
PERMITS = "permits"


@dataclass(frozen=True)
class Bundle:
    """One bundle of the worker folder.

    Attributes:
        bundle: its identifier.
        sealed: whether its data are encrypted; only then there are keys.
        image: the image's name, as the platform names it.
        image_digest: `sha256:...` of the image; empty where the build did not pin it.
        programs: digest of the extracted program, by role.
        limits: of the competition.
        repeats: timed runs of a submission, by phase.

    """

    bundle: str
    sealed: bool
    image: str
    image_digest: str
    programs: Mapping[str, str]
    limits: Limits
    repeats: Mapping[str, int]


def read_bundles(worker: Path) -> tuple[Bundle, ...]:
    """Every bundle of a worker folder.

    Raises:
        OrganizerFault: E201 (none at all, or unreadable), E231 (malformed).

    """
    paths = sorted(worker.glob(f"*/{WORKER_FILE}"))
    if not paths:
        raise OrganizerFault("E201", f"{worker}/BUNDLE/{WORKER_FILE}", "no bundle in the worker folder")
    return tuple(_bundle(read_file(path), path) for path in paths)


def _bundle(data: bytes, path: Path) -> Bundle:
    try:
        raw: dict[str, Any] = json.loads(data)
        image = str(raw["image"])
        pinned = image.partition("@")[2] or str(raw.get("image_digest", ""))
        bundle = Bundle(
            bundle=str(raw["bundle"]),
            sealed=raw["sealed"] is not False,
            image=image,
            image_digest=pinned,
            programs={role: str(raw["programs"][role]["digest"]) for role in ROLES},
            limits=build(Limits, raw["limits"], f"{path} limits"),
            repeats={str(phase["phase"]): int(phase["repeats"]) for phase in raw["phases"]},
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise OrganizerFault("E231", str(path), f"{type(error).__name__}: {error}") from None
    if bundle.bundle != path.parent.name:
        raise OrganizerFault("E231", str(path), "it names another bundle than its folder")
    return bundle


def make_view(worker: Path, bundle: Bundle, role: Role, submission: int, view: Path) -> None:
    """Copy what one role of one bundle may see of the worker folder, so that nothing else is ever mounted.

    Args:
        worker: the worker folder.
        bundle: the bundle that runs.
        role: `ingestion` sees its own keys, this submission's permit and the calibration, `scoring` its own keys.
        submission: the platform's number.
        view: made; becomes /app/data.

    Raises:
        OrganizerFault: E211 if the keys of a sealed bundle are missing or cannot be copied.

    """
    source, target = worker / bundle.bundle, view / bundle.bundle
    try:
        (target / role).mkdir(mode=0o700, parents=True)
        if bundle.sealed:
            _copy(source / role / KEY_FILE, target / role / KEY_FILE)
        if role == "ingestion" and (worker / CALIBRATION_FILE).is_file():
            _copy(worker / CALIBRATION_FILE, view / CALIBRATION_FILE)
        if role == "ingestion" and has_permit(worker, bundle, submission):
            (target / PERMITS).mkdir(mode=0o700)
            _copy(source / PERMITS / f"{submission}.json", target / PERMITS / f"{submission}.json")
    except OSError as error:
        drop_view(view)
        raise OrganizerFault("E211", f"{bundle.bundle}/{role}", error.strerror or str(error)) from None


def has_permit(worker: Path, bundle: Bundle, submission: int) -> bool:
    """Whether the organizer permits this submission; ingestion verifies the permit's signature."""
    return (worker / bundle.bundle / PERMITS / f"{submission}.json").is_file()


def drop_view(view: Path) -> None:
    """Remove a view; that there is none is no error."""
    shutil.rmtree(view, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    data = source.read_bytes()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
