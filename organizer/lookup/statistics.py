"""The tests: exact tails, a randomisation test, and the correction for many of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DRAWS = 19_999
"""Random assignments of the randomisation test: no p-value is below 1 / (DRAWS + 1)."""
_CELLS = 4_000_000


def binomial_tail(successes: int, trials: int, chance: float) -> float:
    """P(X >= successes) for X binomial, summed exactly in logarithms.

    Args:
        successes, trials: whole numbers.
        chance: of one success, 0 to 1.

    """
    if successes <= 0 or chance >= 1:
        return 1.0
    if successes > trials or chance <= 0:
        return 0.0
    log_yes, log_no = math.log(chance), math.log1p(-chance)
    terms = [
        math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1) + k * log_yes + (trials - k) * log_no
        for k in range(successes, trials + 1)
    ]
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def clustered_tail(successes: NDArray[np.generic], trials: NDArray[np.generic], chance: float) -> float:
    """A binomial tail when trials come in clusters that may depend on each other in any way.

    The number of trials is divided by the largest design effect that clusters of these sizes can have (Kish 1965,
    Survey Sampling, section 5.4, with a correlation of 1 inside the cluster): n = (sum m)^2 / sum m^2. Rounding is
    against a finding.

    Args:
        successes, trials: of each cluster; need not be whole numbers.
        chance: of one success under the null hypothesis; less is covered, too.

    """
    sizes, hits = trials.astype(np.float64), successes.astype(np.float64)
    total = float(sizes.sum())
    if total <= 0:
        return 1.0
    effective = math.floor(total * total / float((sizes * sizes).sum()) + 1e-9)
    return binomial_tail(math.floor(float(hits.sum()) / total * effective + 1e-9), effective, chance)


def excess_tail(gains: int, losses: int, pairs: int, margin: float) -> float:
    """Paired yes-or-no outcomes: is the share of gains more than `margin` above that of losses?

    McNemar's comparison with a margin: gains are binomial with the share of losses, which is estimated (with one
    loss added, against a finding), plus the margin.
    """
    chance = margin + (losses + 1) / (pairs + 1)
    return binomial_tail(gains, pairs, min(1.0, chance))


def randomisation_tail(
    outcomes: Floats, treated: NDArray[np.bool_], strata: Integers, seed: int, draws: int = DRAWS
) -> float:
    """How often a random assignment gives at least the observed difference, untreated minus treated.

    Within each stratum the same number of examples is drawn as treated, all choices alike. That is how the
    treatment was assigned, so the test needs no other assumption (Fisher 1935, The Design of Experiments).

    Args:
        outcomes, treated, strata: of each example; outcomes of treated examples with the margin already added.
        seed: of the random assignments.
        draws: their number; the observed one is counted as one more.

    Returns:
        The one-sided p-value; 1.0 without drawing when the difference is not positive.

    """
    sums = np.zeros(draws)
    observed = 0.0
    generator = np.random.default_rng(seed)
    for values, mask in _strata(outcomes, treated, strata):
        count = int(mask.sum())
        # With h = n0 * n1 / n as the stratum's weight its part of the difference is this, whoever is treated.
        observed += count * float(values.mean()) - float(values[mask].sum())
        sums += count * float(values.mean())
    if observed <= 1e-12:
        return 1.0
    for values, mask in _strata(outcomes, treated, strata):
        count, width = int(mask.sum()), len(values)
        step = max(1, _CELLS // width)
        for first in range(0, draws, step):
            keys = generator.random((min(step, draws - first), width), dtype=np.float32)
            chosen = np.argpartition(keys, count - 1, axis=1)[:, :count]
            sums[first : first + step] -= values[chosen].sum(axis=1)
    return (1 + int((sums >= observed - 1e-9).sum())) / (draws + 1)


def weighted_difference(outcomes: Floats, treated: NDArray[np.bool_], strata: Integers) -> float:
    """Untreated minus treated, strata weighted by n0 * n1 / n (Mantel and Haenszel); 0 without any usable stratum."""
    above = below = 0.0
    for values, mask in _strata(outcomes, treated, strata):
        weight = float(mask.sum()) * float((~mask).sum()) / len(values)
        above += weight * float(values[~mask].mean() - values[mask].mean())
        below += weight
    return above / below if below else 0.0


def _strata(outcomes: Floats, treated: NDArray[np.bool_], strata: Integers) -> list[tuple[Floats, NDArray[np.bool_]]]:
    """Outcomes and treatment of each stratum that has both kinds."""
    found = [(outcomes[strata == one], treated[strata == one]) for one in np.unique(strata)]
    return [(values, mask) for values, mask in found if mask.any() and not mask.all()]


def holm(values: Sequence[float]) -> list[float]:
    """p-values adjusted so that the chance of any false finding stays at the level (Holm 1979)."""
    order = sorted(range(len(values)), key=lambda number: values[number])
    adjusted = [1.0] * len(values)
    largest = 0.0
    for rank, number in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - rank) * values[number]))
        adjusted[number] = largest
    return adjusted
