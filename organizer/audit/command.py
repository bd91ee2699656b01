"""`competition audit`: what an organizer sees of it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from organizer.audit.audit import audit
from organizer.audit.audited import AUDITED_FILE, Audited
from organizer.audit.build import BuildFacts, read_build
from organizer.audit.checks_scores import CHANGED_BY_PUBLISH
from organizer.audit.exposure import Visit
from organizer.audit.facts import gather
from organizer.audit.history import read_history
from organizer.audit.roster import Roster, read_roster, read_voids
from organizer.check.problem import SEVERITIES, Severity
from organizer.platform.credentials import ALLOW_HTTP, Credentials, check_url
from organizer.platform.shape import encode
from organizer.publish.ledger import published
from organizer.results.folder import ResultsFolder
from organizer.results.harmless import for_terminal
from organizer.results.uncollected import uncollected
from xtreme_tasks.faults import OrganizerFault, printable
from xtreme_tasks.files import read_file

STYLES: Mapping[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "dim"}
SHOWN = 20
"""Findings of one check that the table shows; all of them are in `audited.json`."""


@dataclass(frozen=True)
class AuditOptions:
    """Where everything is; None where there is none."""

    results: Path
    bundle: Path
    worker: Path
    journal: Path | None = None
    journal_key: Path | None = None
    roster: Path | None = None
    voids: Path | None = None
    live: str = ""


@uncollected()
def run_audit(options: AuditOptions, now: float | None = None) -> Audited:
    """Audit a results folder, and write `audited.json` into it.

    Raises:
        OrganizerFault: E201, E211, E212, E231, E232, E261 to E264, E267.

    """
    results = ResultsFolder.read(options.results)
    build = read_build(options.bundle, options.worker)
    key = _key(options.journal_key)
    site, bundle = results.competition.site, build.bundle.bundle
    history = read_history(options.journal, key, site, bundle) if options.journal is not None else None
    roster = read_roster(options.roster) if options.roster is not None else Roster()
    voids = read_voids(options.voids) if options.voids is not None else {}
    visited = _visit(options.live, results, build) if options.live else None
    downloads = visited.downloads if visited is not None else {}
    ours = {key: published(options.results, key) for key in CHANGED_BY_PUBLISH}
    facts = gather(results, build, history, roster, voids, downloads, ours)
    found = audit(facts, time.time() if now is None else now, visited)
    found.write(options.results)
    return found


def _visit(address: str, results: ResultsFolder, build: BuildFacts) -> Visit:
    """The secrecy check as nobody: no token, no password."""
    # Only here: an audit without --live asks no site, and needs no client.
    from organizer.audit.live import visit
    from organizer.platform.client import Client

    url = check_url(address, os.environ.get(ALLOW_HTTP, ""))
    return visit(Client(Credentials(url)), results, build)


def _key(path: Path | None) -> bytes | None:
    """The journal's key as the gate reads it (E201, E211)."""
    if path is None:
        return None
    key = read_file(path).strip()
    if len(key) < 32:
        raise OrganizerFault("E211", str(path), "the journal's key has fewer than 32 bytes")
    return key


def audit_command(console: Console, options: AuditOptions, as_json: bool = False) -> int:
    """Audit, and print every finding with its remedy.

    Returns:
        0 if there is nothing to look at, 1 if there are errors or warnings.

    """
    found = run_audit(options)
    if as_json:
        console.print_json(encode(found).decode())
    else:
        show(console, found)
        console.print(f"audit          {options.results / AUDITED_FILE}", soft_wrap=True, highlight=False)
    return 0 if found.clean else 1


def show(console: Console, found: Audited) -> None:
    """Print findings, errors first, then how many official results each phase has."""
    shown: Counter[str] = Counter()
    for one in found.findings:
        shown[one.id] += 1
        if shown[one.id] <= SHOWN:
            console.print(one.line(), style=STYLES[one.severity], markup=False, highlight=False, soft_wrap=True)
    for name, number in sorted(shown.items()):
        if number > SHOWN:
            console.print(f"{name}: {number - SHOWN} more of the same kind in {AUDITED_FILE}", highlight=False)
    table = Table(title=Text(f"{for_terminal(found.title)}: official results", style="table.title"))
    for title in ("phase", "teams", "with score", "permitted re-runs", "best score"):
        table.add_column(title, justify="left" if title == "phase" else "right", no_wrap=True)
    for phase in found.phases:
        best = max((one.score for one in phase.results), default=0.0)
        counts = (sum(one.score > 0 for one in phase.results), sum(one.permitted for one in phase.results))
        table.add_row(phase.phase, str(len(phase.results)), *map(str, counts), f"{best:.2f}" if best else "")
    console.print(table)
    for exposure in found.exposures:
        style = "bold red" if exposure.verdict == "open" else ""
        line = f"anonymous      {exposure.verdict:9} {exposure.what}: {printable(exposure.seen, 160)}"
        console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
    counted = Counter(one.severity for one in found.findings)
    words = ", ".join(f"{counted[name]} {name}s" for name in SEVERITIES)
    console.print(f"{words}; attempts {'proved by the journal' if found.provable else 'NOT PROVABLE'}", highlight=False)
