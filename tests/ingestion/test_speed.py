"""The estimator on made-up slices: what it must give, and how sure it says it is."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ingestion_program import speed
from ingestion_program.calibration import Calibration
from ingestion_program.pace import Mark

CALIBRATION = Calibration("numpy", 2, 100, 0.3, 0.4, 1.2, 0.0, 0.02, "h", 0.0)


def marks(speeds: list[float], interval: float = 3.0) -> list[Mark]:
    """Slices of 0.3 s in the middle of equal stretches."""
    return [Mark(interval * (n + 0.5), 0.3, round(100_000 * v), 0.3) for n, v in enumerate(speeds)]


FINE = replace(CALIBRATION, steps=100_000)


def test_at_the_nominal_speed_nothing_changes() -> None:
    found = speed.normalised(30.0, marks([1.0] * 10), FINE)
    assert (found.duration, found.speed, found.measured) == (pytest.approx(30.0), 1.0, pytest.approx(1.0))
    assert found.slices == pytest.approx((0.3,) * 10)
    assert found.low == found.high == pytest.approx(30.0)


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.1])
def test_a_slower_or_faster_machine_gives_the_same_duration(factor: float) -> None:
    # Work of 30 nominal seconds takes 30 / factor here.
    wall = 30.0 / factor
    count = round(wall / 3)
    found = speed.normalised(wall, marks([factor] * count, wall / count), FINE)
    assert found.duration == pytest.approx(30.0, rel=1e-4)


def test_a_speed_that_changes_half_way_weighs_by_the_teams_time() -> None:
    # Ten stretches at the full speed, ten at half of it: 30 + 15 nominal seconds. A mean of the slices' seconds, which
    # counts slow stretches double, would say 40.
    found = speed.normalised(60.0, marks([1.0] * 10 + [0.5] * 10), FINE)
    assert found.duration == pytest.approx(45.0, rel=1e-4)


def test_a_slice_stands_for_the_time_around_it() -> None:
    placed = [Mark(1.0, 0.3, 1, 0.3), Mark(2.0, 0.3, 1, 0.3), Mark(8.0, 0.3, 1, 0.3)]
    assert speed.weights(placed, 10.0) == [1.5, 3.5, 5.0]
    assert speed.weights(placed[:1], 10.0) == [10.0]


def test_the_number_of_steps_in_a_slice_does_not_matter() -> None:
    short = [Mark(mark.at, mark.seconds, round(mark.steps / 3), mark.busy / 3) for mark in marks([0.8] * 10)]
    assert speed.normalised(30.0, short, FINE).duration == pytest.approx(24.0, rel=1e-3)


@pytest.mark.parametrize(("measured", "believed"), [(0.1, 0.4), (2.0, 1.2)])
def test_a_speed_outside_the_range_is_clipped_and_both_are_shown(measured: float, believed: float) -> None:
    found = speed.normalised(30.0, marks([measured] * 10), FINE)
    assert (found.timing, found.speed, found.measured) == ("normalised", believed, pytest.approx(measured))
    assert "clipped" in found.reason
    assert found.low <= 30.0 * min(measured, believed) + 1e-9
    assert found.high >= 30.0 * max(measured, believed) - 1e-9


def test_the_band_holds_the_truth_about_as_often_as_it_says() -> None:
    draw = random.Random(7)
    inside = 0
    for _ in range(200):
        found = speed.normalised(60.0, marks([1 + draw.gauss(0, 0.1) for _ in range(20)]), replace(FINE, highest=9.0))
        inside += found.low <= 60.0 <= found.high
    assert 176 <= inside <= 200  # 95 % of 200 are 190; a bootstrap of 20 values is a little narrow


def test_the_band_is_wider_for_neighbours_that_are_alike() -> None:
    draw = random.Random(3)
    values = [1 + draw.gauss(0, 0.1) for _ in range(125)]
    spans = [1.0] * len(values)
    mixed, sorted_ = speed.band(values, spans, 0.0), speed.band(sorted(values), spans, 0.0)
    assert sorted_[1] - sorted_[0] > 1.3 * (mixed[1] - mixed[0])


def test_the_calibrations_own_noise_is_in_the_band() -> None:
    found = speed.normalised(30.0, marks([1.0] * 10), replace(FINE, noise=0.02))
    assert found.low == pytest.approx(30 * (1 - 0.0392), rel=0.01)
    assert found.high == pytest.approx(30 * (1 + 0.0392), rel=0.01)


def test_the_same_slices_give_the_same_band() -> None:
    placed = marks([1.0, 0.9, 1.1, 0.95])
    assert speed.normalised(12.0, placed, CALIBRATION) == speed.normalised(12.0, placed, CALIBRATION)


def test_raw() -> None:
    raw = speed.raw(10.0, "why", CALIBRATION)
    assert (raw.timing, raw.duration, raw.speed) == ("raw", 10.0, 1.0)
    assert (raw.low, raw.high) == (pytest.approx(10 - 0.392), pytest.approx(10 + 0.392))
    unknown = speed.raw(10.0, "why", None)
    assert (unknown.low, unknown.high) == (0.0, 0.0)


def test_what_others_took_from_a_raw_run_is_said_and_the_band_reaches_down_by_it() -> None:
    raw = speed.raw(10.0, "why", CALIBRATION, taken=4.0, cores=2)
    assert (raw.duration, raw.contended) == (10.0, pytest.approx(0.2))
    assert (raw.low, raw.high) == (pytest.approx((10 - 0.392) * 0.6), pytest.approx(10 + 0.392))
    unknown = speed.raw(10.0, "why", None, taken=4.0, cores=2)
    assert (unknown.contended, unknown.low, unknown.high) == (pytest.approx(0.2), 0.0, 0.0)


def test_a_void_run_counts_as_on_a_faster_machine_and_never_as_on_a_slower_one() -> None:
    slower = speed.void(10.0, "why", marks([0.8] * 2), FINE)
    assert (slower.timing, slower.duration, slower.speed, slower.reason) == ("void", 10.0, 1.0, "why")
    assert (slower.measured, slower.slices) == (pytest.approx(0.8), pytest.approx((0.375,) * 2))
    assert (slower.low, slower.high) == (pytest.approx(4.0), pytest.approx(12.0))
    faster = speed.void(10.0, "why", marks([1.0, 1.2]), FINE)
    assert (faster.duration, faster.speed) == (pytest.approx(11.0), pytest.approx(1.1))
    assert faster.reason == "why; counts at speed 1.100, as measured until then"
    clipped = speed.void(10.0, "why", marks([3.0]), FINE)
    assert (clipped.duration, clipped.speed, clipped.measured) == (pytest.approx(12.0), 1.2, pytest.approx(3.0))
    unseen = speed.void(10.0, "why", [], FINE)
    assert (unseen.duration, unseen.speed, unseen.measured) == (pytest.approx(12.0), 1.2, 1.0)
    assert unseen.reason == "why; counts at speed 1.200, the highest believed, as nothing was measured until then"


@pytest.mark.parametrize("before", [0, 1, 2, 9])
@pytest.mark.parametrize("machine", [0.3, 0.5, 0.9, 1.0, 1.1, 1.2, 1.5])
@pytest.mark.parametrize("taken", [0.0, 12.0])
def test_voiding_never_pays(before: int, machine: float, taken: float) -> None:
    every = marks([machine] * 10)
    honest = speed.normalised(30.0, every, FINE, taken, cores=2)
    void = speed.void(30.0, "it ran", every[:before], FINE, taken, cores=2)
    assert void.duration >= honest.duration - 1e-9
    assert void.low <= void.duration <= void.high
    assert void.low <= honest.duration <= void.high


def test_what_others_took_from_a_void_run_is_said_and_the_band_reaches_down_by_it() -> None:
    void = speed.void(10.0, "why", marks([1.0]), FINE, taken=4.0, cores=2)
    assert (void.duration, void.contended) == (10.0, pytest.approx(0.2))
    assert (void.low, void.high) == (pytest.approx(4.0 * 0.6), pytest.approx(12.0))


def test_what_others_took_comes_off_once_for_each_core() -> None:
    # Two cores for 30 s, of which others had 12 core seconds: code with work for both cores would have taken 24 s.
    found = speed.normalised(30.0, marks([1.0] * 10), FINE, taken=12.0, cores=2)
    assert (found.duration, found.contended) == (pytest.approx(24.0), pytest.approx(0.2))
    # Threads that wait for each other lost up to all of it, one after the other; others did not need a fifth of it.
    assert (found.low, found.high) == (pytest.approx(18.0), pytest.approx(30.0 * (1 - 0.8 * 0.2)))


def test_a_contended_run_at_another_speed() -> None:
    found = speed.normalised(30.0, marks([0.9] * 10), FINE, taken=12.0, cores=2)
    assert found.measured == pytest.approx(0.9 * 0.8)


def test_however_much_was_taken_a_duration_stays() -> None:
    found = speed.normalised(10.0, marks([1.0] * 5), replace(FINE, lowest=0.01), taken=1000.0, cores=2)
    assert found.low == found.duration == pytest.approx(0.5)
    assert found.high == pytest.approx(10 * (1 - 0.8 * 0.95))


def test_a_slices_own_processor_seconds_count() -> None:
    # Beside a neighbour a slice lasted 0.6 s and its workers computed for 0.3 s of them: the core is as fast as ever.
    held_up = [replace(mark, seconds=0.6) for mark in marks([1.0] * 10)]
    assert speed.normalised(30.0, held_up, FINE).measured == pytest.approx(1.0)
