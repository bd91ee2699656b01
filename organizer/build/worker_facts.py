"""What the starting kit may know of the worker: its calibration, and how many examples are hidden; nothing secret."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingestion_program.calibration import FORMAT, read_calibration
from xtreme_tasks.files import dumps


def worker_facts(worker: Path, counts: Mapping[str, Mapping[str, Mapping[str, int]]], splits: Sequence[str]) -> bytes:
    """The file's content.

    Args:
        worker: the worker folder, which holds `calibration.json` if it was made before this build.
        counts: examples by split, task and language, as the pages show them.
        splits: the hidden ones.

    Raises:
        OrganizerFault: E231 for a damaged calibration.

    """
    calibration = read_calibration(worker)
    facts = {
        "format": FORMAT,
        "calibration": {"format": FORMAT, **dataclasses.asdict(calibration)} if calibration else None,
        "counts": {split: counts[split] for split in splits},
    }
    return dumps(facts).encode() + b"\n"
