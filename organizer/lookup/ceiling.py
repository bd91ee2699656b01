"""Is a run more often right than people are who answer the same questions?

The public labels are not free of error, and people who know the task disagree with them. XTREME gives how often they
agree (Hu et al. 2020, XTREME, table of results, row `Human`): XNLI 92.8, PAWS-X 97.5, part-of-speech tags 97.0.
WikiANN's labels were made by a machine, and there is no such figure. The three figures were noted from memory and not
compared with the paper since: no copy of its table was at hand (docs/look-up.md). The leaderboard of XTREME gives
people's mean over the two sentence-pair tasks as 95.1, from memory too; that of the first two figures is 95.15.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from organizer.lookup.answers import Run
from organizer.lookup.findings import LEAST, Finding
from organizer.lookup.statistics import clustered_tail
from xtreme_tasks.tasks import PAWSX, TASKS, UDPOS, XNLI

HUMAN: Mapping[str, float] = {XNLI.name: 0.928, PAWSX.name: 0.975, UDPOS.name: 0.97}
GENERATED = "generated sample"
"""How sources without any error in their labels begin."""


def ceilings(run: Run, baseline: Run | None, source: str) -> list[Finding]:
    """Accuracy of each task on verbatim texts of all languages against half way from the human figure to 100 %.

    Examples of one item are counted as one (all translations share the doubt about the label), and the tags of a
    sentence, too.
    """
    findings: list[Finding] = []
    for task in TASKS:
        if not any(name == task for name, _ in run):
            continue
        found = accuracy(run, task)
        base = 100 * accuracy(baseline, task).share if baseline is not None else None
        human = HUMAN.get(task, 0.0)
        note = "too few examples" if found.examples < LEAST else ""
        if not human:
            note = "no human figure"
        if source.startswith(GENERATED):
            note = "generated labels have no error"
        threshold = (1 + human) / 2
        p = 1.0 if note else clustered_tail(found.correct, found.units, threshold)
        finding = Finding(
            kind="ceiling",
            task=task,
            language="",
            examples=found.examples,
            observed=100 * found.share,
            compared=100 * human,
            baseline=base,
            threshold=100 * threshold,
            p=p,
            note=note,
        )
        findings.append(finding)
    return findings


@dataclass(frozen=True, eq=False)
class Accuracy:
    """Right answers and answers of each item, and the number of examples."""

    correct: NDArray[np.float64]
    units: NDArray[np.float64]
    examples: int

    @property
    def share(self) -> float:
        """Right answers by answers."""
        return float(self.correct.sum() / self.units.sum()) if self.examples else 0.0


def accuracy(run: Run, task: str) -> Accuracy:
    """Of the examples whose text is public word for word, in all languages."""
    parts = [(part, part.real & ~part.changed) for (name, _), part in run.items() if name == task]
    empty = np.zeros(0, dtype=np.int64)
    items = np.concatenate([empty, *(part.item[mask] for part, mask in parts)])
    _, inverse = np.unique(items, return_inverse=True)
    correct = np.concatenate([empty, *(part.correct[mask] for part, mask in parts)])
    units = np.concatenate([empty, *(part.units[mask] for part, mask in parts)])
    return Accuracy(_sums(inverse, correct), _sums(inverse, units), len(items))


def _sums(groups: NDArray[np.intp], values: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.bincount(groups, weights=values).astype(np.float64)
