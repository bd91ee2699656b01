"""Keys and kinds of values: what the platform ignores silently, and what it refuses."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, at, at_key
from organizer.check.keys import DOCUMENTED_BUT_IGNORED, LEVELS, Kind, tables
from organizer.check.problem import Found, check, shown
from organizer.check.yaml_view import Item


@check(
    "C101", "error", "version is not 2", "Write `version: 2`; without it the bundle is read as the older version 1.5."
)
def version(view: BundleView) -> Iterator[Found]:
    """The platform compares the text of the value."""
    item = view.yaml.get("version")
    written = "no version" if item is None else f"version {shown(item.value)}"
    if view.older:
        remedy = "Check the bundle of version 2 instead; one of version 1.5 is not checked any further."
        yield Found(at_key(view.yaml, "phases"), f"{written}, and phases as in version 1.5", remedy)
    elif item is None or str(item.value) != "2":
        yield Found(at_key(view.yaml, "version"), written)


@check(
    "C102", "warning", "an unknown key is ignored silently", "Correct its spelling, move it to its level, or remove it."
)
def unknown_key(view: BundleView) -> Iterator[Found]:
    """Says what was probably meant."""
    for level, item in tables(view):
        known = LEVELS[level]
        for key in item.members:
            if key not in known:
                yield Found(at_key(item, key), f"{shown(key)} is no key of {level}{_suggestion(key, level)}")


def _suggestion(key: str, level: str) -> str:
    if key in DOCUMENTED_BUT_IGNORED:
        return ": the platform's documentation names it, but a bundle's value is not read"
    close = difflib.get_close_matches(key, LEVELS[level], 1, 0.7)
    if close:
        return f": did you mean {close[0]}?"
    others = [name for name, keys in LEVELS.items() if key in keys]
    return f": it belongs into {others[0]}" if len(others) == 1 else ""


@check("C103", "error", "a value is of the wrong kind", "Write a value of the kind that is named.")
def wrong_kind(view: BundleView) -> Iterator[Found]:
    """Text, whole numbers, true or false, lists, tables: as the platform's fields accept them."""
    for level, item in tables(view):
        for key, kind in LEVELS[level].items():
            if item.get(key) is not None and not _fits(item, key, kind):
                yield Found(at_key(item, key), f"{key} must be {_NAMES[kind]}")


_NAMES: dict[Kind, str] = {
    "text": "text",
    "flag": "true or false",
    "number": "a whole number",
    "list": "a list",
    "table": "a table",
    "any": "a value",
}


def _fits(item: Item, key: str, kind: Kind) -> bool:
    value = item.get(key)
    assert value is not None  # noqa: S101 - for the type checker; the caller excluded it
    if kind == "text":
        return item.text(key) is not None
    if kind == "flag":
        return item.flag(key, False) is not None
    if kind == "number":
        return item.number(key) is not None
    if kind == "list":
        return isinstance(value.value, tuple)
    return kind == "any" or isinstance(value.value, dict)


@check("C104", "error", "an entry of a list is not a table", "Write each entry as keys and values after a dash.")
def entry_not_a_table(view: BundleView) -> Iterator[Found]:
    """The platform stops at such an entry."""
    for key in ("pages", "tasks", "solutions", "phases", "leaderboards"):
        item = view.yaml.get(key)
        for entry in item.entries if item else ():
            if not isinstance(entry.value, dict):
                yield Found(at(entry), f"an entry of {key} is not a table")


CHECKS = (version, unknown_key, wrong_kind, entry_not_a_table)
