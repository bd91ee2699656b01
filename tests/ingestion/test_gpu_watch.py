"""Kernels that go on when their process stands still, as a stand-in for NVML shows them."""

from __future__ import annotations

import pytest

from ingestion_program import clock, nvml
from ingestion_program.gpu_watch import DRAIN_SECONDS, MARGIN, GpuWatch, obstacle
from ingestion_program.halt import Halt, NotStill
from ingestion_program.nvml import Gpus, Sample
from ingestion_program.reference import ReferenceFailed
from tests.ingestion.nvml_double import Double

EPOCH = 1_900_000_000.0
PERIOD = 0.16
OURS, TEAM = 4_001, 4_002  # as the host numbers them: nobody in here has these numbers


class Machine:
    """A GPU whose samples are taken every `PERIOD`, and a clock that only moves when somebody waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 100.0
        self.double = Double()
        self.double.now = lambda: EPOCH + self.seconds
        found = nvml.open_gpus(self.double)
        assert found is not None
        self.gpus: Gpus = found
        monkeypatch.setattr(clock, "read", lambda: clock.Instant(self.seconds, EPOCH + self.seconds))
        monkeypatch.setattr("select.select", lambda *waited: self.go_on(waited[3]))

    def go_on(self, seconds: float) -> None:
        self.seconds += seconds

    def computes(self, pid: int, begin: float, end: float) -> None:
        """Samples of somebody who computes from one moment to the other."""
        number = int(begin / PERIOD) + 1
        while True:
            self.double.samples.append((pid, 40, EPOCH + number * PERIOD))
            if number * PERIOD >= end:
                return
            number += 1

    def reference(self) -> None:
        self.computes(OURS, self.seconds, self.seconds + 0.3)
        self.go_on(0.3)

    def watch(self) -> GpuWatch:
        return GpuWatch(self.gpus, self.reference)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_the_reference_work_tells_the_period_of_the_samples(machine: Machine) -> None:
    assert machine.watch().period == pytest.approx(PERIOD, abs=1e-6)
    assert machine.seconds < 102.0


def test_an_idle_gpu_is_still_from_the_first_moment_on(machine: Machine) -> None:
    watch = machine.watch()
    begin = machine.seconds
    assert watch.drained(begin) == begin
    assert machine.seconds - begin == pytest.approx((1 + MARGIN) * PERIOD, abs=0.02)
    machine.reference()
    watch.check()


def test_what_is_sampled_at_once_was_before_the_halt(machine: Machine) -> None:
    watch = machine.watch()
    begin = machine.seconds
    machine.computes(TEAM, begin - 1.0, begin)
    assert any(at > EPOCH + begin for _, _, at in machine.double.samples)
    assert watch.drained(begin) == begin


def test_queued_work_is_waited_for_and_is_the_teams_time(machine: Machine) -> None:
    watch = machine.watch()
    begin = machine.seconds
    machine.computes(TEAM, begin - 1.0, begin + 0.8)
    until = watch.drained(begin)
    assert begin + 0.8 <= until <= begin + 0.8 + PERIOD + 1e-3
    assert until < machine.seconds < begin + DRAIN_SECONDS
    machine.reference()
    watch.check()


def test_queued_work_without_end_is_not_still(machine: Machine) -> None:
    watch = machine.watch()
    begin = machine.seconds
    machine.computes(TEAM, begin, begin + 60.0)
    with pytest.raises(NotStill, match="did not end within 2 s"):
        watch.drained(begin)
    assert machine.seconds - begin == pytest.approx(DRAIN_SECONDS, abs=0.05)


def test_work_of_others_beside_the_reference_is_not_still(machine: Machine) -> None:
    watch = machine.watch()
    watch.drained(machine.seconds)
    machine.computes(TEAM, machine.seconds, machine.seconds + 0.1)
    machine.reference()
    with pytest.raises(NotStill, match="something else computed on the GPU"):
        watch.check()


def test_a_gpu_that_falls_silent_is_not_still(machine: Machine) -> None:
    watch = machine.watch()
    machine.double.errors = [3]
    with pytest.raises(NotStill, match="does not say any more"):
        watch.drained(machine.seconds)


def test_a_halt_waits_for_the_gpu(machine: Machine) -> None:
    watch = machine.watch()
    begin = machine.seconds
    machine.computes(TEAM, begin, begin + 0.5)
    found = Halt(watch)
    assert begin + 0.5 <= found.begin <= begin + 0.5 + PERIOD + 1e-3
    found.check()
    machine.computes(TEAM, machine.seconds, machine.seconds + 0.1)
    machine.go_on(0.3)
    with pytest.raises(NotStill):
        found.check()
    machine.computes(TEAM, machine.seconds, machine.seconds + 60.0)
    with pytest.raises(NotStill):
        Halt(watch)


def test_where_nothing_is_said_nothing_can_be_seen(machine: Machine) -> None:
    assert "without NVML" in obstacle(None)
    machine.double.errors = [3]  # NVML_ERROR_NOT_SUPPORTED, as on a divided GPU
    assert "does not say who computes" in obstacle(machine.gpus)
    assert obstacle(machine.gpus) == ""
    with pytest.raises(ReferenceFailed, match="do not show the reference work"):
        GpuWatch(machine.gpus, lambda: machine.go_on(0.3))


def test_samples_too_far_apart_are_no_help(machine: Machine) -> None:
    def seldom() -> None:
        machine.go_on(1.0)
        machine.double.samples.append((OURS, 40, EPOCH + machine.seconds))

    with pytest.raises(ReferenceFailed):
        GpuWatch(machine.gpus, seldom)


def test_samples_as_nvml_gives_them(machine: Machine) -> None:
    at = EPOCH + 50.0
    machine.double.samples = [(OURS, 40, at), (OURS, 0, at + 1), (TEAM, 2_000_000, at + 2), (TEAM, 100, at + 3)]
    assert machine.gpus.computing(at - 1) == [Sample(OURS, at), Sample(TEAM, at + 3)]
    assert machine.gpus.computing(at + 3) == []
    machine.double.errors = [7, 7]  # more samples than there was room for
    assert machine.gpus.computing(at + 1) == [Sample(TEAM, at + 3)]
    machine.double.errors = [7, 7, 7]
    assert machine.gpus.computing(at) is None
    machine.double.errors = [0]  # how the module says that there are none
    assert machine.gpus.computing(at) == []
