"""The division into teams as an integer programme: set partitioning, one goal after the other.

Every allowed pair is a column, and with an odd number of people every allowed team of three, of which exactly one is
taken; every person is in exactly one team. The goals are lexicographic: a later one never costs anything of an
earlier one, so no weights have to be guessed. Each goal is a sum over teams; once its best value is known it becomes
a constraint of the next programme. HiGHS (scipy.optimize.milp) solves them and gives the bound that proves the value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from organizer.pairing.people import Person
from xtreme_tasks.faults import OrganizerFault

Team = tuple[Person, ...]
TOLERANCE = 1e-6  # of a goal's value: below what one pair more or less changes


@dataclass(frozen=True)
class Goal:
    """One goal: the sum of `cost` over all teams is made as small as can be.

    Attributes:
        name: for tables.
        meaning: what the sum counts.
        cost: of one team.
        offset: what the sum over all teams is counted from.

    """

    name: str
    meaning: str
    cost: Callable[[Team], float]
    offset: float = 0.0


@dataclass(frozen=True)
class Reached:
    """What became of a goal: its value, and the bound below which no division can go."""

    goal: Goal
    value: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether the value is optimal, given the goals before it."""
        return self.value - self.bound <= TOLERANCE * max(1.0, abs(self.value))


@dataclass(frozen=True)
class Division:
    """The teams, each sorted with its seniors first, and what every goal reached."""

    teams: tuple[Team, ...]
    reached: tuple[Reached, ...]

    @property
    def proven(self) -> bool:
        """Whether no division is better, goal by goal."""
        return all(one.proven for one in self.reached)


def goals(people: Sequence[Person], topics: Sequence[str] = ()) -> tuple[Goal, ...]:
    """The goals in their order.

    Args:
        people: everybody; balance is measured against their mean strength.
        topics: what every team should know; without any, a team should know something at all.

    """
    wanted = frozenset(topic.casefold() for topic in topics)
    mean = sum(person.strength for person in people) / len(people)

    def unknown(team: Team) -> float:
        known = frozenset[str]().union(*(person.topics for person in team))
        return float(len(wanted - known)) if wanted else float(not known)

    return (
        Goal("topics", "topics that a team lacks", unknown),
        Goal("levels", "teams without a senior or without a junior", lambda team: float(len(levels(team)) < 2)),
        Goal("wishes", "wished pairs that are not together", lambda team: -float(together(team)), wished(people)),
        Goal("acquaintance", "times that two of a team worked together before", lambda team: float(past(team))),
        Goal(
            "balance",
            "squared distances of the teams' mean strength from everybody's",
            lambda team: (sum(person.strength for person in team) / len(team) - mean) ** 2,
        ),
    )


def levels(team: Team) -> frozenset[str]:
    """The levels in a team."""
    return frozenset(person.level for person in team)


def past(team: Team) -> int:
    """How often two of a team worked together; where both lines count it, the larger number."""
    return sum(
        max(one.worked_with.get(other.name, 0), other.worked_with.get(one.name, 0))
        for one, other in combinations(team, 2)
    )


def together(team: Team) -> int:
    """How many wished pairs a team holds."""
    return sum(other.name in one.wish or one.name in other.wish for one, other in combinations(team, 2))


def wished(people: Sequence[Person]) -> int:
    """How many pairs of people are wished by at least one of the two."""
    return sum(together(pair) for pair in combinations(people, 2))


def allowed(team: Team) -> bool:
    """Whether nobody in the team avoids another."""
    return not any(other.name in one.avoid or one.name in other.avoid for one, other in combinations(team, 2))


def divide(people: Sequence[Person], aims: Sequence[Goal], seconds: float = 60.0) -> Division:
    """The best division.

    Args:
        people: at least two, sorted, so that equal files give equal teams.
        aims: the goals, the most important first.
        seconds: time limit of each goal's programme; where it ends the search, the gap says how far it may be off.

    Raises:
        OrganizerFault: E281 if no division avoids every forbidden pair, or none was found in time.

    """
    columns: list[Team] = [team for team in combinations(people, 2) if allowed(team)]
    if len(people) % 2:
        columns += [team for team in combinations(people, 3) if allowed(team)]
    if not columns:
        raise OrganizerFault("E281", "", "every pair is forbidden")
    reached: list[Reached] = []
    limits: list[tuple[Goal, float]] = []
    teams: list[Team] = []
    for aim in aims:
        cost = np.array([aim.cost(team) for team in columns])
        value, bound = sum(aim.cost(team) for team in teams), _share_bound(people, columns, cost)
        if not teams or value > bound + TOLERANCE:  # else the division at hand is the best for this goal, too
            result = _solve(people, columns, cost, limits, seconds)
            if result.x is not None:
                teams = [columns[index] for index in np.flatnonzero(result.x > 0.5)]
            elif not teams:
                raise _impossible(result.status, seconds)
            value = sum(aim.cost(team) for team in teams)
            bound = max(bound, -np.inf if result.mip_dual_bound is None else float(result.mip_dual_bound))
        reached.append(Reached(aim, aim.offset + value, aim.offset + min(bound, value)))
        limits.append((aim, value + TOLERANCE * max(1.0, abs(value))))
        if cost.min() >= 0:  # then no team may cost more than all teams together
            columns = [team for team, own in zip(columns, cost, strict=True) if own <= limits[-1][1]]
    return Division(tuple(sorted(map(_seniors_first, teams), key=lambda team: team[0].name)), tuple(reached))


def _share_bound(people: Sequence[Person], columns: Sequence[Team], cost: NDArray[np.float64]) -> float:
    """A bound without any search: everybody pays an equal share of the cheapest team that he could be in."""
    least = {person.name: np.inf for person in people}
    for team, own in zip(columns, cost, strict=True):
        for person in team:
            least[person.name] = min(least[person.name], own / len(team))
    return float(sum(least.values()))


def _solve(
    people: Sequence[Person],
    columns: Sequence[Team],
    cost: NDArray[np.float64],
    limits: Sequence[tuple[Goal, float]],
    seconds: float,
) -> Any:  # noqa: ANN401 - scipy's OptimizeResult has no types
    """One programme: the cheapest division that keeps what the goals before it reached."""
    rows = _membership(people, columns)
    right = np.ones(rows.shape[0])
    constraints = [LinearConstraint(rows, right, right)]
    for aim, limit in limits:
        constraints.append(LinearConstraint(np.array([[aim.cost(team) for team in columns]]), -np.inf, limit))
    return milp(
        cost,
        integrality=np.ones(len(columns)),
        bounds=Bounds(0, 1),
        constraints=constraints,
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )


def _membership(people: Sequence[Person], columns: Sequence[Team]) -> csr_array:
    """Rows: one a person (in exactly one team); with an odd number one more: exactly one team of three."""
    number = {person.name: row for row, person in enumerate(people)}
    entries = [(number[person.name], column) for column, team in enumerate(columns) for person in team]
    if len(people) % 2:
        entries += [(len(people), column) for column, team in enumerate(columns) if len(team) == 3]
    first, second = np.array(entries).T
    shape = (len(people) + len(people) % 2, len(columns))
    return csr_array((np.ones(len(entries)), (first, second)), shape=shape)


def _seniors_first(team: Team) -> Team:
    return tuple(sorted(team, key=lambda person: (person.level != "senior", person.name)))


def _impossible(status: int, seconds: float) -> OrganizerFault:
    if status == 1:
        return OrganizerFault("E281", "", f"none found in {seconds:g} s", "Give a larger --seconds.")
    return OrganizerFault("E281")
