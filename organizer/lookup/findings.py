"""One test of one run, and all tests of a run judged together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from organizer.lookup.statistics import holm

Kind = Literal["digits", "canaries", "copying", "shared errors", "ceiling"]
LEVEL = 0.01
"""Chance of any false finding about one honest run, over all its tests."""
LEAST = 20
"""With fewer examples than this no test is made."""


@dataclass(frozen=True)
class Finding:
    """One test.

    Attributes:
        kind: which test.
        task: its task.
        language: its language; empty where all of them take part.
        examples: what was counted: examples, or errors for the two tests of agreement.
        observed: the statistic, in percent or points.
        compared: what it would be without look-up and copying, as far as that is known: 0 points of difference,
            agreement by accuracy alone, the human figure.
        baseline: the baseline's statistic; None without a baseline.
        threshold: the null hypothesis is that the true value is not above this.
        p: p-value; 1.0 where too few examples were at hand.
        adjusted: over all tests of the run (Holm).
        note: why no test was made; empty else.

    """

    kind: Kind
    task: str
    language: str
    examples: int
    observed: float
    compared: float
    baseline: float | None
    threshold: float
    p: float
    adjusted: float = 1.0
    note: str = ""

    @property
    def flagged(self) -> bool:
        """Whether it stays significant among all tests of the run."""
        return not self.note and self.adjusted <= LEVEL


def adjust(findings: Sequence[Finding]) -> list[Finding]:
    """Findings of one run with their adjusted p-values; those without a test do not count among the tests."""
    tested = [finding for finding in findings if not finding.note]
    values = iter(holm([finding.p for finding in tested]))
    return [finding if finding.note else replace(finding, adjusted=next(values)) for finding in findings]
