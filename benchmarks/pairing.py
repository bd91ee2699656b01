"""The division of 61 people by the integer programme, beside a greedy one: how much imbalance is left.

Greedy: again and again the best pair of those who are left, by the same goals in the same order; the last three stay
together. The ratio compares the last goal, balance, on crowds where both reach the same values of the goals before it.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from itertools import combinations

from benchmarks.result import save
from organizer.pairing.people import Person
from organizer.pairing.programme import Goal, Team, divide, goals

PEOPLE = 61
CROWDS = 5
NAMES = [f"p{number:02}" for number in range(PEOPLE)]


def crowd(seed: int) -> list[Person]:
    """Made-up people: nearly half of them senior, every third with a topic, each with some old acquaintances."""
    draw = random.Random(seed)
    people = []
    for name in NAMES:
        senior = draw.random() < 0.5
        topics = frozenset(["nlp"] if draw.random() < 0.4 else [])
        past = {other: 1 for other in draw.sample(NAMES, 6) if other != name}
        strength = min(10, max(1, round(draw.gauss(7 if senior else 4, 1.5))))
        people.append(Person(name, "senior" if senior else "junior", strength, topics, past))
    return people


def greedy(people: Sequence[Person], aims: Sequence[Goal]) -> list[Team]:
    """The best pair of those who are left, until two or three are left."""
    left, teams = list(people), []
    while len(left) > 3:
        best = min(combinations(left, 2), key=lambda team: tuple(aim.cost(team) for aim in aims))
        teams.append(best)
        left = [person for person in left if person not in best]
    return [*teams, tuple(left)]


def values(teams: Sequence[Team], aims: Sequence[Goal]) -> dict[str, float]:
    """The value of every goal."""
    return {aim.name: aim.offset + sum(aim.cost(team) for team in teams) for aim in aims}


def main() -> None:
    """Measure and save."""
    ours, theirs, seconds, proven = [], [], [], 0
    for seed in range(CROWDS):
        people = crowd(seed)
        aims = goals(people, ("nlp",))
        began = time.perf_counter()
        division = divide(people, aims)
        seconds.append(time.perf_counter() - began)
        proven += division.proven
        ours.append(values(division.teams, aims))
        theirs.append(values(greedy(people, aims), aims))
    names = list(ours[0])
    mean = {
        kind: {name: statistics.fmean(one[name] for one in found) for name in names}
        for kind, found in (("programme", ours), ("greedy", theirs))
    }
    figures = {
        "people": PEOPLE,
        "crowds": CROWDS,
        "proven_optimal": proven,
        "seconds_median": statistics.median(seconds),
        "mean_of_goals": mean,
    }
    goal = "imbalance of the programme's teams by that of greedy teams, 61 people: below 1, earlier goals no worse"
    save("pairing", mean["programme"]["balance"] / mean["greedy"]["balance"], figures, goal)


if __name__ == "__main__":
    main()
