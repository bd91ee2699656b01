"""When phases are: what the platform makes of the times, and whether they follow one another."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import pairwise

from organizer.check.bundle_view import BundleView, at, at_key
from organizer.check.problem import Found, check, shown
from organizer.check.times import label, moment

FORM = "'2027-01-11 09:00:00'"


@check("C201", "error", "a phase has no start", f"Write `start:` in UTC and in quotes, like {FORM}.")
def start_missing(view: BundleView) -> Iterator[Found]:
    """Required by the platform's model."""
    for phase in view.phases:
        if moment(phase, "start") is None:
            yield Found(at(phase), f"phase {shown(label(phase))}")


@check("C202", "error", "not a time", f"Write it in UTC and in quotes, like {FORM}.")
def not_a_time(view: BundleView) -> Iterator[Found]:
    """Numbers, words and lists."""
    yield from _faults(view, "no time", "is no time")


@check("C203", "error", "the time of day is lost", f"Put it in quotes: {FORM}.")
def time_lost(view: BundleView) -> Iterator[Found]:
    """An unquoted time becomes midnight of its day."""
    yield from _faults(view, "time lost", "is unquoted and becomes midnight")


@check("C204", "error", "the offset is dropped", f"Convert it to UTC and write it without a zone, like {FORM}.")
def offset_dropped(view: BundleView) -> Iterator[Found]:
    """09:00+02:00 becomes 09:00 UTC."""
    yield from _faults(view, "offset dropped", "loses its offset")


@check(
    "C205", "warning", "not an ISO time", f"Write it like {FORM}; 03/04/2027 is the fourth of March to the platform."
)
def not_iso(view: BundleView) -> Iterator[Found]:
    """The platform guesses the order of day and month."""
    yield from _faults(view, "not ISO", "is no ISO time")


def _faults(view: BundleView, fault: str, what: str) -> Iterator[Found]:
    for phase in view.phases:
        for key in ("start", "end"):
            read = moment(phase, key)
            if read is not None and read.fault == fault:
                item = phase.members[key]
                written = item.raw or item.value
                yield Found(at_key(phase, key), f"{key} {shown(written)} of phase {shown(label(phase))} {what}")


@check("C206", "error", "a phase ends before it starts", "Write an end that is later than the start.")
def ends_before_start(view: BundleView) -> Iterator[Found]:
    """Compared as the platform stores them."""
    for phase in view.phases:
        start, end = moment(phase, "start"), moment(phase, "end")
        if start and end and start.stored and end.stored and end.stored <= start.stored:
            yield Found(at_key(phase, "end"), f"phase {shown(label(phase))}: {start.stored} to {end.stored}")


@check("C207", "error", "a phase before the last has no end", "Write `end:`, earlier than the start of the next phase.")
def end_missing(view: BundleView) -> Iterator[Found]:
    """The unpacker refuses the bundle."""
    for phase in view.phases[:-1]:
        if moment(phase, "end") is None:
            yield Found(at(phase), f"phase {shown(label(phase))}")


@check(
    "C208",
    "error",
    "phases overlap or touch",
    "Let each phase end strictly before the next one starts, by a minute for example.",
)
def overlap(view: BundleView) -> Iterator[Found]:
    """The unpacker refuses equal times too."""
    for one, two in pairwise(view.phases):
        end, start = moment(one, "end"), moment(two, "start")
        if end and start and end.stored and start.stored and end.stored >= start.stored:
            names = f"{shown(label(two))} starts {start.stored}, {shown(label(one))} ends {end.stored}"
            yield Found(at_key(two, "start"), names)


@check("C209", "warning", "every phase is over", "Build again with a start in the future (`--start`).")
def all_past(view: BundleView) -> Iterator[Found]:
    """Nobody could submit through the page."""
    ends = [moment(phase, "end") for phase in view.phases]
    now = datetime.datetime.fromtimestamp(view.now, datetime.UTC).replace(tzinfo=None)
    stored = [end.stored for end in ends if end and end.stored]
    if ends and len(stored) == len(ends) and max(stored) < now:
        yield Found(at(view.phases[-1]), f"the last one ended {max(stored)}")


@check("C210", "note", "the last phase never ends", "Write `end:` unless it is meant to stay open.")
def never_ends(view: BundleView) -> Iterator[Found]:
    """Attempts then arrive after the results are out."""
    if view.phases and moment(view.phases[-1], "end") is None:
        yield Found(at(view.phases[-1]), f"phase {shown(label(view.phases[-1]))}")


@check(
    "C211",
    "note",
    "the platform lets the API submit outside a phase's times",
    "Let your own programs judge the time, as this project's ingestion does.",
)
def window_not_enforced(view: BundleView) -> Iterator[Found]:
    """The page refuses past and future phases; the API accepts them."""
    programs = [tree for _, tree in view.data("ingestion_program")]
    if view.phases and not any("program.json" in tree for tree in programs):
        yield Found(at(view.phases[0]), "nothing here refuses a submission to a past or future phase")


CHECKS = (
    start_missing,
    not_a_time,
    time_lost,
    offset_dropped,
    not_iso,
    ends_before_start,
    end_missing,
    overlap,
    all_past,
    never_ends,
    window_not_enforced,
)
