"""Tags of named entities that fit together: the best sequence in which every I- tag continues an entity of its kind.

A head judges each word by itself, so the best tags one by one may be `B-ORG I-LOC`, or an `I-PER` after nothing: parts
of entities that exist in no answer. Of all sequences without such breaks, the one with the highest sum of logits is
found by dynamic programming (Viterbi 1967); where the tags one by one have no break, they are that sequence already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def breaks(labels: Sequence[str]) -> frozenset[tuple[int, int]]:
    """Pairs of label numbers (before, after) that never stand beside each other; -1 before the first word.

    Empty where the labels are no IOB2 tags.
    """
    inner = {number: label[2:] for number, label in enumerate(labels) if label.startswith("I-")}
    kinds = {number: label[2:] if label[:2] in ("B-", "I-") else "" for number, label in enumerate(labels)}
    kinds[-1] = ""
    return frozenset(
        (before, after) for after, kind in inner.items() for before, other in kinds.items() if other != kind
    )


def broken(numbers: Sequence[int], never: frozenset[tuple[int, int]]) -> bool:
    """Whether two neighbours never stand beside each other."""
    return any(pair in never for pair in zip([-1, *numbers], numbers, strict=False))


def mended(numbers: list[int], logits: Tensor, never: frozenset[tuple[int, int]]) -> list[int]:
    """The best label numbers one by one where they have no break, else the best sequence without one.

    Args:
        numbers: of the highest logit of each word.
        logits: [words, labels].
        never: see `breaks`.

    """
    return best(logits.tolist(), never) if broken(numbers, never) else numbers


def best(logits: Sequence[Sequence[float]], never: frozenset[tuple[int, int]]) -> list[int]:
    """Label numbers of the words with the highest sum of logits without a break.

    Args:
        logits: [words, labels].
        never: see `breaks`.

    """
    if not logits:
        return []
    count = len(logits[0])
    # For each label: the labels that may stand before it.
    before = [[other for other in range(count) if (other, label) not in never] for label in range(count)]
    sums = [float("-inf") if (-1, label) in never else value for label, value in enumerate(logits[0])]
    came: list[list[int]] = []
    for values in logits[1:]:
        from_ = [max(others, key=sums.__getitem__) for others in before]
        sums = [sums[other] + value for other, value in zip(from_, values, strict=True)]
        came.append(from_)
    path = [max(range(count), key=sums.__getitem__)]
    for from_ in reversed(came):
        path.append(from_[path[-1]])
    return path[::-1]
