"""`competition rerank`: the official standings as an organizer sees them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from organizer.audit.audited import read_audited
from organizer.rerank.rerank import Choice, rerank
from organizer.rerank.standings import STANDINGS_FILE, Confidence, RankedPhase
from organizer.results.folder import ResultsFolder
from organizer.results.harmless import for_terminal
from organizer.results.uncollected import uncollected
from xtreme_tasks.hardware import UNKNOWN

SURE: Mapping[Confidence, str] = {"sure": "yes", "unsure": "no", "noise not measured": "?"}
NO_MACHINE = "No record says on which hardware it was measured: the durations are compared as if it were the same."


@uncollected()
def rerank_command(console: Console, results: Path, choice: Choice) -> int:
    """Rank the audited results, write the standings, and print them with their trail.

    Returns:
        0 if the standings are settled, 1 if re-runs are asked for first.

    Raises:
        OrganizerFault: E201 (no results, no audit), E231, E232, E267.

    """
    folder = ResultsFolder.read(results)
    found = rerank(read_audited(folder), choice)
    found.write(results)
    for phase in found.phases:
        if phase.rows:
            show(console, phase)
    if not found.provable:
        console.print("The number of attempts is NOT PROVABLE: see `competition audit`.", style="yellow")
    console.print(f"standings      {results / STANDINGS_FILE}", soft_wrap=True, highlight=False)
    return 0 if found.settled else 1


def show(console: Console, phase: RankedPhase) -> None:
    """One phase: order, trail, doubts, permits to issue."""
    winner = for_terminal(phase.winner) or "nobody"
    table = Table(title=Text(f"{for_terminal(phase.name)} (rule {phase.rule}): winner {winner}", style="table.title"))
    for title in ("place", "team", "score", "adjusted", "seconds", "by score", "gained", "sure"):
        table.add_column(title, justify="left" if title in ("team", "sure") else "right", no_wrap=title != "team")
    for row in phase.rows:
        numbers = (f"{row.score:.2f}", f"{row.adjusted:.2f}", f"{row.duration:.2f}", str(row.place_by_score))
        name = Text(for_terminal(row.team))
        gained = f"{row.places_gained:+d}" if row.places_gained else ""
        table.add_row(str(row.place), name, *numbers, gained, SURE[row.confidence])
    console.print(table)
    for step in phase.trail:
        _say(console, f"- {step.sentence}")
    for doubt in phase.doubts:
        _say(console, f"? {doubt.sentence}", "yellow")
    for note in filter(None, (*phase.notes, machines(phase))):
        _say(console, f"? {note}", "yellow")
    for permit in phase.permits:
        what = f"re-run submission {permit.submission} of {permit.team}"
        how = f"competition permit NUMBER --repeats {permit.repeats}, NUMBER being the re-run's own"
        _say(console, f"! {what}: {how}", "bold red")


def _say(console: Console, line: str, style: str = "") -> None:
    console.print(for_terminal(line), style=style, markup=False, highlight=False, soft_wrap=True)


def machines(phase: RankedPhase) -> str:
    """What the reader must know of the hardware, in a sentence; empty where all ran on one known kind."""
    found = sorted(row or UNKNOWN for row in phase.machines)
    if len(found) > 1:
        return f"The titles compare durations of different hardware ({'; '.join(found)})."
    return NO_MACHINE if found == [UNKNOWN] else ""
