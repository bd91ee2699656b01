"""The programme against the slow truth: every division of few people, tried one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from organizer.pairing import programme
from organizer.pairing.explain import obstacles, proof
from organizer.pairing.people import Person
from organizer.pairing.programme import Goal, Team, allowed, divide, goals
from xtreme_tasks.faults import OrganizerFault

NAMES = "abcdefgh"


def divisions(people: Sequence[Person]) -> Iterator[tuple[Team, ...]]:
    """Every division into pairs, and one team of three where the number is odd."""
    if not people:
        yield ()
        return
    sizes = (2, 3) if len(people) % 2 else (2,)
    first, rest = people[0], people[1:]
    for size in sizes:
        for others in combinations(rest, size - 1):
            left = [person for person in rest if person not in others]
            for division in divisions(left):
                yield ((first, *others), *division)


def cost(division: Sequence[Team], aims: Sequence[Goal]) -> tuple[float, ...]:
    return tuple(round(aim.offset + sum(aim.cost(team) for team in division), 6) for aim in aims)


@st.composite
def crowds(draw: st.DrawFn) -> tuple[Person, ...]:
    names = NAMES[: draw(st.integers(2, 7))]

    def some(name: str, most: int) -> frozenset[str]:
        others = [other for other in names if other != name]
        return frozenset(draw(st.lists(st.sampled_from(others), max_size=most)))

    return tuple(
        Person(
            name,
            draw(st.sampled_from(("senior", "junior"))),
            draw(st.integers(1, 10)),
            frozenset(draw(st.lists(st.sampled_from(("nlp", "gpu")), max_size=2))),
            {other: draw(st.integers(1, 3)) for other in some(name, 2)},
            some(name, 1),
            some(name, 1),
        )
        for name in names
    )


@settings(max_examples=60, deadline=None)
@given(crowds(), st.sampled_from(((), ("nlp",), ("nlp", "gpu"))))
def test_no_division_is_better(people: tuple[Person, ...], topics: tuple[str, ...]):
    aims = goals(people, topics)
    possible = [one for one in divisions(people) if all(allowed(team) for team in one)]
    if not possible:
        with pytest.raises(OrganizerFault, match="E281"):
            divide(people, aims)
        return
    found = divide(people, aims)
    assert sorted(person.name for team in found.teams for person in team) == [person.name for person in people]
    assert all(allowed(team) for team in found.teams)
    assert cost(found.teams, aims) == pytest.approx(min(cost(one, aims) for one in possible), abs=1e-4)
    assert [one.value for one in found.reached] == pytest.approx(cost(found.teams, aims), abs=1e-5)
    assert found.proven


def test_an_odd_number_makes_exactly_one_team_of_three():
    people = [Person(name, "senior" if name in "abc" else "junior", 5) for name in "abcdefg"]
    sizes = sorted(len(team) for team in divide(people, goals(people)).teams)
    assert sizes == [2, 2, 3]


def test_an_earlier_goal_is_never_sold_for_a_later_one():
    """The wished pair would be senior with senior: levels come before wishes."""
    people = [
        Person("a", "senior", 5, wish=frozenset("b")),
        Person("b", "senior", 5),
        Person("c", "junior", 5),
        Person("d", "junior", 5),
    ]
    found = divide(people, goals(people))
    assert all({person.level for person in team} == {"senior", "junior"} for team in found.teams)
    assert next(one for one in found.reached if one.goal.name == "wishes").value == 1


def test_obstacles_are_the_pairs_that_would_help():
    """Of four people a avoids everybody: each of its three demands, taken back, would do; c's and d's would not."""
    people = [
        Person("a", "senior", 5, avoid=frozenset("bcd")),
        Person("b", "junior", 5),
        Person("c", "junior", 5),
        Person("d", "senior", 5, avoid=frozenset("c")),
    ]
    with pytest.raises(OrganizerFault, match="E281"):
        divide(people, goals(people))
    assert obstacles(people, 10) == (("a", "c"), ("a", "d"))


def test_without_any_time_nothing_is_found():
    people = [Person(f"p{number:03}", "senior" if number % 2 else "junior", 5) for number in range(61)]
    with pytest.raises(OrganizerFault, match=r"E281 .*none found in 0 s.*--seconds"):
        divide(people, goals(people), seconds=0.0)


def test_a_search_cut_short_says_what_it_does_not_know(monkeypatch: pytest.MonkeyPatch):
    """The solver's answer when its time is over: a division, and a bound below its value."""
    people = [Person(name, "senior" if name in "ab" else "junior", 5) for name in "abcd"]
    columns = list(combinations(people, 2))
    taken = [float(names in ({"a", "b"}, {"c", "d"})) for names in ({p.name for p in team} for team in columns)]
    answer = SimpleNamespace(x=np.array(taken), status=1, mip_dual_bound=0.5)
    monkeypatch.setattr(programme, "milp", lambda *_, **__: answer)
    found = divide(people, [goals(people)[1]])
    assert (found.reached[0].value, found.reached[0].bound, found.proven) == (2.0, 0.5, False)
    assert proof(found.reached[0]).startswith("not proven: at least 0.5")
