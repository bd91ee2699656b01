"""Do the errors in one language agree with those in another more than two answers to the same question may?

Errors, because right answers agree anyway. The *overlap* of two languages: among the parallel lines on which at
least one of the two answers is wrong, the share on which both are the same wrong answer. Whoever copies has 100 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from organizer.lookup.answers import Part, Run
from organizer.lookup.findings import LEAST, Finding
from organizer.lookup.statistics import clustered_tail
from xtreme_tasks.tasks import TASKS, UDPOS

PIVOT = "en"
LEAST_OVERLAP = 0.75
"""Without a baseline, and never below: an overlap up to this is not called copying."""
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Overlap:
    """Pairs of answers to parallel lines.

    Attributes:
        both, either: 0 or 1 for each pair: the same error, any error.
        clusters: number of the item of each pair; pairs of one item may depend on each other.

    """

    both: Integers
    either: Integers
    clusters: Integers

    @property
    def share(self) -> float | None:
        """The overlap; None where there is no error."""
        return float(self.both.sum() / self.either.sum()) if self.either.any() else None

    def tail(self, threshold: float) -> float:
        """p-value of the null hypothesis that the true overlap is not above the threshold."""
        _, inverse = np.unique(self.clusters, return_inverse=True)
        both, either = (np.bincount(inverse, weights=values) for values in (self.both, self.either))
        return clustered_tail(both[either > 0], either[either > 0], threshold)


def copying(run: Run, baseline: Run | None) -> list[Finding]:
    """Overlap of each language's errors with English, for the tasks with labels; one test a language.

    The threshold is half way from the baseline's overlap for this language to a perfect copy.
    """
    findings: list[Finding] = []
    for (task, language), part in run.items():
        pivot = run.get((task, PIVOT))
        if TASKS[task].answer == "label" and language != PIVOT and pivot is not None:
            base = baseline.get((task, language)) if baseline else None
            base_pivot = baseline.get((task, PIVOT)) if baseline else None
            share = overlap(base_pivot, base).share if base and base_pivot else None
            findings.append(_copied(task, language, pivot, part, share))
    return findings


def _copied(task: str, language: str, pivot: Part, part: Part, base: float | None) -> Finding:
    found = overlap(pivot, part)
    count = int(found.either.sum())
    threshold = _threshold(base)
    return Finding(
        kind="copying",
        task=task,
        language=language,
        examples=count,
        observed=100 * (found.share or 0.0),
        compared=100 * independent(pivot, part),
        baseline=None if base is None else 100 * base,
        threshold=100 * threshold,
        p=found.tail(threshold) if count >= LEAST else 1.0,
        note="" if count >= LEAST else "too few errors on parallel lines",
    )


def _threshold(base: float | None) -> float:
    return max(LEAST_OVERLAP, (1 + base) / 2 if base is not None else 0.0)


def overlap(pivot: Part, part: Part) -> Overlap:
    """The parallel lines of two languages."""
    first, second = _parallel(pivot, part)
    one, other, gold = pivot.guess[first], part.guess[second], part.gold[second]
    both = (one == other) & (other != gold)
    either = (one != pivot.gold[first]) | (other != gold)
    return Overlap(both.astype(np.int64), either.astype(np.int64), part.item[second])


def independent(pivot: Part, part: Part) -> float:
    """The overlap that the accuracies explain: errors as frequent and of the same kinds, but on independent lines."""
    first, second = _parallel(pivot, part)
    gold, one, other = part.gold[second], pivot.guess[first], part.guess[second]
    both = either = 0.0
    for label in np.unique(gold):
        rows = gold == label
        size = int(rows.sum())
        a = np.bincount(one[rows], minlength=4) / size
        b = np.bincount(other[rows], minlength=4) / size
        both += size * float((a * b).sum() - a[label] * b[label])
        either += size * float(1 - a[label] * b[label])
    return both / either if either else 0.0


def _parallel(one: Part, other: Part) -> tuple[Integers, Integers]:
    """Positions, in two parts, of the examples that share a line; a line that occurs twice in a part is left out."""
    lines = [_single(part) for part in (one, other)]
    _, first, second = np.intersect1d(lines[0][0], lines[1][0], assume_unique=True, return_indices=True)
    return lines[0][1][first], lines[1][1][second]


def _single(part: Part) -> tuple[Integers, Integers]:
    places = np.flatnonzero(part.real)
    lines, where, counts = np.unique(part.line[places], return_index=True, return_counts=True)
    return lines[counts == 1], places[where[counts == 1]]


def shared_errors(run: Run, baseline: Run | None) -> list[Finding]:
    """Overlap of hard sentences over all pairs of languages, for part-of-speech tags; one test.

    Tags cannot be compared across languages, whose tokens differ. A sentence is hard where its share of wrong tags
    is above the language's median; by chance two languages share a third of such sentences, a joint treatment of the
    translations shares all. How many an honest model shares depends on the sentences, so only a baseline gives a
    threshold: without one no test is made.
    """
    parts = [part for (task, _), part in run.items() if task == UDPOS.name]
    if len(parts) < 2:
        return []
    base_parts = [part for (task, _), part in baseline.items() if task == UDPOS.name] if baseline else []
    base = hard_sentences(base_parts).share if base_parts else None
    found = hard_sentences(parts)
    threshold, count = _threshold(base), len(np.unique(found.clusters[found.either > 0]))
    finding = Finding(
        kind="shared errors",
        task=UDPOS.name,
        language="",
        examples=count,
        observed=100 * (found.share or 0.0),
        compared=100 / 3,
        baseline=None if base is None else 100 * base,
        threshold=100 * threshold,
        p=found.tail(threshold) if count >= LEAST else 1.0,
        note=_hard_note(base, count),
    )
    return [finding]


def _hard_note(base: float | None, count: int) -> str:
    if count < LEAST:
        return "too few parallel sentences with errors"
    return "" if base is not None else "needs a baseline"


def hard_sentences(parts: Sequence[Part]) -> Overlap:
    """Which parallel sentences are hard in both languages, in either one, over all pairs of parts."""
    both, either, lines = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    hard = [_is_hard(part) for part in parts]
    for (one, part), (two, other) in combinations(enumerate(parts), 2):
        first, second = _parallel(part, other)
        a, b = hard[one][first], hard[two][second]
        both.append((a & b).astype(np.int64))
        either.append((a | b).astype(np.int64))
        lines.append(part.line[first])
    return Overlap(np.concatenate(both), np.concatenate(either), np.concatenate(lines))


def _is_hard(part: Part) -> NDArray[np.bool_]:
    share = 1 - part.correct / part.units
    above: NDArray[np.bool_] = share > np.median(share)
    return above
