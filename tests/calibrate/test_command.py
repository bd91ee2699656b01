"""The command, with real slices of a second or two."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from ingestion_program.calibration import parse_calibration, read_calibration
from ingestion_program.environment import facts, hardware
from ingestion_program.reference import workers
from organizer.calibrate.command import calibrate_command
from organizer.calibrate.notice import notice
from organizer.local_worker.engine import ProcessEngine, Step, StepResult
from xtreme_tasks.faults import OrganizerFault


class Recorded(ProcessEngine):
    """Gives back slices that somebody else measured."""

    def __init__(self, slices: list[list[tuple[float, int, float]]], code: int = 0) -> None:
        super().__init__()
        self.slices, self.code = slices, code

    def run(self, step: Step) -> StepResult:
        body = {"backend": "numpy", "workers": 2, "hardware": "h", "measured": 5.0, "slices": self.slices}
        if not self.code:
            (step.mounts["/app/output"] / "slices.json").write_text(json.dumps(body))
        return StepResult(self.code, 1.0, b"E239 reference work: none works\n", b"")


def test_real_slices_make_a_calibration_of_this_machine(tmp_path: Path) -> None:
    console = Console(record=True, width=200)
    assert notice(tmp_path)
    assert calibrate_command(console, tmp_path, 12.0, "numpy", 0.4, ProcessEngine()) == 0
    found = read_calibration(tmp_path)
    assert found is not None
    assert (found.backend, found.workers, found.hardware) == ("numpy", workers("numpy"), hardware(facts()))
    assert found.lowest <= 0.4 < 1 <= found.highest
    assert found.nominal == pytest.approx(0.3, rel=0.5)
    assert parse_calibration(found.to_json()) == found
    assert "believed speeds" in console.export_text()
    assert not notice(tmp_path)


def test_a_noisy_machine_is_told(tmp_path: Path) -> None:
    console = Console(record=True, width=200)
    calibrate_command(
        console,
        tmp_path,
        9.0,
        "auto",
        0.4,
        Recorded([[(0.3, 100, 0.3), (0.3, 7, 0.3), (0.3, 20, 0.3), (0.3, 7, 0.3)] * 5] * 2),
    )
    assert "NOISY" in console.export_text()
    found = read_calibration(tmp_path)
    assert found is not None
    assert found.lowest == pytest.approx(20 / 60)  # what was seen is believed, even below --slowest


@pytest.mark.parametrize(
    ("engine", "slowest", "worker", "said"),
    [
        (Recorded([[(0.4, 100, 0.3)] * 3] * 8), 0.4, ".", "E231 --seconds: .*3 slices in a run"),
        (Recorded([], 1), 0.4, ".", "E239 calibrate: .*none works"),
        (Recorded([]), 0.0, ".", "E231 --slowest"),
        (Recorded([]), 0.4, "missing", "E201 .*no worker folder"),
    ],
)
def test_refused(tmp_path: Path, engine: Recorded, slowest: float, worker: str, said: str) -> None:
    with pytest.raises(OrganizerFault, match=said):
        calibrate_command(Console(quiet=True), tmp_path / worker, 5.0, "auto", slowest, engine)
    assert not (tmp_path / "calibration.json").exists()


@pytest.mark.parametrize("change", ['"nominal":0', '"lowest":1.5', '"highest":0.5', '"workers":0', '"backend":"magic"'])
def test_a_calibration_that_cannot_be(change: str) -> None:
    name = change.split('"')[1]
    good = {"format": 1, "backend": "numpy", "workers": 2, "steps": 9, "nominal": 0.3, "lowest": 0.4, "highest": 1.1}
    good |= {"noise": 0.01, "raw_noise": 0.02, "hardware": "h", "measured": 1.0}
    parse_calibration(json.dumps(good).encode())
    with pytest.raises(OrganizerFault, match="E231"):
        parse_calibration(json.dumps(good | {name: json.loads("{" + change + "}")[name]}).encode())
