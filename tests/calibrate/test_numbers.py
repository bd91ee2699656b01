"""From slices to numbers, on made-up machines."""

from __future__ import annotations

import random

import pytest

from organizer.calibrate.numbers import FEWEST, Slice, numbers, picture


def made(pairs: int, count: int, spread: float, luck: float = 0.0) -> list[list[Slice]]:
    """Slices that scatter, in pairs of processes of which each has its own luck."""
    draw = random.Random(1)
    found = []
    for _ in range(pairs):
        own = [1 + draw.gauss(0, luck), 1 + draw.gauss(0, luck)]
        rates = [10_000 * own[n % 2] * (1 + draw.gauss(0, spread)) for n in range(count)]
        found.append([(0.3, round(rate), 0.3) for rate in rates])
    return found


def test_a_steady_machine() -> None:
    found = numbers([[(0.3, 300, 0.3)] * 20] * 3, 0.3)
    assert (found.steps, found.spread, found.noise, found.raw_noise) == (300, 0.0, 0.0, 0.0)
    assert found.nominal == pytest.approx(0.3)
    assert not found.noisy


def test_slices_of_another_length_are_scaled() -> None:
    found = numbers([[(0.2, 100, 0.2), (0.1, 10, 0.1), (0.4, 200, 0.4), (0.4, 40, 0.4)] * 5] * 3, 0.3)
    assert (found.steps, found.nominal, set(found.speeds)) == (150, pytest.approx(0.3), {1.0})


def test_noise_is_that_of_means_and_the_spread_that_of_slices() -> None:
    found = numbers(made(300, 20, 0.10), 0.3)
    assert found.spread == pytest.approx(0.10, rel=0.1)
    # Runs of 20 slices: ten of the one that plays the team, ten of the reference.
    assert found.noise == pytest.approx(0.10 * (2 / 10) ** 0.5, rel=0.15)
    assert found.raw_noise == pytest.approx(0.10 / 10**0.5, rel=0.15)
    assert found.noisy


def test_the_luck_of_a_process_is_in_the_noise() -> None:
    found = numbers(made(300, 20, 0.01, luck=0.04), 0.3)
    assert found.noise == pytest.approx(0.04 * 2**0.5, rel=0.15)


def test_a_slow_drift_is_in_the_raw_noise_and_not_in_the_normalised_one() -> None:
    drifting = [[(0.3, 1000 + 5 * (20 * pair + number), 0.3) for number in range(20)] for pair in range(6)]
    found = numbers(drifting, 0.3)
    assert found.raw_noise > 20 * found.noise


def test_the_raw_noise_is_that_of_the_clock_and_the_others_are_that_of_the_processor() -> None:
    # A neighbour takes half of every second pair's time: its processor computes as fast as ever, its clock runs on.
    pairs = [[(0.3 * (1 + pair % 2), 300, 0.3)] * 20 for pair in range(8)]
    found = numbers(pairs, 0.3)
    assert (found.spread, found.noise) == (0.0, 0.0)
    assert found.raw_noise == pytest.approx(1 / 3, rel=0.1)  # speeds of 1 and 1/2


def test_the_model_that_plays_a_team_may_be_of_any_size() -> None:
    steady = numbers([[(0.3, 300, 0.3), (0.3, 20, 0.3)] * 10] * 3, 0.3)
    assert (steady.steps, steady.spread, steady.noise, steady.raw_noise) == (300, 0.0, 0.0, 0.0)


ONE = (0.3, 1, 0.3)


@pytest.mark.parametrize("pairs", [[], [[ONE] * FEWEST], [[ONE] * FEWEST, [ONE] * (FEWEST - 1)]])
def test_too_few(pairs: list[list[tuple[float, int]]]) -> None:
    with pytest.raises(ValueError, match="at least"):
        numbers(pairs, 0.3)


def test_picture() -> None:
    assert picture([1.0, 2.0]) == "▁█"
    assert picture([1.0] * 3) == "▁▁▁"
    assert len(picture([1.0, 1.5] * 500)) == 60
