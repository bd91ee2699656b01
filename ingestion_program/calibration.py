"""The calibration: what the worker's reference work takes on the quiet machine, as `competition calibrate` left it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, read_file
from xtreme_tasks.settings import CALIBRATION_FILE
from xtreme_tasks.tables import build, read_table

FORMAT = 1


@dataclass(frozen=True)
class Calibration:
    """One machine's calibration: `calibration.json` at the top of the worker folder, for all bundles.

    Attributes:
        backend: what the reference work is computed with.
        workers: processes that compute at the same time, each with one thread.
        steps: steps of work in a nominal slice.
        nominal: seconds of a nominal slice on the quiet machine: its median.
        lowest, highest: speeds, 1 = nominal, between which this machine is believed to be; outside them is clipped.
        noise: coefficient of variation, from one short run to another on the quiet machine, of normalised seconds.
        raw_noise: the same of raw seconds, by the clock.
        hardware: `environment.hardware` of the machine: another one needs its own calibration.
        measured: Unix seconds.

    """

    backend: Literal["torch-cuda", "torch-cpu", "numpy"]
    workers: int
    steps: int
    nominal: float
    lowest: float
    highest: float
    noise: float
    raw_noise: float
    hardware: str
    measured: float

    def to_json(self) -> bytes:
        """Canonical JSON with a final newline; the inverse of `parse_calibration`."""
        return dumps({"format": FORMAT, **dataclasses.asdict(self)}).encode() + b"\n"


def parse_calibration(data: bytes, where: str = CALIBRATION_FILE) -> Calibration:
    """A calibration from its JSON.

    Raises:
        OrganizerFault: E231 with the value that is wrong.

    """
    raw = read_table(data, FORMAT, where)
    found: Calibration = build(Calibration, raw, where)
    if found.workers < 1 or found.steps < 1 or found.nominal <= 0 or not 0 < found.lowest <= 1 <= found.highest:
        raise OrganizerFault("E231", where, "numbers that no calibration gives", "Run competition calibrate again.")
    return found


def read_calibration(worker: Path) -> Calibration | None:
    """The calibration of a worker folder; None where there is none.

    Raises:
        OrganizerFault: E201, E231.

    """
    path = worker / CALIBRATION_FILE
    return parse_calibration(read_file(path, path.name)) if path.exists() else None
