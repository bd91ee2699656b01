"""Scores from labels and predictions: exact, with 95 % intervals; the means are XTREME's.

Every number is bit-identical to what XTREME's evaluation gives (docs/metrics.md): the same integer counts go
through the same floating-point operations in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scoring_program.read import check_same_examples, read_answers
from scoring_program.tags import SpanCounts, TagSet, count_spans, encode, tag_set
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import PANX, TASKS, Task

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

_PANX_ORDER = tuple(
    (
        "ar he vi id jv ms tl eu ml ta te af nl en de el bn hi mr ur fa fr it pt es bg ru ja ka ko th sw yo my zh kk "
        "tr et fi hu"
    ).split()
)
"""XTREME adds PAN-X up in this order; the last bit of a sum depends on it. Its other tasks are sorted, as ours."""


@dataclass(frozen=True)
class PartScore:
    """One (task, language).

    Attributes:
        score: accuracy or F1, 0-100, not rounded.
        low, high: ends of the 95 % interval, 0-100.
        examples: sentences or sentence pairs.
        tokens: tags on each side; 0 for a task without tags.
        precision, recall: 0-100, of spans; None for a task without tags.

    """

    score: float
    low: float
    high: float
    examples: int
    tokens: int = 0
    precision: float | None = None
    recall: float | None = None


@dataclass(frozen=True)
class TaskScore:
    """One task: the plain mean over its languages, and the languages in XTREME's order."""

    score: float
    languages: Mapping[str, PartScore]


@dataclass(frozen=True)
class Scores:
    """All tasks: the plain mean of the tasks' scores, and the tasks in the order of `TASKS`."""

    score: float
    tasks: Mapping[str, TaskScore]


@cache
def task_tags(task: Task) -> TagSet:
    """The tags of a tagging task by code; only PAN-X tags have a prefix."""
    return tag_set(task.labels, whole=task is not PANX)


def score_part(task: Task, labels: bytes, predictions: bytes, where: str) -> PartScore:
    """Score one (task, language) from the bytes of its two JSON Lines files.

    Args:
        task: the task.
        labels, predictions: rows of `id` and `label` or `tags`, with the same ids in the same order.
        where: `TASK/LANG.jsonl`; messages put `labels/` or `predictions/` before it.

    Raises:
        OrganizerFault: E202, E203, E204 (a malformed file), E207 (no examples), E225 (predictions that are not
            answers to these labels: ingestion checked them, so somebody changed them since).

    """
    gold = read_answers(labels, task, f"labels/{where}")
    found = read_answers(predictions, task, f"predictions/{where}")
    if gold.examples == 0:
        raise OrganizerFault("E207", f"labels/{where}", "no examples")
    check_same_examples(gold, found, f"predictions/{where}")
    return score_codes(task, gold.codes, found.codes)


def score_codes(task: Task, labels: NDArray[np.uint8], predictions: NDArray[np.uint8]) -> PartScore:
    """Score codes: positions in `task.labels`, for tags with the boundary's code after each sentence."""
    if task.answer == "tags":
        return score_spans(count_spans(labels, predictions, task_tags(task)), len(labels))
    correct, examples = int(np.count_nonzero(labels == predictions)), len(labels)
    low, high = wilson(correct, examples)
    return PartScore(float(correct) / examples * 100, low, high, examples)


def score_sentences(labels: Sequence[Sequence[str]], predictions: Sequence[Sequence[str]], whole: bool) -> PartScore:
    """Score sentences of any tags, not only a task's: what `score_part` does, for strings.

    Args:
        labels, predictions: sentences of tags, with the same number of tags in each.
        whole: see `tag_set`.

    """
    tags = tag_set(dict.fromkeys(tag for side in (labels, predictions) for row in side for tag in row), whole)
    codes = encode(labels, tags)
    return score_spans(count_spans(codes, encode(predictions, tags), tags), len(codes))


def score_spans(counts: SpanCounts, length: int) -> PartScore:
    """Micro-averaged precision, recall and F1 of spans; 0 where a ratio is not defined, as in seqeval.

    Args:
        counts: spans of each sentence.
        length: tokens and sentences together.

    """
    correct, predicted, actual = (int(part.sum()) for part in (counts.correct, counts.predicted, counts.actual))
    precision = correct / predicted if predicted else 0.0
    recall = correct / actual if actual else 0.0
    f1 = 2.0 * precision * recall / (precision + recall) if correct else 0.0
    low, high = ratio_interval(2 * counts.correct, counts.predicted + counts.actual)
    sentences = len(counts.correct)
    return PartScore(f1 * 100, low, high, sentences, length - sentences, precision * 100, recall * 100)


def wilson(correct: int, examples: int) -> tuple[float, float]:
    """95 % score interval of an accuracy, in percent (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212)."""
    share, z2 = correct / examples, Z95 * Z95
    centre = (share + z2 / (2 * examples)) / (1 + z2 / examples)
    half = Z95 * math.sqrt(share * (1 - share) / examples + z2 / (4 * examples**2)) / (1 + z2 / examples)
    return _clip(100 * (centre - half)), _clip(100 * (centre + half))


def ratio_interval(above: NDArray[np.int64], below: NDArray[np.int64]) -> tuple[float, float]:
    """95 % interval of `100 * sum(above) / sum(below)` when sentences are drawn independently.

    The linearised variance of a ratio estimator (Cochran 1977, Sampling Techniques, section 6.4): F1 is
    2 * correct / (predicted + actual), so with a_s and b_s of n sentences and F their ratio,
    var F = n / (n - 1) * sum (a_s - F * b_s)^2 / (sum b_s)^2. With one sentence or no span nothing is known: 0-100.
    """
    total, count = int(below.sum()), len(below)
    if count < 2 or total == 0:
        return 0.0, 100.0
    ratio = int(above.sum()) / total
    spread = float(np.square(above - ratio * below).sum())
    half = Z95 * math.sqrt(count / (count - 1) * spread) / total
    return _clip(100 * (ratio - half)), _clip(100 * (ratio + half))


def _clip(percent: float) -> float:
    return min(100.0, max(0.0, percent))


def language_order(task: Task) -> tuple[str, ...]:
    """The task's languages in the order in which XTREME adds their scores up."""
    return _PANX_ORDER if task is PANX else task.languages


def score_all(parts: Mapping[tuple[str, str], PartScore]) -> Scores:
    """Means over languages, then over tasks.

    Args:
        parts: the score of each (task, language) of the phase.

    Raises:
        OrganizerFault: E207 without any part.

    """
    if not parts:
        raise OrganizerFault("E207", "scores", "no task was scored")
    tasks: dict[str, TaskScore] = {}
    for name, task in TASKS.items():
        languages = {code: parts[name, code] for code in language_order(task) if (name, code) in parts}
        if languages:
            tasks[name] = TaskScore(_mean(part.score for part in languages.values()), languages)
    return Scores(_mean(task.score for task in tasks.values()), tasks)


def _mean(values: Iterable[float]) -> float:
    # Not sum(): from Python 3.12 on it compensates rounding, and the last bit would depend on the version.
    total, count = 0.0, 0
    for value in values:
        total, count = total + value, count + 1
    return total / count
