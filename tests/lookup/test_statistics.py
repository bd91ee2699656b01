"""The tests' own arithmetic against literal sums and against what they promise."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from organizer.lookup.statistics import (
    binomial_tail,
    clustered_tail,
    excess_tail,
    holm,
    randomisation_tail,
    weighted_difference,
)


@pytest.mark.parametrize(("successes", "trials", "chance"), [(0, 5, 0.3), (3, 5, 0.3), (5, 5, 0.9), (40, 60, 0.5)])
def test_binomial_tail_is_the_literal_sum(successes, trials, chance):
    literal = sum(math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(successes, trials + 1))
    assert binomial_tail(successes, trials, chance) == pytest.approx(literal, rel=1e-12)


def test_binomial_tail_at_its_ends():
    assert binomial_tail(3, 5, 1.0) == 1.0
    assert binomial_tail(3, 5, 0.0) == 0.0
    assert binomial_tail(6, 5, 0.5) == 0.0
    assert 0 < binomial_tail(4000, 4000, 0.96) < 1e-60


def test_clusters_of_one_are_a_binomial_and_larger_ones_count_less():
    hits = np.array([1, 1, 1, 0, 1, 1])
    assert clustered_tail(hits, np.ones(6, int), 0.5) == pytest.approx(binomial_tail(5, 6, 0.5))
    # Two clusters of ten are two trials, however they came out.
    assert clustered_tail(np.array([10, 10]), np.array([10, 10]), 0.5) == pytest.approx(0.25)
    assert clustered_tail(np.zeros(0), np.zeros(0), 0.5) == 1.0


def test_randomisation_is_all_assignments_counted():
    outcomes, treated = np.array([1.0, 1, 1, 0, 1, 0, 0, 0]), np.array([False] * 4 + [True] * 4)
    observed = outcomes[~treated].mean() - outcomes[treated].mean()
    differences = []
    for chosen in combinations(range(8), 4):
        mask = np.isin(np.arange(8), chosen)
        differences.append(outcomes[~mask].mean() - outcomes[mask].mean())
    exact = np.mean(np.array(differences) >= observed - 1e-9)
    found = randomisation_tail(outcomes, treated, np.zeros(8, int), seed=1, draws=20_000)
    assert found == pytest.approx(exact, abs=0.015)
    assert weighted_difference(outcomes, treated, np.zeros(8, int)) == pytest.approx(0.5)


def test_strata_are_compared_within_themselves():
    # Easy language mostly untreated, hard language mostly treated: no difference within either.
    outcomes = np.array([1.0] * 10 + [0.0] * 10)
    treated = np.array([False] * 8 + [True] * 2 + [False] * 2 + [True] * 8)
    strata = np.repeat([0, 1], 10)
    assert weighted_difference(outcomes, treated, strata) == 0
    assert randomisation_tail(outcomes, treated, strata, seed=1, draws=99) == 1.0


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


LEVEL = 0.05
MOST = 0.08
"""The level and three standard errors of the share in a thousand trials, and a little for the estimated share."""


def test_levels_hold_where_the_null_hypothesis_is_just_true():
    """At the threshold itself, where a wrong finding is likeliest, no test finds more often than it promises."""
    draw = np.random.default_rng(7)
    found = {"clustered": 0, "excess": 0, "randomisation": 0}
    for _ in range(1000):
        # Items of three lines whose errors are shared entirely, the worst case.
        sizes = draw.integers(1, 4, 80)
        hits = sizes * (draw.random(80) < 0.75)
        found["clustered"] += clustered_tail(hits, sizes, 0.75) <= LEVEL
        kind = draw.choice(3, 150, p=[0.16, 0.06, 0.78])
        found["excess"] += excess_tail(int((kind == 0).sum()), int((kind == 1).sum()), 150, 0.10) <= LEVEL
        treated = draw.random(120) < 0.5
        outcomes = (draw.random(120) < np.where(treated, 0.85, 0.90)).astype(float)
        shifted = outcomes + 0.05 * treated
        found["randomisation"] += randomisation_tail(shifted, treated, np.zeros(120, int), 3, 199) <= LEVEL
    assert all(count <= 1000 * MOST for count in found.values()), found
    assert found["randomisation"] > 10  # a test that never finds anything would keep every promise
