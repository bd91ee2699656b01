"""`competition results`: what an organizer sees of a collection."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from organizer.platform.client import Client
from organizer.platform.credentials import read_credentials
from organizer.results.collect import Collected, collect
from organizer.results.collect import Progress as Told
from organizer.results.files import EMPTY
from organizer.results.folder import ResultsFolder, Submission
from organizer.results.harmless import for_terminal
from organizer.results.table import CSV_FILE, PARQUET_FILE, write_tables
from xtreme_tasks.faults import OrganizerFault


def results_command(console: Console, competition: int | None, out: Path, offline: bool, verify: bool) -> int:
    """Collect, or only read again, and write the tables; the exit code is 0 where nothing is left to fetch.

    Raises:
        OrganizerFault: E201, E231 to E233, E261 to E267.

    """
    if offline:
        folder = ResultsFolder.read(out)
    else:
        if competition is None:
            raise OrganizerFault("E233", "--competition", "which one?", "Its number stands in its page's address.")
        folder = _collect(console, competition, out, verify)
    write_tables(folder)
    show(console, folder)
    console.print(f"tables         {out / CSV_FILE}, {out / PARQUET_FILE}", soft_wrap=True, highlight=False)
    return 0


def _collect(console: Console, competition: int, out: Path, verify: bool) -> ResultsFolder:
    client = Client(read_credentials(os.environ))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"competition {competition}", total=None)

        def seen(done: int, total: int, submission: Submission) -> None:
            bar.update(task, completed=done, total=total, description=f"submission {submission.id}")

        collected = collect(client, competition, out, verify, Told(submission=seen))
    _say(console, collected)
    return collected.folder


def _say(console: Console, collected: Collected) -> None:
    parts = [f"{collected.new} new", f"{collected.changed} changed"]
    if collected.unfinished:
        parts.append(f"{collected.unfinished} not ended yet: repeat later")
    console.print(f"submissions    {', '.join(parts)}", highlight=False)
    for one in collected.folder.submissions:
        if one.missing_since:
            console.print(
                f"deleted        submission {one.id} of {one.account} in {one.phase}: kept here", markup=False
            )
        elif names := "; ".join(f"{name}: {reason}" for name, reason in one.absent.items() if reason != EMPTY):
            console.print(f"not delivered  submission {one.id}: {names}", soft_wrap=True, markup=False)


def show(console: Console, folder: ResultsFolder) -> None:
    """Print how much of each phase there is."""
    table = Table(title=Text(for_terminal(folder.competition.title), style="table.title"))
    for title in ("phase", "all", "finished", "failed", "deleted", "with record", "on board"):
        table.add_column(title, justify="left" if title == "phase" else "right", no_wrap=True)
    for phase in folder.competition.phases:
        found = folder.of_phase(phase.key)
        counts = (
            len(found),
            sum(one.status == "Finished" for one in found),
            sum(one.status == "Failed" for one in found),
            sum(bool(one.missing_since or one.soft_deleted) for one in found),
            sum("score_record.json" in one.files for one in found),
            len(folder.leaderboards.get(phase.key, ())),
        )
        table.add_row(phase.key, *map(str, counts))
    console.print(table)
