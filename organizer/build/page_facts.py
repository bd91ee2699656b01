"""What the pages say about a build, as values; and the sizes and times of it in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from organizer.base_models.listing import BaseModel
from organizer.build.phases import Phase
from organizer.build.rules import Rules

Counts = Mapping[str, Mapping[str, Mapping[str, int]]]


@dataclass(frozen=True)
class PageFacts:
    """All that the pages show and that depends on the build.

    Attributes:
        title: of the competition, as `competition.yaml` has it.
        phases: in order.
        rules: of `rules.toml`.
        counts: examples by split, task and language; hidden splits have the names that the phases use.
        sealed: False is a declared demonstration, which every page says.
        names: of the phases for people; made from their keys where they are not given.
        source: where the data come from, as `competition prepare` names it.
        models: base models in the image.

    """

    title: str
    phases: Sequence[Phase]
    rules: Rules
    counts: Counts
    sealed: bool
    names: Sequence[str] = ()
    source: str = ""
    models: Sequence[BaseModel] = ()


def phase_names(facts: PageFacts) -> list[str]:
    """The phases' names for people (`Evaluation 1`)."""
    return list(facts.names) or [phase.key.replace("-", " ").capitalize() for phase in facts.phases]


def in_words(seconds: float) -> str:
    """A length of time in the largest unit that divides it: `90 minutes`, `24 hours`, `2.5 seconds`."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            return counted(seconds / size, unit)
    return counted(seconds, "second")


def counted(number: float, noun: str) -> str:
    """`1 place`, `2 places`, `1,200 places`."""
    shown = f"{number:,.0f}" if number == int(number) else f"{number:g}"
    return f"{shown} {noun}{'' if number == 1 else 's'}"


def memory(mib: float) -> str:
    """A size in GiB where it is whole, else in MiB."""
    return f"{mib / 1024:g} GiB" if mib and mib % 1024 == 0 else f"{mib:g} MiB"


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
