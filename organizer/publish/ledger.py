"""What was published and what stood there before: an append-only journal, written before the site is.

    begin   kind (`publish` or `undo`), phase, and for each score row: submission, team, key, row, old, new
    done    the number of the line that began it; the site was read again and shows what was written

A publication that has a `begin` and no `done` was interrupted: each of its rows holds the old or the new value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from organizer.platform.shape import decode
from organizer.publish.hosted import PRIMARY
from organizer.publish.plan import Change
from xtreme_tasks.journal import Entry, Journal, read_journal

LEDGER_FILE = "published.jsonl"
BEGIN, DONE = "begin", "done"
PUBLISH, UNDO = "publish", "undo"


@dataclass(frozen=True)
class _Value:
    """A change as the journal holds it; numbers as text, so that no digit is lost."""

    submission: int
    team: str
    key: str
    row: int
    old: str
    new: str
    why: str = ""


@dataclass(frozen=True)
class _Begin:
    kind: str
    phase: str
    changes: tuple[_Value, ...]
    target: int = 0


@dataclass(frozen=True)
class Publication:
    """One publication or its undoing.

    Attributes:
        number: of its first line in the journal.
        target: of an undo: which publication.
        done: whether the site was seen to show it.

    """

    number: int
    kind: str
    phase: str
    changes: tuple[Change, ...]
    target: int
    done: bool


@dataclass(frozen=True)
class Past:
    """What the journal says of one phase.

    Attributes:
        standing: publications that were not undone, oldest first.
        pending: the last one if it was interrupted.
        known: what each score row may hold by what was written here: two values where it was interrupted.

    """

    standing: tuple[Publication, ...] = ()
    pending: Publication | None = None
    known: Mapping[int, frozenset[Decimal]] | None = None

    def may_hold(self, row: int) -> frozenset[Decimal]:
        """Values that this journal explains."""
        return (self.known or {}).get(row, frozenset())

    def last(self) -> Publication | None:
        """What an undo would undo: an interrupted publication, or what an interrupted undo was about."""
        if self.pending is not None and self.pending.kind == PUBLISH:
            return self.pending
        return self.standing[-1] if self.standing else None


def read_past(entries: Sequence[Entry], phase: str, where: str) -> Past:
    """The phase's history.

    Raises:
        OrganizerFault: E267 for a line that this version did not write.

    """
    found = [one for one in _publications(entries, where) if one.phase == phase]
    standing: list[Publication] = []
    known: dict[int, frozenset[Decimal]] = {}
    for one in found:
        known |= {
            change.row: frozenset((change.new,) if one.done else (change.old, change.new)) for change in one.changes
        }
        if one.done and one.kind == PUBLISH:
            standing.append(one)
        elif one.done:
            standing = [other for other in standing if other.number != one.target]
    pending = found[-1] if found and not found[-1].done else None
    return Past(tuple(standing), pending, known)


def _publications(entries: Sequence[Entry], where: str) -> list[Publication]:
    found: dict[int, Publication] = {}
    for entry in entries:
        if entry.event == BEGIN:
            begin: _Begin = decode(_Begin, entry.values, f"{where} line {entry.number}")
            changes = tuple(_change(value) for value in begin.changes)
            found[entry.number] = Publication(entry.number, begin.kind, begin.phase, changes, begin.target, False)
        elif entry.event == DONE and (known := found.get(int(entry.values.get("begin", 0)))):
            found[known.number] = replace(known, done=True)
    return list(found.values())


def begin(
    book: Journal,
    kind: str,
    phase: str,
    changes: Iterable[Change],
    target: int = 0,
    more: Mapping[str, object] | None = None,
) -> int:
    """Write down what is about to be written on the site; the line's number (E251)."""
    values = [{**vars(change), "old": str(change.old), "new": str(change.new)} for change in changes]
    entry = book.append(BEGIN, {"kind": kind, "phase": phase, "target": target, **(more or {}), "changes": values})
    return entry.number


def done(book: Journal, number: int) -> None:
    """The site was read again and shows it (E251)."""
    book.append(DONE, {"begin": number})


def published(path: Path, key: str = PRIMARY) -> dict[int, float]:
    """By submission, the value of a column that was published last from this results folder.

    For those who compare the site with signed records: such a value is the organizer's own.

    Raises:
        OrganizerFault: E252, E267 for a journal that was changed.

    """
    file = path / LEDGER_FILE
    if not file.is_file():
        return {}
    return {
        change.submission: float(change.new)
        for one in _publications(read_journal(file), str(file))
        for change in one.changes
        if change.key == key
    }


def written(path: Path) -> dict[int, Decimal]:
    """By score row, what was published last from this results folder (E252, E267)."""
    file = path / LEDGER_FILE
    if not file.is_file():
        return {}
    return {change.row: change.new for one in _publications(read_journal(file), str(file)) for change in one.changes}


def _change(value: _Value) -> Change:
    return Change(value.submission, value.team, value.key, value.row, Decimal(value.old), Decimal(value.new), value.why)
