"""All tests of one run."""

from __future__ import annotations

from organizer.lookup.agreement import copying, shared_errors
from organizer.lookup.answers import Run
from organizer.lookup.ceiling import ceilings
from organizer.lookup.findings import Finding, adjust
from organizer.lookup.gap import canary_gap, digits_gap
from organizer.lookup.statistics import DRAWS


def inspect(run: Run, baseline: Run | None, source: str, draws: int = DRAWS) -> list[Finding]:
    """Every test of a run, with p-values adjusted over all of them.

    Args:
        run: the parts of the run.
        baseline: those of an honest run, perhaps of another split; the thresholds are raised to suit it.
        source: where the data come from, as `dataset.json` says it.
        draws: of the randomisation tests.

    """
    findings = [
        *digits_gap(run, baseline, draws),
        *canary_gap(run, baseline),
        *copying(run, baseline),
        *shared_errors(run, baseline),
        *ceilings(run, baseline, source),
    ]
    return adjust(findings)
