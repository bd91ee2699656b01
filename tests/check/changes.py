"""Changes to a draft, as values: what a plant breaks and what its remedy mends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.check.draft import Draft

Change = Callable[[Draft], None]
Place = str | tuple[str | int, ...]
BOARD = ("leaderboards", 0)
COLUMNS = (*BOARD, "columns")
SHEET = ("fact_sheet", "method")


def _owner(draft: Draft, place: Place) -> tuple[Any, str | int]:
    steps = (place,) if isinstance(place, str) else place
    owner: Any = draft.yaml
    for step in steps[:-1]:
        owner = owner[step]
    return owner, steps[-1]


def put(place: Place, value: Any) -> Change:
    """Set a value of the YAML."""

    def change(draft: Draft) -> None:
        owner, last = _owner(draft, place)
        owner[last] = value

    return change


def drop(place: Place) -> Change:
    """Remove a key or an entry of the YAML."""

    def change(draft: Draft) -> None:
        owner, last = _owner(draft, place)
        del owner[last]

    return change


def append(place: Place, value: Any) -> Change:
    """Add an entry to a list of the YAML."""

    def change(draft: Draft) -> None:
        owner, last = _owner(draft, place)
        owner[last].append(value)

    return change


def rename(place: Place, name: str) -> Change:
    """Give a key of the YAML another name."""

    def change(draft: Draft) -> None:
        owner, last = _owner(draft, place)
        owner[name] = owner.pop(last)

    return change


def edit(old: str, new: str) -> Change:
    """Replace text of the YAML when it is written."""
    return lambda draft: draft.edits.append((old, new))


def unedit(draft: Draft) -> None:
    """Take the replacements back."""
    draft.edits.clear()


def file(name: str, data: bytes | None) -> Change:
    """Set a file of the bundle; None removes it."""
    return lambda draft: _set(draft.files, name, data)


def inner(archive: str, name: str, data: bytes | None) -> Change:
    """Set a file of an inner zip; None removes it."""

    return lambda draft: _set(draft.zips[archive], name, data)


def whole(archive: str, files: dict[str, bytes] | None) -> Change:
    """Set an inner zip; None removes it."""
    return lambda draft: _set(draft.zips, archive, files)


def _set(table: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value


def both(*changes: Change) -> Change:
    """One after the other."""

    def change(draft: Draft) -> None:
        for one in changes:
            one(draft)

    return change
