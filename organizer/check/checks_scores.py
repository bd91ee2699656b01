"""Columns against the scoring program: does it write what the leaderboard shows?

The program is not run. Its Python sources are searched for the words: a key that they never mention is not written;
a table of keys that mostly are columns shows which others are written too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from organizer.check.bundle_view import BundleView, at_key
from organizer.check.problem import Found, check, shown
from organizer.check.program_view import parse_sources

PART = 3
"""A piece of a string that is filled in (`f"{task}_score"`) may build a key, if it is at least this long."""
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HOLE = re.compile(r"%[-0-9.]*[sdfgr]|\{[^{}]*\}")


@check(
    "C421",
    "warning",
    "a column that the scoring program never mentions",
    "Write the key into scores.json at every run, or remove the column: a missing key shows n/a, sorted first.",
)
def column_without_score(view: BundleView) -> Iterator[Found]:
    """Computed columns are the platform's."""
    for slot, tree in view.data("scoring_program"):
        modules = parse_sources(tree)[0]
        if not modules:
            continue
        mentioned, pieces = _words(modules.values())
        for column in view.columns:
            key = column.text("key")
            if key is None or column.get("computation") is not None or key in mentioned:
                continue
            if not any(piece in key for piece in pieces):
                yield Found(at_key(column, "key"), f"{shown(key)} does not occur in {slot.name}")


@check("C422", "note", "a score without a column", "Add a column, or leave it: the platform ignores the key.")
def score_without_column(view: BundleView) -> Iterator[Found]:
    """Seen in tables and lists of which at least half are columns."""
    columns = {text for column in view.columns if (text := column.text("key"))}
    for slot, tree in view.data("scoring_program"):
        extra: dict[str, str] = {}
        for name, module in parse_sources(tree)[0].items():
            for node, keys in _groups(module):
                if _is_table(keys, columns):
                    extra |= dict.fromkeys(sorted(keys - columns), f"{slot.name}: {name} line {node.lineno}")
        yield from (Found(place, shown(key)) for key, place in extra.items())


def _is_table(keys: set[str], columns: set[str]) -> bool:
    """Whether at least half of the keys, and at least two of them or all columns, are columns; words only."""
    shared = keys & columns
    enough = len(shared) >= 2 or (shared == columns and len(keys) < 5)
    return enough and 2 * len(shared) >= len(keys) and all(key.isidentifier() for key in keys)


def _words(modules: Iterable[ast.Module]) -> tuple[set[str], set[str]]:
    """Every string and name that could be a key, and the pieces of strings that are built."""
    found: set[str] = set()
    pieces: set[str] = set()
    for node in (node for module in modules for node in ast.walk(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = WORD.findall(node.value)
            found |= {node.value, *words}
            if HOLE.search(node.value):
                pieces.update(words)
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            pieces.update(word for part in parts for word in WORD.findall(str(part)))
        elif name := _name(node):
            found.add(name)
    return found, {piece for piece in pieces if len(piece) >= PART}


def _name(node: ast.AST) -> str | None:
    """The name in a variable, an attribute or a keyword."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.arg if isinstance(node, ast.keyword) else None


def _groups(module: ast.Module) -> Iterator[tuple[ast.expr, set[str]]]:
    """Keys of dict displays, and the strings of tuples and lists."""
    for node in ast.walk(module):
        if isinstance(node, ast.Dict):
            members: list[ast.expr | None] = list(node.keys)
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            members = list(node.elts)
        else:
            continue
        yield node, {item.value for item in members if isinstance(item, ast.Constant) and isinstance(item.value, str)}


CHECKS = (column_without_score, score_without_column)
