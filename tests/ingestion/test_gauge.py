"""When seconds are normalised, and what a submission's repeats have in common."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingestion_program import environment, gauge, reference
from ingestion_program.calibration import Calibration
from ingestion_program.contention import Contention
from ingestion_program.gauge import Gauge, obstacle
from ingestion_program.pace import Mark, Pace
from ingestion_program.timing import Run
from xtreme_tasks.settings import Timing

CPU = {"cpu": "a processor", "cores": "2", "gpu": "none"}
GPU = {**CPU, "gpu": "a card", "gpu_driver": "570.1"}
ON_CPU = Calibration(
    "numpy", reference.workers("numpy"), 20, 0.3, 0.5, 1.5, 0.0, 0.01, environment.hardware(CPU), 0.0
)  # fmt: skip
ON_GPU = replace(ON_CPU, backend="torch-cuda", workers=1, hardware=environment.hardware(GPU))


def test_hardware_names_what_decides_the_speed() -> None:
    assert environment.hardware(CPU) == "a processor x2, GPU none"
    assert environment.hardware(GPU) == "a processor x2, GPU a card 570.1"


@pytest.mark.parametrize(
    ("normalise", "calibration", "facts", "said"),
    [
        ("auto", ON_CPU, CPU, ""),
        ("always", ON_CPU, CPU, ""),
        ("never", ON_CPU, CPU, "the rules want raw"),
        ("auto", None, CPU, "not calibrated"),
        ("always", None, CPU, "not calibrated"),
        ("auto", ON_CPU, GPU, "other hardware"),
        ("auto", ON_GPU, GPU, "on a GPU raw seconds count"),
        ("always", ON_GPU, GPU, ""),
        ("always", replace(ON_CPU, hardware=ON_GPU.hardware), GPU, "there is a GPU, but"),
    ],
)
def test_obstacles(normalise: str, calibration: Calibration | None, facts: dict[str, str], said: str) -> None:
    found = obstacle(Timing(normalise=normalise), calibration, facts)  # type: ignore[arg-type]
    assert found.startswith(said) if not said else said in found
    assert bool(found) == bool(said)


def test_no_share_is_no_reference_work() -> None:
    assert obstacle(Timing(share=0.0), ON_CPU, CPU) == "the rules want raw seconds"


def made(wall: float, steps: int = 20, count: int = 5, void: str = "", failed: str = "") -> Run:
    pace = Pace()
    pace.marks = [Mark(wall * (n + 0.5) / count, 0.3, steps, 0.3) for n in range(count)]
    pace.void, pace.failed = void, failed
    return Run((), wall, 1.0, 0.5, {}, 1.0, 1.0, pace)


def estimates(facts: dict[str, str], calibration: Calibration, *runs: Run) -> list[tuple[str, float, str]]:
    found = Gauge(Timing(normalise="always"), calibration, facts).estimates(runs)
    return [(one.timing, one.duration, one.reason) for one in found]


def test_all_repeats_or_none() -> None:
    good = made(10.0)
    assert estimates(CPU, ON_CPU, good, made(20.0, steps=10)) == [("normalised", 10.0, ""), ("normalised", 10.0, "")]
    void = made(20.0, void="it ran")
    assert estimates(CPU, ON_CPU, good, void) == [("void", 10.0, "it ran"), ("void", 20.0, "it ran")]
    failed = made(20.0, failed="it ended")
    assert estimates(CPU, ON_CPU, good, failed) == [("raw", 10.0, "it ended"), ("raw", 20.0, "it ended")]
    short = estimates(CPU, ON_CPU, good, made(1.0, count=2))
    assert [timing for timing, _, _ in short] == ["raw", "raw"]
    assert "2 slices" in short[0][2]


def test_on_a_gpu_the_record_says_what_was_not_seen() -> None:
    assert estimates(GPU, ON_GPU, made(10.0)) == [("normalised", 10.0, gauge.GPU_UNSEEN)]


def test_a_failed_backend_is_a_reason_and_no_fault() -> None:
    unknown = replace(ON_GPU, backend="torch-nothing")  # type: ignore[arg-type]
    with Gauge(
        Timing(normalise="always"), replace(unknown, hardware=environment.hardware(CPU), workers=ON_CPU.workers), CPU
    ) as found:
        assert "cannot be computed here" in found.reason
        assert found.pace().keep() == 0.0


def test_without_the_kernels_account_of_waiting_there_is_no_reference_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gauge, "told", lambda: False)
    assert "no schedstat" in obstacle(Timing(), ON_CPU, CPU)


def test_what_others_took_is_in_the_estimate() -> None:
    run = made(10.0)
    run.pace.contention = Contention()
    cores = len(run.pace.contention.cores)
    run.pace.contention.seconds = 0.2 * cores * 10.0
    (found,) = Gauge(Timing(normalise="always"), ON_CPU, CPU).estimates([run])
    assert (found.duration, found.contended) == (pytest.approx(8.0), pytest.approx(0.2))
