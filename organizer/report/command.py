"""`competition report`: reads a results folder, writes the public and the organizer's edition."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from organizer.audit.audited import AUDITED_FILE, read_audited
from organizer.audit.roster import read_roster
from organizer.build.rules import read_rules
from organizer.report.browser import NAMES, find_browser
from organizer.report.findings import audit_findings, look_up_findings
from organizer.report.read import Source, public, read_view
from organizer.report.view import EDITIONS, Edition
from organizer.report.write import PAGE, write_edition
from organizer.rerank.standings import STANDINGS_FILE, read_standings
from organizer.results.folder import ResultsFolder
from organizer.results.uncollected import uncollected
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Baseline


@uncollected()
def report_command(
    console: Console, results: Path, out: Path, edition: str, rules: Path, roster: Path | None, png: bool
) -> int:
    """Write the editions that were asked for and say where they are.

    Raises:
        OrganizerFault: E201, E231 to E233, E267.

    """
    chosen = _editions(edition)
    browser = find_browser() if png else None
    if png and browser is None:
        console.print(f"no {' or '.join(NAMES)} on PATH: PNG pictures are left out, SVG are there", soft_wrap=True)
    whole = read_view(read_source(results, rules, roster, time.time()))
    for one in chosen:
        write_edition(out / one, whole if one == "organizer" else public(whole), browser)
        console.print(f"{one:<10} {out / one / PAGE}", soft_wrap=True, highlight=False, markup=False)
    for note in whole.notes:
        console.print(f"note       {note}", soft_wrap=True, highlight=False, markup=False)
    return 0


def read_source(results: Path, rules: Path, roster: Path | None, now: float) -> Source:
    """All that a report is made of: official standings and findings where audit and ranking have left them.

    Raises:
        OrganizerFault: E201, E231, E267 (also if they are of an earlier collection).

    """
    folder = ResultsFolder.read(results)
    known = read_rules(rules)
    official = read_standings(folder) if (results / STANDINGS_FILE).is_file() else None
    findings, baseline = look_up_findings(results), known.baseline
    if (results / AUDITED_FILE).is_file():
        audited = read_audited(folder)
        findings = audit_findings(audited) + findings
        # The build's own numbers, where the audit has seen the build.
        baseline = next((phase.baseline for phase in reversed(audited.phases)), Baseline())
    teams = read_roster(roster).teams if roster is not None else {}
    return Source(folder, known.rule, baseline, teams or None, official, findings, now)


def _editions(name: str) -> tuple[Edition, ...]:
    if name == "both":
        return EDITIONS
    found = tuple(one for one in EDITIONS if one == name)
    if not found:
        raise OrganizerFault("E233", "--edition", f"no edition {name}", f"One of {', '.join(EDITIONS)}, both.")
    return found
