"""`competition calibrate-rules`: proposals with reasons, what each choice would change, and a table to paste."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ingestion_program.calibration import read_calibration
from organizer.audit.audited import Audited, read_audited
from organizer.calibrate_rules.consequences import Consequence, consequences
from organizer.calibrate_rules.measured import measure
from organizer.calibrate_rules.proposal import Policy, propose, toml
from organizer.results.folder import ResultsFolder
from organizer.results.harmless import for_terminal
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Baseline

SHOWN = 5


@dataclass(frozen=True)
class Options:
    """Where the noise and the baseline are from, and the policy."""

    worker: Path | None = None
    baseline: str = ""
    noise: float = 0.0
    policy: Policy = field(default_factory=Policy)


def calibrate_rules_command(console: Console, results: Path, options: Options) -> int:
    """Print it; always 0: a proposal is no verdict.

    Raises:
        OrganizerFault: E201 (no audit), E233 (baseline or noise not known), E267 (audit of an earlier collection).

    """
    audited = read_audited(ResultsFolder.read(results))
    if not any(phase.results for phase in audited.phases):
        raise OrganizerFault("E233", str(results), "no team has an official result")
    calibration = read_calibration(options.worker) if options.worker else None
    given = [("--noise", options.noise), ("the worker's calibration", calibration.noise if calibration else 0.0)]
    measured = measure(audited, options.baseline, given)
    rule = next(phase.rule for phase in audited.phases if phase.results)
    proposals = propose(rule, measured, options.policy)
    table = Table("Threshold", "Now", "Proposed", "Why")
    for one in proposals:
        table.add_row(one.name, f"{one.now:g}", f"{one.proposed:g}", Text(one.reason))
    console.print(table)
    if options.baseline:
        audited = _with_baseline(audited, Baseline(measured.score, measured.duration))
    console.print(_table(consequences(audited, proposals), {one.name: one.proposed for one in proposals}))
    console.print("For rules.toml, before the contest starts, and agreed with all teams:", markup=False)
    console.print(toml(rule, proposals), markup=False, highlight=False, end="")
    return 0


def _with_baseline(audited: Audited, baseline: Baseline) -> Audited:
    phases = tuple(
        replace(phase, baseline=phase.baseline if phase.baseline.duration > 0 else baseline) for phase in audited.phases
    )
    return replace(audited, phases=phases)


def _table(rows: Iterable[Consequence], proposed: dict[str, float]) -> Table:
    """One line for all phases in which a choice has the same outcome."""
    phases: dict[Consequence, list[str]] = {}
    for row in rows:
        phases.setdefault(replace(row, phase=""), []).append(row.phase)
    every = {key for keys in phases.values() for key in keys}
    whole = Column("Threshold", no_wrap=True), Column("Value", no_wrap=True)
    table = Table(*whole, "Phases", "Order", "Moves", "Other places", "Not decided")
    for row, keys in phases.items():
        order = ", ".join(row.order[:SHOWN]) + (", ..." if len(row.order) > SHOWN else "")
        mark = " *" if row.value == proposed[row.name] else ""
        where = "all" if set(keys) == every else ", ".join(keys)
        cells = (row.name, f"{row.value:g}{mark}", where, Text(for_terminal(order)))
        table.add_row(*cells, str(row.moves), str(row.changed), str(row.unsure))
    table.caption = "* proposed; other places: teams that stand elsewhere than with the present thresholds"
    return table
