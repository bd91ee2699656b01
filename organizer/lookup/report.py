"""The organizer's copy: a table of all tests, and what they mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from organizer.lookup.findings import LEVEL, Finding
from xtreme_tasks.faults import printable

_MEANS = {
    "digits": "verbatim minus changed digits, points",
    "canaries": "sources minus canaries, points",
    "copying": "errors shared with English, %",
    "shared errors": "hard sentences shared by translations, %",
    "ceiling": "accuracy, %",
}


@dataclass(frozen=True)
class Inspected:
    """One run and its tests."""

    name: str
    split: str
    findings: Sequence[Finding]

    @property
    def flagged(self) -> list[Finding]:
        """The tests that stay significant."""
        return [finding for finding in self.findings if finding.flagged]


def to_json(runs: Sequence[Inspected], skipped: Mapping[str, str]) -> bytes:
    """Everything, for programs."""
    body = {
        "kind": "look-up report",
        "level": LEVEL,
        "runs": [
            {
                "name": run.name,
                "split": run.split,
                "findings": [{**asdict(finding), "flagged": finding.flagged} for finding in run.findings],
            }
            for run in runs
        ],
        "skipped": dict(skipped),
    }
    return json.dumps(body, indent=1).encode() + b"\n"


def to_markdown(runs: Sequence[Inspected], skipped: Mapping[str, str], baseline: str | None) -> str:
    """The report for the organizer."""
    lines = [
        "# Look-up and copying",
        "",
        "For the organizer only: it tells which tests there are and how they ended.",
        "",
    ]
    compared = f"Thresholds are raised to suit the baseline, {baseline}." if baseline else "Without a baseline."
    lines += [f"{compared} Level {LEVEL:g} for each run, over all its tests (Holm). docs/look-up.md explains them.", ""]
    for run in runs:
        verdict = f"**{len(run.flagged)} flagged**" if run.flagged else "nothing flagged"
        lines += [f"## {printable(run.name)} ({run.split}): {verdict}", "", *_table(run.findings), ""]
    if skipped:
        lines += ["## Not inspected", "", *(f"- {printable(name)}: {why}" for name, why in skipped.items()), ""]
    return "\n".join(lines)


def _table(findings: Sequence[Finding]) -> list[str]:
    rows = [
        "| test | task | language | counted | observed | expected | baseline | threshold | p | adjusted | |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    return rows + [f"| {' | '.join(_cells(finding))} |" for finding in findings]


def _cells(finding: Finding) -> list[str]:
    numbers = [finding.observed, finding.compared, finding.baseline, finding.threshold]
    if finding.note:
        numbers = [finding.observed, None, finding.baseline, None]
    shown = ["" if number is None else f"{number:.1f}" for number in numbers]
    tails = ["", ""] if finding.note else [f"{finding.p:.2g}", f"{finding.adjusted:.2g}"]
    mark = "**flagged**" if finding.flagged else finding.note
    what = f"{finding.kind}: {_MEANS[finding.kind]}"
    return [what, finding.task, finding.language or "all", str(finding.examples), *shown, *tails, mark]
