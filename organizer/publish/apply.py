"""The main path of `competition publish`: read the site, compare, plan, write down, write, read again.

It can be killed at any moment. Before the first change of a phase its old and new values are on the disk; the site
changes one value at a time, so each row holds the old or the new one, and the next call takes it from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from organizer.platform import answers
from organizer.platform.client import Client
from organizer.platform.shape import decode
from organizer.publish import ledger
from organizer.publish.hosted import CHANGED, HostedRow, check_columns, hosted_rows, number
from organizer.publish.ledger import PUBLISH, UNDO, Past, Publication
from organizer.publish.official import Official
from organizer.publish.plan import Change, Plan, make_plan
from organizer.results import convert
from organizer.results.collect import check_organizer
from organizer.results.folder import Phase, ResultsFolder, Submission
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.journal import Journal

Told = Callable[[Change], None]


@dataclass(frozen=True)
class Prepared:
    """A phase's publication before it begins.

    Attributes:
        rows: the hosted rows that the plan was made for.
        past: what was published here before.

    """

    phase: Phase
    plan: Plan
    rows: tuple[HostedRow, ...]
    past: Past


def open_book(folder: ResultsFolder) -> Journal:
    """The folder's publications, for this process alone (E251, E252)."""
    return Journal(folder.path / ledger.LEDGER_FILE, wait=False)


def prepare(client: Client, folder: ResultsFolder, official: Official, book: Journal) -> Prepared:
    """Compare the site with the results and plan the phase's publication; nothing is changed.

    Raises:
        OrganizerFault: E267 if the hosted rows changed since the results were taken, E268, E276, E261 to E264.

    """
    competition = folder.competition
    check_site(client, folder)
    check_columns(competition.columns, competition.primary)
    phase = competition.phase(official.phase)
    past = ledger.read_past(book.entries, phase.key, str(book.path))
    live = _live(client, phase)
    _check_fresh(folder, phase, live, past)
    rows = hosted_rows(live)
    return Prepared(phase, make_plan(official, rows, competition.columns), rows, past)


def check_site(client: Client, folder: ResultsFolder) -> None:
    """Refuse a folder of another site or of a rehearsal (E233), and an account that is no organizer (E262)."""
    if not folder.competition.site:
        raise OrganizerFault("E233", str(folder.path), "a rehearsal has no hosted leaderboard")
    if folder.competition.site != client.url:
        raise OrganizerFault("E233", str(folder.path), f"its results are of {folder.competition.site}")
    number = folder.competition.id
    check_organizer(client.get(f"/api/competitions/{number}/"), number)


def publish(
    client: Client, prepared: Prepared, book: Journal, told: Told, notes: Mapping[str, object] | None = None
) -> bool:
    """Do what was prepared; whether anything was written.

    Args:
        client: an organizer's account.
        prepared: just now: if the site changed meanwhile, nothing is written.
        book: the folder's publications.
        told: is told of each value that was written.
        notes: go into the journal, such as why it is done in spite of findings.

    Raises:
        OrganizerFault: E267 (changed meanwhile), E276 (the hosted order is not the planned one), E251, E261 to E264.

    """
    past, phase = prepared.past, prepared.phase
    if not prepared.plan.changes and past.pending is None:
        _verify_order(client, phase, prepared.plan)
        return False
    if hosted_rows(_live(client, phase)) != prepared.rows:
        raise _stale(phase, "while this was shown")
    changes = _with_pending(prepared)
    more = {"read": _as_read(prepared.rows), "notes": dict(notes or {})}
    begun = ledger.begin(book, PUBLISH, phase.key, changes, more=more)
    _write(client, prepared.plan.changes, told)
    _verify_values(client, phase, prepared.plan.values)
    _verify_order(client, phase, prepared.plan)
    ledger.done(book, begun)
    return True


def prepare_undo(
    client: Client, folder: ResultsFolder, phase: Phase, book: Journal
) -> tuple[Publication, list[Change]]:
    """What would be undone in a phase, and the changes that this needs now.

    Raises:
        OrganizerFault: E233 (nothing to undo), E267 (a value is neither the old nor the new one), E261 to E264.

    """
    check_site(client, folder)
    last = ledger.read_past(book.entries, phase.key, str(book.path)).last()
    if last is None:
        raise OrganizerFault("E233", phase.key, "nothing was published", f"{book.path} holds what was.")
    held = _cells(hosted_rows(_live(client, phase)))
    changes = []
    for change in last.changes:
        value = held.get(change.row)
        if value is None or value not in (change.old, change.new):
            raise _stale(phase, f"submission {change.submission} {change.key} is {value}")
        if value != change.old:
            changes.append(replace(change, old=value, new=change.old, why="as it was before"))
    return last, changes


def undo(client: Client, phase: Phase, last: Publication, changes: Sequence[Change], book: Journal, told: Told) -> None:
    """Give every row of a publication the value that it had before (E264, E251, E261 to E263)."""
    back = [replace(change, old=change.new, new=change.old, why="as it was before") for change in last.changes]
    begun = ledger.begin(book, UNDO, phase.key, back, target=last.number)
    _write(client, changes, told)
    held = _cells(hosted_rows(_live(client, phase)))
    for change in back:
        if held.get(change.row) != change.new:
            raise OrganizerFault("E264", f"submission {change.submission} {change.key}", "it did not change")
    ledger.done(book, begun)


def _live(client: Client, phase: Phase) -> list[Submission]:
    path = "/api/submissions/"
    listed = client.listing(path, {"phase": str(phase.id), "show_is_soft_deleted": "true"})
    found = decode(tuple[answers.Submission, ...], listed, f"GET {path} phase {phase.key}", "E264")
    return [convert.submission(item, phase.key) for item in found if item.phase == phase.id]


def _check_fresh(folder: ResultsFolder, phase: Phase, live: Sequence[Submission], past: Past) -> None:
    """Whether the site still is what the results say, but for what was published from here."""
    known = {one.id: one for one in folder.of_phase(phase.key) if not one.missing_since}
    if new := sorted({one.id for one in live} ^ set(known)):
        raise _stale(phase, f"submission {new[0]} {'is new' if new[0] not in known else 'is gone'}")
    for one in live:
        seen = known[one.id]
        if (one.status, one.on_leaderboard, one.soft_deleted) != (seen.status, seen.on_leaderboard, seen.soft_deleted):
            raise _stale(phase, f"submission {one.id} was {seen.status} and is {one.status}, or left the leaderboard")
        before = {score.id: (score.key, score.text) for score in seen.scores}
        if set(before) != {score.id for score in one.scores}:
            raise _stale(phase, f"submission {one.id} has other score rows")
        for score in one.scores:
            where = f"submission {one.id} {score.key}"
            if (score.key, score.text) == before[score.id]:
                continue
            if score.key not in CHANGED or number(score.text, where) not in past.may_hold(score.id):
                raise _stale(phase, f"{where} was {before[score.id][1]} and is {score.text}")


def _stale(phase: Phase, what: str) -> OrganizerFault:
    hint = "Run `competition results`, `audit` and `rerank` again, then this."
    return OrganizerFault("E267", phase.key, f"the site has changed: {what}", hint)


def _with_pending(prepared: Prepared) -> list[Change]:
    """Every row that this or an interrupted publication touches, with the value from before both."""
    changes = {change.row: change for change in prepared.plan.changes}
    pending = prepared.past.pending
    held = _cells(prepared.rows)
    for change in pending.changes if pending is not None else ():
        if change.row in held:
            after = changes[change.row].new if change.row in changes else held[change.row]
            changes[change.row] = replace(change, new=after)
    return list(changes.values())


def _cells(rows: Sequence[HostedRow]) -> dict[int, Decimal]:
    return {cell.id: cell.value for row in rows for cells in row.cells.values() for cell in cells}


def _as_read(rows: Sequence[HostedRow]) -> dict[str, dict[str, str]]:
    """The two columns of every hosted row: the backup."""
    return {
        str(row.submission): {str(cell.id): str(cell.value) for key in CHANGED for cell in row.cells.get(key, ())}
        for row in rows
    }


def _write(client: Client, changes: Sequence[Change], told: Told) -> None:
    for change in changes:
        # As text: a float could lose the last of twenty digits. The site answers with what it keeps.
        path = f"/api/submission_scores/{change.row}/"
        answer = client.send("PATCH", path, {"score": format(change.new, "f")})
        kept = answer.get("score") if isinstance(answer, dict) else None
        if number(str(kept), f"PATCH {path}") != change.new:
            raise OrganizerFault("E264", f"PATCH {path}", f"it keeps {kept} for {change.new}")
        told(change)


def _verify_values(client: Client, phase: Phase, values: Mapping[int, Mapping[str, Decimal]]) -> None:
    for row in hosted_rows(_live(client, phase)):
        if row.submission not in values:
            raise _stale(phase, f"submission {row.submission} is new on the leaderboard")
        for key in CHANGED:
            if row.cells.get(key) and row.total(key) != values[row.submission][key]:
                raise OrganizerFault("E276", f"{phase.key} submission {row.submission}", f"{key} is {row.total(key)}")


def _verify_order(client: Client, phase: Phase, plan: Plan) -> None:
    """The hosted order as anybody sees it."""
    board = answers.get(client, answers.Board, f"/api/phases/{phase.id}/get_leaderboard/")
    shown = tuple(row.id for row in board.submissions)
    if shown == plan.order:
        return
    place = next((n for n, pair in enumerate(zip(shown, plan.order, strict=False), 1) if pair[0] != pair[1]), 0)
    hint = "Run `competition results`, `audit` and `rerank` again, then this."
    raise OrganizerFault("E276", phase.key, f"the site shows another order from place {place} on", hint)
