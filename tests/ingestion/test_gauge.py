"""When seconds are normalised, and what a submission's repeats have in common."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingestion_program import clock, environment, gauge, nvml, reference
from ingestion_program.calibration import Calibration
from ingestion_program.contention import Contention
from ingestion_program.gauge import Gauge, obstacle
from ingestion_program.gpu_watch import GpuWatch
from ingestion_program.pace import Mark, Pace
from ingestion_program.timing import Run
from tests.ingestion.nvml_double import Double
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
        ("auto", replace(ON_CPU, workers=77), CPU, "calibrated with 77 workers"),
    ],
)
def test_obstacles(
    monkeypatch: pytest.MonkeyPatch, normalise: str, calibration: Calibration | None, facts: dict[str, str], said: str
) -> None:
    gpus = nvml.open_gpus(Double())
    monkeypatch.setattr(nvml, "gpus", lambda: gpus)
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


def test_a_void_run_of_a_fast_machine_does_not_count_as_the_clock_ran() -> None:
    fast = made(10.0, steps=24, void="it ran")
    ((timing, duration, reason),) = estimates(CPU, ON_CPU, fast)
    assert (timing, duration) == ("void", pytest.approx(12.0))
    assert reason == "it ran; counts at speed 1.200, as measured until then"


@pytest.mark.parametrize(
    ("normalise", "calibration", "facts", "banded"),
    [
        ("never", ON_CPU, CPU, True),
        ("never", replace(ON_CPU, hardware="another machine"), CPU, False),
        ("never", replace(ON_CPU, workers=77), CPU, False),
        ("auto", ON_GPU, GPU, True),
        ("auto", replace(ON_CPU, hardware=ON_GPU.hardware), GPU, False),
        ("never", replace(ON_CPU, hardware=ON_GPU.hardware), GPU, False),
        ("auto", None, CPU, False),
    ],
)
def test_only_the_scatter_of_this_machine_and_backend_makes_a_band(
    normalise: str, calibration: Calibration | None, facts: dict[str, str], banded: bool
) -> None:
    (found,) = Gauge(Timing(normalise=normalise), calibration, facts).estimates([made(10.0)])  # type: ignore[arg-type]
    assert found.timing == "raw"
    assert (found.low, found.high) == ((pytest.approx(9.804), pytest.approx(10.196)) if banded else (0.0, 0.0))


class Started(reference.Reference):
    """Reference work on a GPU that is not there; NVML shows it or not."""

    def __init__(self, double: Double, shown: bool) -> None:
        self.double, self.shown, self.closed = double, shown, False

    def slice(self) -> reference.Slice:
        now = clock.read().unix
        self.double.samples += [(900, 97, now + 0.1 * n) for n in range(5)] if self.shown else []
        return reference.Slice(0.3, 20, 0.3)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("shown", [True, False])
def test_on_a_gpu_the_reference_work_must_be_seen_there(monkeypatch: pytest.MonkeyPatch, shown: bool) -> None:
    double = Double()
    gpus, started = nvml.open_gpus(double), Started(double, shown)
    monkeypatch.setattr(nvml, "gpus", lambda: gpus)
    monkeypatch.setattr(gauge, "Reference", lambda *_: started)
    monkeypatch.setattr("ingestion_program.gpu_watch.LEARN_SECONDS", 0.05)
    run = made(10.0)
    with Gauge(Timing(normalise="always"), ON_GPU, GPU) as found:
        (estimate,) = found.estimates([run])
        monkeypatch.setattr(gauge, "Pace", lambda *given: given)
        assert any(isinstance(one, GpuWatch) for one in found.pace()) == shown  # type: ignore[attr-defined]
    assert started.closed
    if shown:
        assert (estimate.timing, estimate.reason) == ("normalised", gauge.GPU_SEEN)
    else:
        assert estimate.timing == "raw"
        assert "do not show the reference work" in estimate.reason


@pytest.mark.parametrize("gpus", [None, nvml.open_gpus(Double())])
def test_a_gpu_that_says_nothing_leaves_raw_seconds(monkeypatch: pytest.MonkeyPatch, gpus: nvml.Gpus | None) -> None:
    if gpus is not None:
        monkeypatch.setattr(gpus, "computing", lambda _: None)
    monkeypatch.setattr(nvml, "gpus", lambda: gpus)
    assert "queued work" in obstacle(Timing(normalise="always"), ON_GPU, GPU)
    assert obstacle(Timing(normalise="auto"), ON_GPU, GPU).startswith("on a GPU raw seconds count")


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
    for void, failed in (("it ran", ""), ("", "it ended")):
        run.pace.void, run.pace.failed = void, failed
        (other,) = Gauge(Timing(normalise="always"), ON_CPU, CPU).estimates([run])
        assert (other.duration, other.contended) == (10.0, pytest.approx(0.2))
