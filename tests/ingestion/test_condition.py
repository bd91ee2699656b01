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


def test_many_gpus_of_one_kind_do_not_cut_the_key_off() -> None:
    name = "NVIDIA RTX PRO 6000 Blackwell Server Edition"
    listed = environment.counted(", ".join([name] * 8))
    assert listed == f"8 x {name}"
    assert environment.counted("a, a, b, a") == "2 x a, b, a"
    key = environment.hardware({"cpu": "a processor", "cores": "8", "gpu": listed, "gpu_driver": "570.1"})
    assert key == f"a processor x8, GPU 8 x {name} 570.1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("processor : 0\nmodel name : a processor\nCPU part : 0x1\n", "a processor"),
        ("processor : 0\nCPU implementer : 0x41\nCPU part : 0xd0c\n", "CPU implementer 0x41 part 0xd0c"),
        ("processor : 0\nmodel name : unknown\n", "unknown"),
        ("CPU implementer : 0x41\n", "unknown"),
    ],
)
def test_the_processors_name_or_its_numbers(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "cpuinfo").write_text(text)
    assert environment.cpu(tmp_path / "cpuinfo") == said
