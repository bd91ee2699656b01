"""`competition pair-teams`: a table, a sentence for every team, and files for the roster."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from organizer.pairing.explain import mean_strength, obstacles, proof, reasons, spread
from organizer.pairing.people import Person, read_people
from organizer.pairing.programme import Division, divide, goals
from organizer.results.harmless import for_spreadsheet
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import write_whole


def pair_teams_command(console: Console, path: Path, out: Path, topics: Sequence[str], seconds: float) -> int:
    """Divide the people of a file and say why; 0 if every goal's value is proven to be the best, 1 otherwise.

    Raises:
        OrganizerFault: E201, E202 (the file), E232 (the result), E281 (no division).

    """
    people = read_people(path)
    with console.status(f"dividing {len(people)} people"):
        division = _divide(people, topics, seconds)
    console.print(_table(division, topics))
    for one in division.reached:
        console.print(
            f"{one.goal.name}: {one.value:.4g} {one.goal.meaning} ({proof(one)})", markup=False, highlight=False
        )
    low, high = spread(division)
    console.print(f"mean strength from {low:.1f} to {high:.1f}", highlight=False)
    write_whole(out, teams_csv(division, topics))
    console.print(
        f"{out.name}: {len(division.teams)} teams. Fill in the accounts and keep it as roster.csv.", markup=False
    )
    return 0 if division.proven else 1


def _divide(people: Sequence[Person], topics: Sequence[str], seconds: float) -> Division:
    try:
        return divide(people, goals(people, topics), seconds)
    except OrganizerFault as fault:
        if fault.detail and fault.detail.startswith("none found"):
            raise
        found = obstacles(people, seconds)
        if not found:
            hint = "More than one of the forbidden pairs must be taken back."
            raise OrganizerFault("E281", "avoid", fault.detail, hint) from None
        pairs = ", ".join(f"{one} and {other}" for one, other in found[:5])
        raise OrganizerFault("E281", "avoid", fault.detail, f"Take back one of these: {pairs}.") from None


def _table(division: Division, topics: Sequence[str]) -> Table:
    table = Table("Team", "People", "Strength", "Why")
    for number, team in enumerate(division.teams, 1):
        names = ", ".join(person.name for person in team)
        why = "; ".join(reasons(team, topics))
        # Names are people's own text: never markup.
        table.add_row(str(number), Text(names), f"{mean_strength(team):.1f}", Text(why))
    return table


def teams_csv(division: Division, topics: Sequence[str]) -> bytes:
    """One line a person: `account` is left for the organizer to fill in, the rest is what roster.csv ignores."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("account", "team", "name", "level", "why"))
    for number, team in enumerate(division.teams, 1):
        for person in team:
            cells = ("", f"Team {number}", person.name, person.level, "; ".join(reasons(team, topics)))
            writer.writerow([for_spreadsheet(cell) for cell in cells])
    return stream.getvalue().encode("utf-8")
