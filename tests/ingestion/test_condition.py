"""What throttled the machine between two looks, and quotas of processor time."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion_program import condition, environment, nvml
from ingestion_program.condition import Condition
from tests.ingestion.nvml_double import Double


def test_what_lies_between_two_looks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    double = Double()
    found = nvml.open_gpus(double)
    monkeypatch.setattr(nvml, "gpus", lambda: found)
    counts = [tmp_path / f"cpu{number}" / "thermal_throttle" / "core_throttle_count" for number in range(2)]
    for path in counts:
        path.parent.mkdir(parents=True)
        path.write_text("4\n")
    before = condition.look(tmp_path)
    double.violations = {0: 2_300_000_000, 1: 1000}
    double.reasons = 0x4 | 0x40
    counts[0].write_text("7\n")
    assert condition.facts(before, condition.look(tmp_path)) == {
        "gpu_clock_before": "1980 MHz", "gpu_temperature_before": "41 C", "gpu_throttle_before": "none",
        "gpu_clock_after": "1980 MHz", "gpu_temperature_after": "41 C",
        "gpu_throttle_after": "power cap + hardware thermal",
        "gpu_throttled": "2.3 s by power", "cpu_throttled": "3 times by heat",
    }  # fmt: skip


def test_a_machine_that_tells_nothing(tmp_path: Path) -> None:
    assert condition.look(tmp_path).cpu_events is None
    assert condition.facts(Condition(), Condition()) == {}
    assert condition.facts(Condition(cpu_events=1), Condition(cpu_events=1)) == {"cpu_throttled": "none"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"cpu.max": "150000 100000\n"}, "1.5"),
        ({"cpu.max": "max 100000\n"}, "none"),
        ({"cpu/cpu.cfs_quota_us": "400000", "cpu/cpu.cfs_period_us": "100000"}, "4"),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, "none"),
        ({"cpu.max": "1 0"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_quota(tmp_path: Path, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert environment.cpu_quota(tmp_path) == said


def test_a_quota_is_other_hardware() -> None:
    facts = {"cpu": "a processor", "cores": "8", "gpu": "none", "cpu_quota": "1.5"}
    assert environment.hardware(facts) == "a processor x8 (quota 1.5), GPU none"
    assert environment.hardware({**facts, "cpu_quota": "none"}) == "a processor x8, GPU none"
