from __future__ import annotations

import math
from pathlib import Path

import pytest
import spent
from spent import NAMES, NOT_MEASURED, Spent

from ingestion_program import rapl
from ingestion_program.energy import Counter, Meter


class Machine:
    """A stand-in for the hardware's counters."""

    def __init__(self) -> None:
        self.gpu: float | None = 100.0
        self.cpu = 5000.0

    def meter(self) -> Meter:
        wraps = Counter("package-0", "cpu", lambda: self.cpu, wrap=10_000.0)
        return Meter([Counter("gpu 0", "gpu", lambda: self.gpu), wraps])


def named(taken: list[float]) -> dict[str, float]:
    return dict(zip(NAMES, taken, strict=True))


def test_energy_is_the_counters_difference():
    machine = Machine()
    one = Spent(machine.meter())
    machine.gpu, machine.cpu = 130.0, 5007.0
    taken = named(one.read())
    assert (taken["gpu_joules"], taken["cpu_joules"]) == (30, 7)
    assert taken["seconds"] > 0
    assert taken["processor_seconds"] >= 0


def test_a_resumed_run_counts_on_from_its_checkpoint():
    machine = Machine()
    two = Spent(machine.meter())
    machine.gpu, machine.cpu = 140.0, 5100.0  # loading again, which an earlier life has counted already
    two.resume([10.0, 20.0, 30.0, 7.0])
    machine.gpu, machine.cpu = 141.0, 5102.0
    taken = named(two.read())
    assert (taken["gpu_joules"], taken["cpu_joules"]) == (31, 9)
    assert 10 <= taken["seconds"] < 40
    assert 20 <= taken["processor_seconds"] < 50


def test_no_counter_comes_round_unseen():
    machine = Machine()
    one = Spent(machine.meter())
    machine.cpu = 9000.0
    one.keep()
    machine.cpu = 6000.0  # round once: 1000 to the end and 6000 on
    assert named(one.read())["cpu_joules"] == 4000 + 7000


def test_what_one_life_did_not_measure_is_not_measured():
    machine = Machine()
    blind, later = Spent(Meter()), Spent(machine.meter())
    assert spent.as_dict(blind.read())["energy"] == {"gpu_joules": NOT_MEASURED, "cpu_joules": NOT_MEASURED}
    later.resume(blind.read())
    assert math.isnan(named(later.read())["gpu_joules"])
    later.resume([1.0, 2.0])  # of a checkpoint without energy
    assert spent.as_dict(later.read())["energy"] == {"gpu_joules": NOT_MEASURED, "cpu_joules": NOT_MEASURED}
    failing = Spent(machine.meter())
    machine.gpu, machine.cpu = None, 5001.0
    assert spent.as_dict(failing.read())["energy"] == {"gpu_joules": NOT_MEASURED, "cpu_joules": 1.0}


def test_a_record_says_minus_one_where_nothing_was_measured():
    assert spent.energy(-1.0, 2.5) == {"gpu_joules": NOT_MEASURED, "cpu_joules": 2.5}
    assert spent.energy(0.0, 0.0) == {"gpu_joules": 0.0, "cpu_joules": 0.0}


def test_the_peak_of_memory_is_counted_in_mib_everywhere():
    assert spent.peak_mib("linux") > 50  # python and torch
    assert spent.peak_mib("darwin") == pytest.approx(spent.peak_mib("linux") / 1024, rel=0.1)  # macOS counts bytes


def test_the_machines_own_counters_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    zone = tmp_path / "intel-rapl:0"
    zone.mkdir()
    for name, text in {"name": "package-0", "energy_uj": "1000000", "max_energy_range_uj": "262143000000"}.items():
        (zone / name).write_text(text)
    monkeypatch.setattr(rapl, "POWERCAP", tmp_path)
    one = Spent()
    (zone / "energy_uj").write_text("3500000")
    assert named(one.read())["cpu_joules"] == 2.5
