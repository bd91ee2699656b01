"""The timing benchmark's arithmetic on made-up recordings: what it must find, and what it must not."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.slowed import compared, within
from benchmarks.timing import Used
from benchmarks.timing_decisions import METHODS, Totals, decisions, needed, scatter, totals, wilson
from benchmarks.timing_record import estimate, following
from benchmarks.timing_workload import BASE, MORE, passes
from ingestion_program.calibration import Calibration
from ingestion_program.speed import Estimate

INTERLEAVED = METHODS.index("interleaved reference")
PARTS = 30


def recording(speeds: list[float], stretch: float = 3.0, begin: float = 1.0) -> dict[str, Any]:
    """A run whose speed changes with each stretch of 3 s; the work of a nominal second is ten passes."""
    edges = [0.0]
    for _ in speeds:
        edges.append(edges[-1] + stretch)
    spans = list(zip(speeds, pairwise(edges), strict=True))
    # Parts of equal work: at each moment as fast as the stretch that it is in.
    whole = sum(10 * v * (high - max(low, begin)) for v, (low, high) in spans)
    begins = [[_moment(spans, begin, whole * number / PARTS), 2.0 * number] for number in range(PARTS + 1)]
    return {
        # Beside a neighbour: half of the slice's time is the workers' own, and a tenth of the cores was taken.
        "marks": [[(low + high) / 2, 0.6, round(30_000 * v / 0.9), 0.3] for v, (low, high) in spans],
        "begins": begins,
        "seconds": edges[-1],
        "taken": 0.1 * 2 * edges[-1],
        "cores": 2,
        "passes_a_part": whole / PARTS,
        "before": [[0.3, 30_000, 0.3]],
        "after": [[0.3, 30_000, 0.3]],
    }


def _moment(spans: list[tuple[float, tuple[float, float]]], begin: float, wanted: float) -> float:
    done = 0.0
    for v, (low, high) in spans:
        first = max(low, begin)
        more = 10 * v * (high - first)
        if done + more >= wanted:
            return first + (wanted - done) / (10 * v)
        done += more
    return spans[-1][1][1]


def test_interleaved_seconds_are_those_at_the_nominal_speed() -> None:
    steady = totals(recording([1.0] * 5), 100_000.0)
    changing = totals(recording([1.0, 0.5, 0.5, 0.8, 0.4]), 100_000.0)
    for run in (steady, changing):
        assert run.seconds[INTERLEAVED] / run.passes == pytest.approx(0.1, rel=1e-3)
    assert changing.seconds[METHODS.index("raw wall")] / changing.passes > 0.15
    # Before and after the run the machine was at full speed, so that method sees nothing of it.
    assert changing.seconds[METHODS.index("reference before and after")] == pytest.approx(changing.seconds[0])
    assert changing.seconds[METHODS.index("CPU time")] == pytest.approx(2.0 * PARTS)


def runs(spread: float, count: int = 30) -> list[Totals]:
    draw = random.Random(1)
    return [Totals(100.0, (draw.gauss(1, spread), 1.0, 1.0, 1.0, 1.0), 5) for _ in range(count)]


def test_without_scatter_every_decision_is_right() -> None:
    for more in MORE:
        rates = decisions(runs(0.0), 0, 1, 1, more, 50)
        assert (rates.right, rates.found) == (1.0, 1.0 if more else 0.0)


def test_with_scatter_repetitions_help_and_equal_code_is_found_different() -> None:
    single, many = (decisions(runs(0.05), 0, number, 1, 5, 500) for number in (1, 15))
    assert single.right < 0.85 < 0.97 < many.right
    assert single.spread == pytest.approx(0.05 * 2**0.5, rel=0.3)
    equal = decisions(runs(0.05), 0, 1, 1, 0, 500)
    assert equal.found > 0.5
    assert equal.found_range[0] <= equal.found <= equal.found_range[1]


def test_the_needed_repetitions_suffice_and_fewer_do_not() -> None:
    pool = runs(0.05)
    number = needed(scatter(pool, 0))
    assert decisions(pool, 0, number, 1, 5, 1000).found == pytest.approx(0.99, abs=0.015)
    assert decisions(pool, 0, number // 4, 1, 5, 1000).found < 0.95


def test_wilsons_interval() -> None:
    assert wilson(0.5, 100) == pytest.approx((0.404, 0.596), abs=0.001)
    assert wilson(1.0, 10) == pytest.approx((0.722, 1.0), abs=0.001)


def test_the_amounts_of_work_are_exact() -> None:
    assert [passes(more) * 100 for more in MORE] == [BASE * (100 + more) for more in MORE]
    assert not any(passes(more) % 2 for more in MORE)  # two workers do half of them each


def test_what_is_recorded_next_is_what_there_is_least_of() -> None:
    done: list[dict[str, Any]] = []
    for _ in range(12):
        kind, more = following(done, "quiet", ("workers", "openmp"))
        done.append({"condition": "quiet", "kind": kind, "more": more})
    assert all(
        done.count({"condition": "quiet", "kind": k, "more": m}) == 2 for k in ("workers", "openmp") for m in MORE
    )


def used(duration: float, below: float, above: float, seconds: float) -> Used:
    estimate = Estimate("normalised", "", duration, low=duration - below, high=duration + above)
    return Used({"seconds": seconds, "unix": duration}, estimate)


def test_durations_are_the_same_within_the_sides_that_face_each_other() -> None:
    quiet, near, far = used(10.0, 9.0, 0.3, 10.0), used(10.4, 0.4, 9.0, 15.0), used(10.6, 0.4, 9.0, 15.0)
    assert within(quiet.estimate, near.estimate)
    assert not within(quiet.estimate, far.estimate)
    assert not within(far.estimate, quiet.estimate)
    found = compared([(quiet, near), (quiet, far)])
    assert found["within_bands"] == 0.5
    assert found["raw_ratio"] == 1.5
    assert found["normalised_ratio"] == pytest.approx(1.05)


def test_a_recorded_run_is_judged_as_ingestion_would() -> None:
    calibration = Calibration("numpy", 2, 30_000, 0.3, 0.4, 1.25, 0.01, 0.02, "h", 0.0)
    run = recording([0.8] * 5) | {"void": ""}
    found = estimate(run, calibration)
    assert found is not None
    assert (found.contended, found.duration) == (pytest.approx(0.1), pytest.approx(0.8 * 15, rel=1e-3))
    assert estimate(run | {"void": "it ran"}, calibration) is None
    assert estimate(run | {"marks": run["marks"][:2]}, calibration) is None
