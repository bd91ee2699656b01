"""Is a run better on texts that are public word for word than on texts that nobody can have seen?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from organizer.lookup.answers import Run
from organizer.lookup.findings import LEAST, Finding
from organizer.lookup.statistics import DRAWS, excess_tail, randomisation_tail, weighted_difference
from xtreme_tasks.tasks import TASKS

DIGITS_MARGIN = 0.05
"""Other digits may make an example a little harder; a difference up to this is nobody's fault."""
CANARY_MARGIN = 0.10
"""A canary differs more from what it is made of: it is longer, or its sentences are in the other order."""
SEED = 20_270_111

Floats = NDArray[np.float64]


def digits_gap(run: Run, baseline: Run | None, draws: int = DRAWS) -> list[Finding]:
    """Verbatim examples against those with other digits, among all that could have got them; one test a task.

    An example counts as right when all its tags are. The coin that chose decides nothing else, so the test is the
    randomisation test of that coin within each language. A baseline whose own difference is positive raises the
    margin by it.
    """
    return [_digits(run, baseline, task, draws) for task in TASKS if any(name == task for name, _ in run)]


def _digits(run: Run, baseline: Run | None, task: str, draws: int) -> Finding:
    outcomes, treated, strata = _experiment(run, task)
    base = 100 * weighted_difference(*_experiment(baseline, task)) if baseline is not None else None
    margin = DIGITS_MARGIN + max(0.0, base or 0.0) / 100
    difference = weighted_difference(outcomes, treated, strata)
    few = min(int(treated.sum()), int((~treated).sum())) < LEAST
    p = 1.0 if few else randomisation_tail(outcomes + margin * treated, treated, strata, SEED, draws)
    note = "too few examples with other digits, or too few without" if few else ""
    return Finding("digits", task, "", len(outcomes), 100 * difference, 0.0, base, 100 * margin, p, note=note)


def _experiment(run: Run, task: str) -> tuple[Floats, NDArray[np.bool_], NDArray[np.int64]]:
    """Outcome (0 or 1), whether the digits were changed, and the language of each example of the experiment."""
    outcomes: list[Floats] = [np.zeros(0)]
    treated = [np.zeros(0, dtype=np.bool_)]
    strata = [np.zeros(0, dtype=np.int64)]
    for number, ((name, _), part) in enumerate(run.items()):
        if name == task:
            chosen = part.control | part.changed
            outcomes.append(part.right[chosen].astype(np.float64))
            treated.append(part.changed[chosen])
            strata.append(np.full(int(chosen.sum()), number, dtype=np.int64))
    return np.concatenate(outcomes), np.concatenate(treated), np.concatenate(strata)


def canary_gap(run: Run, baseline: Run | None) -> list[Finding]:
    """Each canary against what it is made of, one test a task.

    A pair is a gain when all sources are right and the canary is not, a loss the other way round.
    """
    findings: list[Finding] = []
    for task in TASKS:
        if not any(name == task for name, _ in run):
            continue
        gains, losses, pairs = _pairs(run, task)
        base = None
        if baseline is not None:
            base_gains, base_losses, base_pairs = _pairs(baseline, task)
            base = 100 * (base_gains - base_losses) / base_pairs if base_pairs else None
        margin = CANARY_MARGIN + max(0.0, base or 0.0) / 100
        observed = 100 * (gains - losses) / pairs if pairs else 0.0
        few = pairs < LEAST
        p = 1.0 if few else excess_tail(gains, losses, pairs, margin)
        note = "too few canaries" if few else ""
        findings.append(Finding("canaries", task, "", pairs, observed, 0.0, base, 100 * margin, p, note=note))
    return findings


def _pairs(run: Run, task: str) -> tuple[int, int, int]:
    gains = losses = pairs = 0
    for (name, _), part in run.items():
        if name == task:
            right = part.right
            for canary, sources in part.sources.items():
                whole = all(bool(right[source]) for source in sources)
                gains += whole and not right[canary]
                losses += bool(right[canary]) and not whole
                pairs += 1
    return gains, losses, pairs
