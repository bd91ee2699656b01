"""`competition report`: reads a results folder, writes the public and the organizer's edition."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from organizer.build.rules import read_rules
from organizer.report.browser import NAMES, find_browser
from organizer.report.findings import look_up_findings
from organizer.report.read import Source, read_view
from organizer.report.view import EDITIONS, Edition
from organizer.report.write import PAGE, write_edition
from organizer.results.folder import ResultsFolder
from xtreme_tasks.faults import OrganizerFault


def report_command(console: Console, results: Path, out: Path, edition: str, rules: Path, png: bool) -> int:
    """Write the editions that were asked for and say where they are.

    Raises:
        OrganizerFault: E201, E231 to E233, E267.

    """
    chosen = _editions(edition)
    browser = find_browser() if png else None
    if png and browser is None:
        console.print(f"no {' or '.join(NAMES)} on PATH: PNG pictures are left out, SVG are there", soft_wrap=True)
    source = read_source(results, rules, time.time())
    for one in chosen:
        view = read_view(source, one)
        write_edition(out / one, view, browser)
        console.print(f"{one:<10} {out / one / PAGE}", soft_wrap=True, highlight=False, markup=False)
        if one == "public":
            for note in view.notes:
                console.print(f"note       {note}", soft_wrap=True, highlight=False, markup=False)
    return 0


def read_source(results: Path, rules: Path, now: float) -> Source:
    """All that a report is made of."""
    folder = ResultsFolder.read(results)
    known = read_rules(rules)
    return Source(folder, known.rule, known.baseline, None, None, look_up_findings(results), now)


def _editions(name: str) -> tuple[Edition, ...]:
    if name == "both":
        return EDITIONS
    found = tuple(one for one in EDITIONS if one == name)
    if not found:
        raise OrganizerFault("E233", "--edition", f"no edition {name}", f"One of {', '.join(EDITIONS)}, both.")
    return found
