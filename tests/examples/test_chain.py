"""The chain of the linear model against every path, one by one."""

from __future__ import annotations

import importlib.util
from itertools import pairwise, product
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from examples.pack import EXAMPLES


@pytest.fixture(scope="module")
def chain() -> ModuleType:
    path = Path(EXAMPLES) / "linear" / "chain.py"
    spec = importlib.util.spec_from_file_location("example_linear_chain", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def every_path(scores: np.ndarray, transition: np.ndarray) -> dict[tuple[int, ...], float]:
    places = range(len(scores))
    return {
        path: sum(scores[place, path[place]] for place in places) + sum(transition[a, b] for a, b in pairwise(path))
        for path in product(range(scores.shape[1]), repeat=len(scores))
    }


@pytest.mark.parametrize("lengths", [[1], [4, 4, 2, 1, 1], [5, 1]])
def test_marginals_and_best_path_are_those_of_all_paths(chain: ModuleType, lengths: list[int]) -> None:
    random = np.random.default_rng(sum(lengths))
    scores = random.normal(size=(sum(lengths), 3)) * 2
    transition = random.normal(size=(3, 3))
    sizes = np.array(lengths)
    starts = np.cumsum(sizes) - sizes
    found, moves = chain.marginals(scores, transition, starts, sizes)
    best = chain.best_path(scores, transition, starts, sizes)
    expected, expected_moves = np.zeros_like(scores), np.zeros_like(transition)
    for start, size in zip(starts, sizes, strict=True):
        paths = every_path(scores[start : start + size], transition)
        total = sum(np.exp(value) for value in paths.values())
        for path, value in paths.items():
            expected[np.arange(start, start + size), path] += np.exp(value) / total
            for pair in pairwise(path):
                expected_moves[pair] += np.exp(value) / total
        assert tuple(best[start : start + size]) == max(paths, key=lambda path, paths=paths: paths[path])
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    np.testing.assert_allclose(moves, expected_moves, rtol=1e-9, atol=1e-12)


def test_a_sentence_of_thousands_of_words_stays_finite(chain: ModuleType) -> None:
    scores = np.random.default_rng(3).normal(size=(5000, 17)).astype(np.float32) * 30
    probability, moves = chain.marginals(scores, np.zeros((17, 17)), np.array([0]), np.array([5000]))
    np.testing.assert_allclose(probability.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(moves.sum(), 4999, rtol=1e-5)
