"""Times as the platform stores them: it keeps the date of what is unquoted, and drops every offset."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from organizer.check.yaml_view import Item


@dataclass(frozen=True)
class Moment:
    """One start or end.

    Attributes:
        stored: what the platform keeps, in UTC without zone; None if that is not known here.
        meant: what was written, in UTC without zone; None likewise.
        fault: empty, `time lost`, `offset dropped`, `not ISO` or `no time`.

    """

    stored: datetime.datetime | None
    meant: datetime.datetime | None
    fault: str = ""


def moment(phase: Item, key: str) -> Moment | None:
    """The phase's `start` or `end`; None where there is none."""
    item = phase.get(key)
    if item is None or item.value == "":
        return None
    value = item.value
    if isinstance(value, datetime.date):
        return _unquoted(value)
    if not isinstance(value, str):
        return Moment(None, None, "no time")
    try:
        written = datetime.datetime.fromisoformat(value.strip())
    except ValueError:
        return Moment(None, None, "not ISO" if any(letter.isdigit() for letter in value) else "no time")
    stored, meant = written.replace(tzinfo=None), _utc(written)
    return Moment(stored, meant, "offset dropped" if stored != meant else "")


def _unquoted(value: datetime.date) -> Moment:
    stored = datetime.datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime.datetime):
        return Moment(stored, stored)
    # The YAML loader turns an offset into UTC before the platform drops the time of day.
    meant = _utc(value)
    return Moment(stored, meant, "time lost" if meant != stored else "")


def _utc(value: datetime.datetime) -> datetime.datetime:
    if value.tzinfo is None:
        return value
    try:
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    except OverflowError:  # at the ends of the calendar
        return value.replace(tzinfo=None)


def label(phase: Item) -> str:
    """The phase's name for a message."""
    return phase.text("name") or "(no name)"
