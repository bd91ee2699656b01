"""A permit on the worker: one submission may run again, or outside the window, and does not count."""

from __future__ import annotations

from pathlib import Path

from organizer.build.rules import check_odd
from sealing.keys import read_keys
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import write_whole
from xtreme_tasks.record import sign


def write_permit(worker: Path, bundle: str, submission: int, repeats: int) -> Path:
    """Sign a permit and put it where the gate and ingestion look for it.

    Args:
        worker: the worker folder.
        bundle: its identifier; empty where the folder holds one bundle only.
        submission: the platform's number of the submission that may run.
        repeats: timed runs, an odd number; the median counts.

    Returns:
        The permit's file, mode 0600 like the keys beside it.

    Raises:
        OrganizerFault: E211 (no such bundle, or no keys in it), E231 (numbers, an even one of repeats, or which of
            several bundles).

    """
    if submission < 1 or repeats < 1:
        raise OrganizerFault("E231", "permit", "submission and repeats must be at least 1")
    check_odd(repeats, "permit --repeats")
    found = sorted(path.parent.name for path in worker.glob("*/worker.json"))
    if bundle and bundle not in found:
        raise OrganizerFault("E211", str(worker / bundle), "no worker folder of this bundle")
    if not bundle and len(found) != 1:
        raise OrganizerFault("E231", str(worker), f"holds {len(found)} bundles; name one with --bundle")
    bundle = bundle or found[0]
    permit = sign(
        {"submission": submission, "repeats": repeats},
        "permit",
        read_keys(worker, bundle, "ingestion").get("record"),
    )
    path = worker / bundle / "permits" / f"{submission}.json"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, permit)
    path.chmod(0o600)
    return path
