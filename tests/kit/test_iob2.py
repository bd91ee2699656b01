from __future__ import annotations

import itertools
import random

import pytest
import torch
from inference import decode
from iob2 import best, breaks, broken

from tests.kit.encoders import LABELS

PANX = LABELS["panx"]
NEVER = breaks(PANX)


def numbers(text: str) -> list[int]:
    return [PANX.index(tag) for tag in text.split()]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O B-PER I-PER O", False),
        ("B-PER B-PER I-PER", False),
        ("I-PER O", True),
        ("O I-LOC", True),
        ("B-ORG I-LOC", True),
        ("B-ORG I-ORG I-PER", True),
        ("", False),
    ],
)
def test_breaks_of_a_sequence(tags, expected):
    assert broken(numbers(tags), NEVER) == expected


def test_other_labels_have_no_breaks():
    assert breaks(LABELS["udpos"]) == frozenset()


def test_the_best_sequence_is_that_of_all_sequences():
    draw = random.Random(1)
    for _ in range(30):
        logits = [[draw.gauss(0, 2) for _ in PANX] for _ in range(draw.randrange(1, 5))]
        every = (
            (sum(row[label] for row, label in zip(logits, path, strict=True)), list(path))
            for path in itertools.product(range(len(PANX)), repeat=len(logits))
            if not broken(path, NEVER)
        )
        assert best(logits, NEVER) == max(every)[1]


def test_tags_that_fit_stay_as_they_are():
    draw = random.Random(2)
    for _ in range(200):
        logits = [[draw.gauss(0, 2) for _ in PANX] for _ in range(3)]
        single = [row.index(max(row)) for row in logits]
        assert broken(single, NEVER) or best(logits, NEVER) == single
    assert best([], NEVER) == []


class Piece:
    """What `decode` reads of a feature."""

    def __init__(self, example: int, words: int) -> None:
        self.example, self.heads = example, list(range(words))


def test_answers_fit_together_across_windows_and_not_across_sentences():
    def row(**scores: float) -> list[float]:
        return [scores.get(tag.replace("-", "_"), -9.0) for tag in PANX]

    logits = torch.tensor(
        [
            row(B_ORG=1.0, O=0.0),  # first window of sentence 0
            row(I_LOC=1.0, I_ORG=0.5),  # its second window: an ORG goes on
            row(I_PER=1.0, B_PER=0.2, O=0.5),  # sentence 1 begins: nothing is continued
        ]
    )
    found = decode(logits, [Piece(0, 1), Piece(0, 1), Piece(1, 1)], 3, "panx", PANX)
    assert found == [["B-ORG", "I-ORG"], ["O"], []]


def test_every_break_of_the_tasks_labels_is_known():
    assert len(NEVER) == 3 * 6  # before each I- tag: the begin, O, and both tags of the two other kinds
