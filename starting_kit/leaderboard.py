"""How much luck is in the leaderboard's score: the noise that was seen at home, on as many examples as are hidden."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

Counts = Mapping[str, Mapping[str, int]]
"""Examples by task and language."""


def unit(above: NDArray[np.float64], below: NDArray[np.float64]) -> float:
    """The variance of a score `100 * sum(above) / sum(below)` times its number of examples: what one example brings.

    By the usual linearisation of a ratio of two sums (Cochran 1977, Sampling Techniques, section 6.4).
    """
    whole = max(float(below.sum()), 1.0)
    apart = above - above.sum() / whole * below
    return len(apart) * float((apart**2).sum()) * (100 / whole) ** 2


def deviation(units: Mapping[tuple[str, str], float], hidden: Counts) -> float:
    """Standard deviation of the score on a test set, over test sets of its size.

    Args:
        units: `unit` of each (task, language). A language that is missing has its task's mean; a task that is missing
            is left out.
        hidden: the test set.

    """
    variances = []
    for task, languages in hidden.items():
        own = {code: unit for (name, code), unit in units.items() if name == task}
        each = [own.get(code, fmean(own.values())) / count for code, count in languages.items() if count and own]
        if each:
            variances.append(sum(each) / len(each) ** 2)
    return math.sqrt(sum(variances)) / max(1, len(variances))


def lines(units: Mapping[tuple[str, str], float], splits: Mapping[str, Counts]) -> list[str]:
    """A line for each hidden test set; none where the kit does not know their sizes."""
    made = []
    for split, hidden in splits.items():
        missing = sorted(hidden.keys() - {task for task, _ in units})
        count = sum(sum(languages.values()) for task, languages in hidden.items() if task not in missing)
        without = f", without {', '.join(missing)}" if missing else ""
        luck = 1.96 * 2**0.5 * deviation(units, hidden)
        made.append(f"noise: on another {split} test set ({count} examples{without}) by up to {luck:.2f}")
    return made
