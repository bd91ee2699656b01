"""`competition publish`: what an organizer sees of a publication."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from organizer.platform.client import Client
from organizer.platform.credentials import read_credentials
from organizer.publish.apply import Prepared, open_book, prepare, prepare_undo, publish, undo
from organizer.publish.plan import Change, plain
from organizer.publish.standings import obstacles, official_phase, read_proof
from organizer.results.folder import Phase, ResultsFolder
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.journal import Journal

REFUSED = ("E267", "E276")
"""What keeps one phase from being published and says nothing of the others."""


@dataclass(frozen=True)
class Options:
    """What the organizer asked for.

    Attributes:
        phase: only this one, over or not; empty: every phase that is over.
        yes: do not ask.
        despite: why it is done in spite of findings; empty: it is not.

    """

    phase: str = ""
    yes: bool = False
    despite: str = ""


def publish_command(
    console: Console, path: Path, options: Options, undoing: bool, now: Callable[[], float] = time.time
) -> int:
    """Publish or undo, phase by phase; the exit code is 1 where a phase is left or the organizer said no.

    Raises:
        OrganizerFault: E201, E231 to E233, E251, E252, E261 to E268, E276.

    """
    folder = ResultsFolder.read(path)
    phases = phases_of(folder, options.phase, now())
    client = Client(read_credentials(os.environ))
    with open_book(folder) as book:
        if undoing:
            found = [_undo(console, client, folder, phase, book, options) for phase in phases]
        else:
            found = [_published(console, client, folder, phase, book, options) for phase in phases]
    if not phases:
        console.print("no phase is over: name one with --phase", highlight=False)
    return 0 if all(found) else 1


def phases_of(folder: ResultsFolder, key: str, now: float, running: bool = False) -> list[Phase]:
    """The phase that is named, else those that are over, and those that began too if `running` (E233)."""
    if key:
        return [folder.competition.phase(key)]
    return [
        phase
        for phase in folder.competition.phases
        if 0 < phase.end <= now or (running and phase.start <= now and folder.of_phase(phase.key))
    ]


def _published(
    console: Console, client: Client, folder: ResultsFolder, phase: Phase, book: Journal, options: Options
) -> bool:
    """Publish a phase; where several are to be published, one that is refused does not stop the others."""
    try:
        return _publish(console, client, folder, phase, book, options)
    except OrganizerFault as fault:
        if options.phase or fault.code not in REFUSED:
            raise
        console.print(f"not published: {fault.line()}", soft_wrap=True, highlight=False, markup=False)
        return False


def _publish(
    console: Console, client: Client, folder: ResultsFolder, phase: Phase, book: Journal, options: Options
) -> bool:
    audited, reranked = read_proof(folder)
    ranked = reranked.phase(phase.key)
    against = obstacles(folder, audited, ranked)
    for line in against:
        console.print(escape(line), soft_wrap=True, highlight=False)
    if against and not options.despite:
        hint = "Settle it, or give --despite-findings with the reason, which is recorded."
        raise OrganizerFault("E276", phase.key, f"{len(against)} findings", hint)
    prepared = prepare(client, folder, official_phase(folder, ranked), book)
    show(console, prepared)
    if not prepared.plan.changes and prepared.past.pending is None:
        publish(client, prepared, book, lambda _: None)
        console.print(f"{phase.key}: the hosted order is the official one", highlight=False)
        return True
    if prepared.plan.problems and not options.despite:
        hint = "Settle it, or give --despite-findings with the reason, which is recorded."
        raise OrganizerFault("E276", phase.key, prepared.plan.problems[0], hint)
    if not options.yes and not _asked(console, f"Write these {len(prepared.plan.changes)} values?"):
        console.print(f"{phase.key}: nothing was written", highlight=False)
        return False
    publish(client, prepared, book, lambda _: None, notes_of(options.despite, against))
    console.print(f"{phase.key}: published, and the hosted order was verified", highlight=False)
    return True


def notes_of(despite: str, against: Sequence[str]) -> dict[str, object]:
    """What the journal says of a publication in spite of findings."""
    return {"despite": despite, "findings": list(against)} if against else {}


def _undo(
    console: Console, client: Client, folder: ResultsFolder, phase: Phase, book: Journal, options: Options
) -> bool:
    try:
        last, changes = prepare_undo(client, folder, phase, book)
    except OrganizerFault as fault:
        if fault.code == "E233" and not options.phase:
            console.print(f"{phase.key}: nothing was published", highlight=False)
            return True
        raise
    console.print(table(f"{phase.key}: undo", changes))
    if not options.yes and not _asked(console, f"Write these {len(changes)} values?"):
        console.print(f"{phase.key}: nothing was written", highlight=False)
        return False
    undo(client, phase, last, changes, book, lambda _: None)
    console.print(f"{phase.key}: as it was before", highlight=False)
    return True


def _asked(console: Console, question: str) -> bool:
    try:
        return console.input(f"{question} (yes/no) ").strip().lower() in ("y", "yes")
    except EOFError:
        raise OrganizerFault("E233", "--yes", "nobody answers here", "Give --yes to write without asking.") from None


def show(console: Console, prepared: Prepared) -> None:
    """Print what would change, and what no publication can mend."""
    phase, plan = prepared.phase, prepared.plan
    if prepared.past.pending is not None:
        console.print(f"{phase.key}: an interrupted publication is completed", highlight=False)
    if plan.changes:
        console.print(table(phase.key, plan.changes))
    for problem in plan.problems:
        console.print(escape(f"{phase.key}: {problem}"), soft_wrap=True, highlight=False)


def table(title: str, changes: Sequence[Change]) -> Table:
    """The difference: team, column, now, new, why."""
    found = Table(title=title)
    for name, side in (("team", "left"), ("column", "left"), ("now", "right"), ("new", "right"), ("why", "left")):
        found.add_column(name, justify="right" if side == "right" else "left", no_wrap=side == "right")
    for change in changes:
        values = (escape(change.team), change.key, plain(change.old), plain(change.new), escape(change.why))
        found.add_row(*values)
    return found
