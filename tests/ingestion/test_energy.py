"""Energy: counters that wrap, fail and are missing; halts and the idle machine taken off; a run with stand-ins."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion_program import clock, environment, nvml, rapl
from ingestion_program.energy import EVERY, Counter, Joules, Meter, net
from ingestion_program.pace import Pace
from ingestion_program.reference import Slice
from tests.ingestion.nvml_double import Double
from tests.ingestion.world import Outcome, World
from xtreme_tasks.settings import Timing


class Hand:
    """A counter that a test moves."""

    def __init__(self, kind: str, at: float | None = 0.0, wrap: float = 0.0) -> None:
        self.at = at
        self.counter = Counter(f"{kind} by hand", kind, lambda: self.at, wrap)  # type: ignore[arg-type]


def test_a_counter_that_wraps_goes_on() -> None:
    hand = Hand("cpu", at=250.0, wrap=262.0)
    meter = Meter([hand.counter])
    hand.at = 10.0
    assert meter.read() == Joules(None, pytest.approx(22.0))
    hand.at = 30.0
    assert meter.read() == Joules(None, pytest.approx(42.0))


def test_a_long_call_sees_every_wrap() -> None:
    hand = Hand("cpu", at=0.0, wrap=100.0)
    meter = Meter([hand.counter])
    meter.keep(0.0)
    for step in range(1, 11):  # 60 J between two looks: it comes round six times
        hand.at = 60.0 * step % 100
        meter.keep(EVERY * step)
    assert meter.read().cpu == pytest.approx(600.0)


def test_between_two_looks_nothing_is_read() -> None:
    reads = []
    meter = Meter([Counter("counted", "cpu", lambda: reads.append(0) or 1.0, 100.0)])  # type: ignore[func-returns-value]
    for tick in range(100):
        meter.keep(1000.0 + tick / 10)
    assert len(reads) == 2  # when it was made, and once


@pytest.mark.parametrize("trouble", [None, 1.0])
def test_a_counter_that_failed_or_was_set_back_leaves_its_kind_unmeasured(trouble: float | None) -> None:
    gpu, other, cpu = Hand("gpu", 5.0), Hand("gpu", 5.0), Hand("cpu", 5.0)
    meter = Meter([gpu.counter, other.counter, cpu.counter])
    gpu.at, other.at, cpu.at = trouble, 9.0, 6.0
    assert meter.read() == Joules(None, 1.0)
    gpu.at = 100.0
    assert meter.read() == Joules(None, 1.0)


def test_halts_and_the_idle_machine_are_taken_off() -> None:
    found = net(Joules(1000.0, 90.0), Joules(200.0, 30.0), Joules(50.0, 10.0), 10.0)
    assert found == Joules(300.0, 0.0)  # the second used less than the idle machine
    assert found.total == 300.0
    assert net(Joules(1000.0), Joules(0.0), Joules(50.0), 10.0) == Joules(500.0)
    assert net(Joules(), Joules(), Joules(), 10.0).total is None


def test_the_idle_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand("gpu", 0.0)
    meter = Meter([hand.counter])
    now = iter([0.0, 4.0])
    monkeypatch.setattr(clock, "read", lambda: clock.Instant(next(now), 0.0))
    monkeypatch.setattr("select.select", lambda *_: setattr(hand, "at", 280.0))
    meter.rest(4.0)
    assert meter.idle == Joules(70.0, None)
    assert meter.idle.text() == "gpu 70.0"


def test_without_counters_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("select.select", lambda *_: pytest.fail("it waited"))
    meter = Meter()
    meter.rest(60.0)
    assert meter.idle == meter.read() == Joules()


def test_a_pace_tells_the_halts_from_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    hand, now = Hand("gpu", 0.0), [0.0]
    monkeypatch.setattr(clock, "read", lambda: clock.Instant(now[0], 0.0))

    class Work:
        def slice(self) -> Slice:
            now[0] += 0.5
            hand.at = (hand.at or 0.0) + 40.0
            return Slice(0.5, 20, 0.5)

    pace = Pace(Work(), 3.0, 1.0, Meter([hand.counter]), draw=lambda low, high: (low + high) / 2)  # type: ignore[arg-type]
    hand.at = 7.0  # before the run
    pace.prepare()
    pace.begin(0.0)
    for _ in range(100):
        now[0] += 0.1
        hand.at += 10.0
        pace.keep()
    pace.end()
    count = len(pace.marks)
    assert count == 3
    assert pace.energy == Joules(1000.0 + 40.0 * count, None)
    assert pace.energy_halted == Joules(40.0 * count, None)
    assert net(pace.energy, pace.energy_halted, Joules(20.0, None), 10.0) == Joules(800.0, None)


def powercap(root: Path, *zones: tuple[str, str, int | None]) -> Path:
    for folder, name, microjoules in zones:
        path = root / folder
        path.mkdir(parents=True)
        (path / "name").write_text(f"{name}\n")
        (path / "max_energy_range_uj").write_text("262143328850\n")
        if microjoules is not None:
            (path / "energy_uj").write_text(f"{microjoules}\n")
    return root


TREE: tuple[tuple[str, str, int | None], ...] = (
    ("intel-rapl:0", "package-0", 1_000_000),
    ("intel-rapl:0:0", "core", 500_000),
    ("intel-rapl:0:1", "dram", 250_000),
    ("intel-rapl:1", "package-1", 2_000_000),
    ("intel-rapl:2", "psys", 9_000_000),
    ("intel-rapl-mmio:0", "package-0", 1_000_000),
)


def test_packages_and_memory_are_counted_once(tmp_path: Path) -> None:
    found = rapl.counters(powercap(tmp_path, *TREE))
    assert [(counter.name, counter.read()) for counter in found] == [
        ("package-0", 1.0), ("package-1", 2.0), ("dram of intel-rapl:0", 0.25),
    ]  # fmt: skip
    assert {counter.wrap for counter in found} == {262143.32885}


def test_half_of_the_packages_is_nothing(tmp_path: Path) -> None:
    assert rapl.counters(powercap(tmp_path, *TREE[:3], ("intel-rapl:1", "package-1", None))) == []
    assert rapl.counters(tmp_path / "nowhere") == []


def test_every_gpu_or_none() -> None:
    double = Double(2)
    found = nvml.open_gpus(double)
    assert found is not None
    assert [counter.read() for counter in found.counters()] == [1.0, 2.0]
    double.energy[1] = None
    assert found.counters() == []
    double.driver = False
    assert nvml.open_gpus(double) is None
    assert nvml.open_gpus(Double(0)) is None


def test_the_facts_of_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    found = nvml.open_gpus(Double(2))
    monkeypatch.setattr(nvml, "gpus", lambda: found)
    facts = environment.facts()
    assert {name: value for name, value in facts.items() if name.startswith("gpu")} == {
        "gpu": "Card 0, Card 1", "gpu_driver": "570.1", "gpu_memory_mib": "2 x 81920",
        "gpu_power_limit": "2 x 700 W",
    }  # fmt: skip
    assert environment.hardware(facts).endswith("GPU Card 0, Card 1 570.1 2 x 700 W")


def metered(world: World, tree: Path) -> Outcome:
    world.settings["timing"] = replace(Timing(), idle_seconds=0.3)
    world.build()
    plain = world.command()
    at = plain.index("ingestion_program")
    assert plain[:at][-3:] == [sys.executable, "-B", "-m"]
    original = world.command
    world.command = lambda *more, **ways: [  # type: ignore[method-assign]
        *original(*more, **ways)[:at], "tests.ingestion.metered", str(tree), *original(*more, **ways)[at + 1 :],
    ]  # fmt: skip
    return world.run()


def test_a_run_on_a_machine_with_counters(world: World, tmp_path: Path) -> None:
    outcome = metered(world, powercap(tmp_path / "powercap", *TREE))
    assert outcome.code == 0, outcome.printed
    found = outcome.record()
    assert found.verdict == "ok"
    assert 0 < found.energy_gpu_joules <= 110 * (found.finished - found.accepted)
    assert found.energy_cpu_joules == 0.0  # its counters stood still: measured, and nothing was used
    assert found.energy_joules == pytest.approx(found.energy_gpu_joules)
    told = found.environment
    assert told["energy_counters"] == "gpu 0, package-0, package-1, dram of intel-rapl:0"
    assert told["energy_idle_watts"] == "gpu 10.0, cpu 0.0"
    assert told["energy_reference_joules"] == "gpu 0.0, cpu 0.0"
    assert told["gpu_throttled"] == told["gpu_throttle_after"] == "none"
    assert told["gpu_clock_before"] == "1980 MHz"
    assert "Card 0 570.1 700 W" in found.hardware


def test_a_run_without_counters_is_not_measured(world: World, tmp_path: Path) -> None:
    if rapl.counters() or nvml.gpus():
        pytest.skip("this machine has counters")
    found = world.build().run().record()
    assert (found.energy_joules, found.energy_gpu_joules, found.energy_cpu_joules) == (-1.0, -1.0, -1.0)
    assert found.environment["energy_counters"] == "none"
