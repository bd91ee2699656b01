"""Accuracy, intervals and means."""

import math
import random

import numpy as np
import pytest

from scoring_program.metrics import (
    PartScore,
    language_order,
    ratio_interval,
    score_all,
    score_part,
    score_sentences,
    wilson,
)
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import answer_row, encode_rows
from xtreme_tasks.tasks import PANX, PAWSX, TASKS, XNLI


def part(score):
    return PartScore(score, 0.0, 100.0, 10)


@pytest.mark.parametrize("task", [XNLI, PAWSX], ids=lambda task: task.name)
def test_accuracy_is_xtremes_expression(task):
    rng = random.Random(3)
    for count in (1, 3, 7, 49, 300):
        sides = [[rng.choice(task.labels) for _ in range(count)] for _ in range(2)]
        data = [encode_rows(answer_row(task, f"i{i}", label) for i, label in enumerate(side)) for side in sides]
        found = score_part(task, *data, "x")
        correct = sum(one == other for one, other in zip(*sides, strict=True))
        assert found.score == float(correct) / count * 100
        assert (found.examples, found.tokens, found.precision, found.recall) == (count, 0, None, None)
        assert found.low <= found.score <= found.high


def test_wilson_gives_the_published_example():
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3: 81 of 263.
    assert [round(value, 2) for value in wilson(81, 263)] == [25.53, 36.62]
    assert wilson(0, 20)[0] == pytest.approx(0.0, abs=1e-12)
    assert wilson(20, 20)[1] == pytest.approx(100.0, abs=1e-12)


def test_ratio_interval_of_equal_sentences_is_that_of_a_mean():
    above = np.array([2, 0, 2, 0, 0, 1, 2, 1])
    low, high = ratio_interval(above, np.full(8, 2))
    shares = above / 2
    half = 100 * 1.959963984540054 * shares.std(ddof=1) / math.sqrt(8)
    assert (high - low) / 2 == pytest.approx(half)
    assert (high + low) / 2 == pytest.approx(100 * shares.mean())


def test_ratio_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    lengths = rng.integers(1, 12, (600, 200))
    correct = rng.binomial(lengths, rng.beta(6, 2, (600, 200)))  # sentences differ in difficulty: mean 0.75
    intervals = [ratio_interval(2 * hit, 2 * count) for hit, count in zip(correct, lengths, strict=True)]
    covered = sum(low <= 75 <= high for low, high in intervals)
    assert 0.92 * 600 < covered < 0.98 * 600


def test_nothing_is_known_from_one_sentence_or_no_span():
    assert score_sentences([["B-X"]], [["B-X"]], whole=False) == PartScore(100.0, 0.0, 100.0, 1, 1, 100.0, 100.0)
    none = score_sentences([["O"], ["O"]], [["O"], ["O"]], whole=False)
    assert (none.score, none.low, none.high) == (0.0, 0.0, 100.0)


def test_intervals_are_clipped():
    low, high = ratio_interval(np.array([2, 2, 2, 0]), np.array([2, 2, 2, 2]))
    assert 0 < low < 75 < high == 100


def test_means_are_plain_and_in_xtremes_order():
    rng = random.Random(1)
    parts = {(name, code): part(rng.random() * 100) for name, task in TASKS.items() for code in task.languages}
    shuffled = dict(rng.sample(list(parts.items()), len(parts)))
    scores = score_all(shuffled)
    assert scores == score_all(parts)
    assert list(scores.tasks) == list(TASKS)
    for name, found in scores.tasks.items():
        total = 0.0
        for code in language_order(TASKS[name]):
            total += parts[name, code].score
        assert found.score == total / len(TASKS[name].languages)
        assert tuple(found.languages) == language_order(TASKS[name])
    tasks = [found.score for found in scores.tasks.values()]
    assert scores.score == (((tasks[0] + tasks[1]) + tasks[2]) + tasks[3]) / 4


def test_the_mean_does_not_compensate_rounding():
    parts = {("panx", "ar"): part(0.1), ("panx", "he"): part(0.2), ("panx", "af"): part(0.3)}
    assert score_all(parts).score == (0.1 + 0.2 + 0.3) / 3 == 0.20000000000000004


def test_the_order_of_panx_has_every_language_once():
    assert sorted(language_order(PANX)) == list(PANX.languages)


def test_a_phase_may_use_some_tasks_and_languages():
    scores = score_all({("panx", "yo"): part(40.0), ("xnli", "en"): part(80.0), ("xnli", "ar"): part(60.0)})
    assert (scores.score, list(scores.tasks), list(scores.tasks["xnli"].languages)) == (
        55.0,
        ["xnli", "panx"],
        ["ar", "en"],
    )


def test_no_part_at_all_is_a_fault():
    with pytest.raises(OrganizerFault, match="^E207"):
        score_all({})
