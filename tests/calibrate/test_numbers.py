"""From slices to numbers, on made-up machines."""

from __future__ import annotations

import random

import pytest

from organizer.calibrate.numbers import FEWEST, numbers, picture


def made(count: int, spread: float, seed: int = 1) -> list[tuple[float, int]]:
    draw = random.Random(seed)
    return [(0.3, max(1, round(1000 * (1 + draw.gauss(0, spread))))) for _ in range(count)]


def test_a_steady_machine() -> None:
    found = numbers([(0.3, 300)] * 60, 0.3)
    assert (found.steps, found.spread, found.noise, found.raw_noise) == (300, 0.0, 0.0, 0.0)
    assert found.nominal == pytest.approx(0.3)
    assert not found.noisy


def test_slices_of_another_length_are_scaled() -> None:
    found = numbers([(0.2, 100), (0.4, 200)] * 30, 0.3)
    assert (found.steps, found.nominal, set(found.speeds)) == (150, pytest.approx(0.3), {1.0})


def test_noise_is_that_of_means_and_the_spread_that_of_slices() -> None:
    found = numbers(made(6000, 0.10), 0.3)
    assert found.spread == pytest.approx(0.10, rel=0.1)
    # Runs of 20 slices: two halves of 10 each, and one mean of 20.
    assert found.noise == pytest.approx(0.10 * (2 / 10) ** 0.5, rel=0.15)
    assert found.raw_noise == pytest.approx(0.10 / 20**0.5, rel=0.15)
    assert found.noisy


def test_a_slow_drift_is_in_the_raw_noise_and_not_in_the_normalised_one() -> None:
    drifting = [(0.3, 1000 + 5 * number) for number in range(120)]
    found = numbers(drifting, 0.3)
    assert found.raw_noise > 20 * found.noise


def test_too_few() -> None:
    with pytest.raises(ValueError, match="at least"):
        numbers([(0.3, 1)] * (FEWEST - 1), 0.3)


def test_picture() -> None:
    assert picture([1.0, 2.0]) == "▁█"
    assert picture([1.0] * 3) == "▁▁▁"
    assert len(picture([1.0, 1.5] * 500)) == 60
