"""When the phases are: start date and lengths in weeks become windows in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from xtreme_tasks.faults import OrganizerFault

GAP = timedelta(minutes=1)
"""The platform demands that a phase ends strictly before the next one starts."""


@dataclass(frozen=True)
class Phase:
    """One phase: `key` names it in records and files; `start` and `end` are aware UTC times."""

    key: str
    split: str
    start: datetime
    end: datetime


def schedule(splits: Sequence[str], start: datetime, weeks: Sequence[float]) -> list[Phase]:
    """The phases one after another, each ending a minute before the next begins.

    Args:
        splits: `evaluation` or `final` of each phase, in order.
        start: beginning of the first phase.
        weeks: length of each phase.

    Raises:
        OrganizerFault: E231 if the numbers do not fit.

    """
    if len(weeks) != len(splits):
        raise OrganizerFault("E231", "--weeks", f"{len(splits)} phases need {len(splits)} numbers")
    if any(not 0 < length <= 520 for length in weeks):
        raise OrganizerFault("E231", "--weeks", "each phase needs more than 0 and at most 520 weeks")
    phases: list[Phase] = []
    evaluations = 0
    for split, length in zip(splits, weeks, strict=True):
        if split == "evaluation":
            evaluations += 1
            key = f"evaluation-{evaluations}"
        else:
            key = split
        end = start + timedelta(weeks=length)
        phases.append(Phase(key, split, start, end - GAP))
        start = end
    if len({phase.key for phase in phases}) != len(phases):
        raise OrganizerFault("E231", "competition.yaml phases", "only one final phase is possible")
    return phases


def parse_start(text: str) -> datetime:
    """A date or date and time in UTC, as `2027-01-11` or `2027-01-11 09:00`.

    Raises:
        OrganizerFault: E231.

    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise OrganizerFault("E231", "--start", "not a date like 2027-01-11") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_weeks(text: str) -> list[float]:
    """Lengths like `4,4,4,1` (E231)."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise OrganizerFault("E231", "--weeks", "not numbers like 4,4,4,1") from None


def platform_time(moment: datetime) -> str:
    """UTC without an offset: the platform drops offsets, and loses the time of day of anything unquoted."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
