"""Why these people are together, in words; and which demand stands in the way where nobody can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from organizer.pairing.people import Person
from organizer.pairing.programme import Division, Goal, Reached, Team, divide, levels, past, together
from xtreme_tasks.faults import OrganizerFault


def mean_strength(team: Team) -> float:
    """The mean of a team's strengths."""
    return sum(person.strength for person in team) / len(team)


def reasons(team: Team, topics: Sequence[str] = ()) -> tuple[str, ...]:
    """One sentence for each goal, as it turned out in this team."""
    known = frozenset[str]().union(*(person.topics for person in team))
    missing = sorted(topic for topic in {one.casefold() for one in topics} if topic not in known)
    mixed = "senior and junior" if len(levels(team)) == 2 else f"only {team[0].level}s: there were no others left"
    before = past(team)
    sentences = [
        mixed,
        f"knows {', '.join(sorted(known))}" if known else "knows no topic: nobody who does was left",
        *([f"lacks {', '.join(missing)}"] if missing else []),
        "never worked together" if not before else f"worked together {before} time{'s' * (before > 1)} before",
        f"mean strength {mean_strength(team):.1f}",
    ]
    if together(team):
        sentences.insert(0, "wished")
    return tuple(sentences)


def proof(one: Reached) -> str:
    """What is known of a goal's value."""
    if one.proven:
        return "optimal, proven"
    return f"not proven: at least {one.bound:.4g} for every division, the search was ended by its time limit"


def obstacles(people: Sequence[Person], seconds: float) -> tuple[tuple[str, str], ...]:
    """The forbidden pairs each of which alone, taken back, would make a division possible."""
    found = []
    for one, other in combinations(people, 2):
        if other.name in one.avoid or one.name in other.avoid:
            others = [_without(person, one, other) for person in people]
            try:
                divide(others, (Goal("any", "", lambda _: 0.0),), seconds)
            except OrganizerFault:
                continue
            found.append((one.name, other.name))
    return tuple(found)


def _without(person: Person, one: Person, other: Person) -> Person:
    if person.name not in (one.name, other.name):
        return person
    return replace(person, avoid=person.avoid - {one.name, other.name})


def spread(division: Division) -> tuple[float, float]:
    """The weakest and the strongest team's mean strength."""
    means = [mean_strength(team) for team in division.teams]
    return min(means), max(means)
