"""The leaderboard and its columns, as the platform's models take them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, at, at_key
from organizer.check.platform_limits import (
    AUTOMATIC_RULES,
    COLUMN_KEY,
    COLUMN_TITLE,
    COMPUTATIONS,
    LEADERBOARD_KEY,
    LEADERBOARD_TITLE,
    SCORE_DECIMALS,
    SUBMISSION_RULES,
)
from organizer.check.problem import Found, check, shown
from organizer.check.yaml_view import Item

LOWER_IS_BETTER = frozenset(
    "time duration seconds second latency runtime error errors loss perplexity rmse mae mse wer cer memory energy "
    "cost size emissions".split()
)
HIGHER_IS_BETTER = frozenset(
    "accuracy acc f1 score auc auroc precision recall bleu rouge iou dice r2 map speedup throughput gained".split()
)


def boards(view: BundleView) -> tuple[Item, ...]:
    """All leaderboards; the platform uses the first."""
    return view.listed("leaderboards")


@check("C401", "error", "there is no leaderboard", "Write `leaderboards:` with one leaderboard.")
def missing(view: BundleView) -> Iterator[Found]:
    """Required."""
    if not boards(view):
        yield Found(at_key(view.yaml, "leaderboards"), "no leaderboards")


@check("C402", "warning", "more than one leaderboard", "Keep one: every phase gets the first, with a table of its own.")
def several(view: BundleView) -> Iterator[Found]:
    """The others are created and never shown."""
    for board in boards(view)[1:]:
        yield Found(at(board), f"{shown(board.text('title'))} is not used")


@check(
    "C403",
    "error",
    "a leaderboard's title or key is missing or too long",
    f"Write a title of at most {LEADERBOARD_TITLE} and a key of at most {LEADERBOARD_KEY} characters.",
)
def board_names(view: BundleView) -> Iterator[Found]:
    """Required by the platform's model."""
    for board in boards(view):
        yield from _lengths(board, {"title": LEADERBOARD_TITLE, "key": LEADERBOARD_KEY})


def _lengths(item: Item, limits: dict[str, int]) -> Iterator[Found]:
    for key, limit in limits.items():
        text = item.text(key) or ""
        if not text.strip():
            yield Found(at_key(item, key), f"no {key}")
        elif len(text) > limit:
            yield Found(at_key(item, key), f"{key} {shown(text)} has {len(text)} characters, {limit} are allowed")


@check("C404", "error", "the leaderboard has no columns", "Write `columns:` with at least one column.")
def no_columns(view: BundleView) -> Iterator[Found]:
    """Required."""
    for board in boards(view):
        columns = board.get("columns")
        if columns is None or not columns.entries:
            yield Found(at(board), f"leaderboard {shown(board.text('title'))}")


@check(
    "C405",
    "error",
    "a column's title or key is missing or too long",
    f"Write a title and a key of at most {COLUMN_TITLE} characters.",
)
def column_names(view: BundleView) -> Iterator[Found]:
    """The platform's fields are short."""
    for column in view.columns:
        yield from _lengths(column, {"title": COLUMN_TITLE, "key": COLUMN_KEY})


@check("C406", "error", "a column's index is missing or negative", "Number the columns 0, 1, 2, ...")
def column_index(view: BundleView) -> Iterator[Found]:
    """Required by the platform's model."""
    for column in view.columns:
        index = column.number("index")
        if index is None or index < 0:
            yield Found(at_key(column, "index"), f"column {shown(column.text('key'))}")


@check("C407", "error", "two columns share a key or an index", "Give each column its own.")
def column_twice(view: BundleView) -> Iterator[Found]:
    """The platform refuses both."""
    for key in ("key", "index"):
        counts = Counter(column.text(key) for column in view.columns)
        for column in view.columns:
            text = column.text(key)
            if text is not None and counts[text] > 1:
                yield Found(at_key(column, key), f"{key} {shown(text)} occurs {counts[text]} times")


@check("C408", "error", "a column's sorting is unknown", "Write desc (larger is better) or asc (smaller is better).")
def sorting_unknown(view: BundleView) -> Iterator[Found]:
    """The platform's model knows two."""
    for column in view.columns:
        item = column.get("sorting")
        if item is not None and item.value not in ("asc", "desc"):
            yield Found(at(item), f"column {shown(column.text('key'))}: {shown(item.value)}")


@check("C409", "warning", "a column sorts against its metric's sense", "Use asc for times and errors, desc for scores.")
def sorting_sense(view: BundleView) -> Iterator[Found]:
    """Judged by the words of title and key; desc is the default."""
    for column in view.columns:
        text = f"{column.text('title')} {column.text('key')}".lower()
        found = set(re.split(r"[^a-z0-9]+", text))
        lower, higher = bool(found & LOWER_IS_BETTER), bool(found & HIGHER_IS_BETTER)
        sorting = column.text("sorting") or "desc"
        if lower != higher and sorting == ("desc" if lower else "asc"):
            better = "smaller" if lower else "larger"
            yield Found(
                at_key(column, "sorting"), f"column {shown(column.text('key'))}: {better} is better, not {sorting}"
            )


@check("C410", "error", "no column is the primary one", "Let `primary_index` (0 if absent) be the index of a column.")
def primary_missing(view: BundleView) -> Iterator[Found]:
    """The table cannot be shown without it."""
    for board in boards(view)[:1]:
        primary = _primary(board)
        if view.columns and primary not in {column.number("index") for column in view.columns}:
            yield Found(at_key(board, "primary_index"), f"no column has index {primary}")


def _primary(board: Item) -> int:
    return board.number("primary_index") or 0


@check("C411", "warning", "the primary column is hidden", "Show it, or explain the order on a page.")
def primary_hidden(view: BundleView) -> Iterator[Found]:
    """The order then looks arbitrary."""
    for board in boards(view)[:1]:
        for column in view.columns:
            if column.number("index") == _primary(board) and column.flag("hidden", False):
                yield Found(at_key(column, "hidden"), f"column {shown(column.text('key'))}")


@check(
    "C412",
    "error",
    "a computed column is malformed",
    f"Write `computation:` ({', '.join(COMPUTATIONS)}) and `computation_indexes:` with indexes of other columns.",
)
def computed(view: BundleView) -> Iterator[Found]:
    """The platform refuses it."""
    known = {column.number("index") for column in view.columns}
    for column in view.columns:
        function, indexes = column.get("computation"), column.get("computation_indexes")
        place = at_key(column, "computation" if function else "computation_indexes")
        if function is not None and function.value not in COMPUTATIONS:
            yield Found(place, f"unknown: {shown(function.value)}")
        if function is not None and (indexes is None or not indexes.entries):
            yield Found(place, "no computation_indexes")
        if function is None and indexes is not None and indexes.entries:
            yield Found(place, "computation_indexes without computation")
        for entry in indexes.entries if indexes else ():
            if not str(entry.value).isdecimal() or int(str(entry.value)[:18]) not in known:
                yield Found(at(entry), f"no column has index {shown(entry.value)}")
            elif str(entry.value) == str(column.number("index")):
                yield Found(at(entry), "it computes on itself")


@check(
    "C413",
    "error",
    "a column's precision is out of range",
    f"Write 0 to {SCORE_DECIMALS}: the platform stores that many decimals.",
)
def precision(view: BundleView) -> Iterator[Found]:
    """Two is the default."""
    for column in view.columns:
        count = column.number("precision")
        if count is not None and not 0 <= count <= SCORE_DECIMALS:
            yield Found(at_key(column, "precision"), f"column {shown(column.text('key'))}: {count}")


@check("C414", "error", "submission_rule is unknown", f"Write one of {', '.join(SUBMISSION_RULES)}.")
def rule_unknown(view: BundleView) -> Iterator[Found]:
    """The platform refuses it."""
    for board in boards(view):
        item = board.get("submission_rule")
        if item is not None and item.value not in SUBMISSION_RULES:
            yield Found(at(item), shown(item.value))


@check(
    "C415",
    "warning",
    "nothing reaches the leaderboard by itself",
    f"Write `submission_rule:` {', '.join(AUTOMATIC_RULES)}; with any other a team must click, or is not ranked.",
)
def rule_by_hand(view: BundleView) -> Iterator[Found]:
    """Add is the default."""
    for board in boards(view)[:1]:
        rule = board.text("submission_rule") or "Add"
        if rule in SUBMISSION_RULES and rule not in AUTOMATIC_RULES:
            yield Found(at_key(board, "submission_rule"), rule)


@check(
    "C416", "note", "something on the leaderboard is hidden", "Put nothing secret there: the API shows hidden columns."
)
def hidden(view: BundleView) -> Iterator[Found]:
    """Hidden means: not drawn."""
    for item in (*boards(view)[:1], *view.columns):
        if item.flag("hidden", False):
            yield Found(at_key(item, "hidden"), shown(item.text("key")))


CHECKS = (
    missing,
    several,
    board_names,
    no_columns,
    column_names,
    column_index,
    column_twice,
    sorting_unknown,
    sorting_sense,
    primary_missing,
    primary_hidden,
    computed,
    precision,
    rule_unknown,
    rule_by_hand,
    hidden,
)
