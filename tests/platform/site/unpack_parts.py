"""The times and the leaderboard of a bundle, checked as the platform checks them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from tests.platform.site.state import Column, Leaderboard, State


class Unpacking(Exception):
    """What the platform shows of a bundle that it does not take."""


def ordered(phases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The phases by their index."""
    return sorted(phases, key=lambda phase: phase.get("index", 0))


Window = tuple[datetime, datetime | None]


def windows_of(phases: list[dict[str, Any]]) -> list[Window]:
    """Start and end of each phase, in order (Unpacking)."""
    windows: list[Window] = []
    for index, phase in enumerate(ordered(phases)):
        start, end = when(phase.get("start")), when(phase.get("end"))
        if "tasks" not in phase:
            raise Unpacking("Phases must contain at least one task to be valid")
        if start is None:
            raise Unpacking("phases: start: This field may not be null.\n")
        windows.append((start, end))
        if index:
            _check_order(phase.get("name"), start, ordered(phases)[index - 1].get("name"), windows[index - 1][1])
    return windows


def _check_order(name: object, start: datetime, before: object, end: datetime | None) -> None:
    if end is None:
        raise Unpacking(f"Phase: {before} must have an end time because it has a phase after it.")
    if start < end:
        raise Unpacking(f"Phases must be sequential. Phase: {name}starts before Phase: {before} has ended")
    if start == end:
        raise Unpacking(f"Phases dates conflict. Phase: {name} should start after Phase: {before} has ended")


def when(value: object) -> datetime | None:
    """A time of the bundle: an unquoted one loses its time of day, an offset is dropped."""
    if not value:
        return None
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


def leaderboard_of(state: State, raw: Mapping[str, Any]) -> Leaderboard:
    """The leaderboard, its columns by index (Unpacking)."""
    columns = raw.get("columns")
    if not columns:
        raise Unpacking("columns: Leaderboards require at least 1 column\n")
    if len({column["index"] for column in columns}) != len(columns):
        raise Unpacking("columns: Columns must have unique indexes!\n")
    if len({column["key"] for column in columns}) != len(columns):
        raise Unpacking("columns: Columns must have unique keys!\n")
    made = Leaderboard(state.number("leaderboard"), short("title", raw["title"], 64), short("key", raw["key"], 36))
    made.submission_rule = str(raw.get("submission_rule", "Add"))
    made.primary_index = int(raw.get("primary_index", 0))
    made.hidden = bool(raw.get("hidden", False))
    for item in sorted(columns, key=lambda column: column["index"]):
        title, name = (short(field, item[field], 36, "columns: {}\n") for field in ("title", "key"))
        column = Column(state.number("column"), name, title, int(item["index"]))
        column.sorting, column.hidden = str(item.get("sorting", "desc")), bool(item.get("hidden", False))
        column.precision = int(item.get("precision", 2))
        column.computation = item.get("computation")
        indexes = item.get("computation_indexes")
        column.computation_indexes = ",".join(map(str, indexes)) if indexes else None
        made.columns.append(column)
    return made


def short(name: str, text: object, limit: int, around: str = "{}") -> str:
    """A text that fits the platform\'s field (Unpacking)."""
    if len(str(text)) > limit:
        raise Unpacking(around.format(f"{name}: Ensure this field has no more than {limit} characters.\n"))
    return str(text)
