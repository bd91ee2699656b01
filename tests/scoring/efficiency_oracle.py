"""A slow, literal reading of the rule `places`, written from its text: no code shared with the program."""

from decimal import Decimal
from fractions import Fraction


def final_order(teams, gap="10", gain="0.05", first_places=2, second_places=1):
    """`teams`: (name, score, duration, accepted); returns the names in final order and the two titles' holders."""
    table = [
        {"name": n, "score": Fraction(Decimal(str(s))), "time": Fraction(Decimal(str(d))), "accepted": a}
        for n, s, d, a in teams
    ]
    # "Rank by score." Repeatedly take the best of those who are left.
    left, order = list(table), []
    while left:
        best = left[0]
        for other in left[1:]:
            if better_score(other, best):
                best = other
        order.append(best)
        left.remove(best)
    # "A team 10 or more points below the best score does not compete for the two titles", nor one without a score.
    candidates = [t for t in table if t["score"] != 0 and not t["score"] + Fraction(Decimal(gap)) <= order[0]["score"]]
    titles = []
    for _ in range(2):
        rest = [t for t in candidates if t not in titles]
        fastest = [t for t in rest if not any(more_efficient(o, t) for o in rest if o is not t)]
        titles += fastest[:1]
    # "The most efficient team's places are taken first, one at a time, each guarded; then the second's."
    for team, places in zip(titles, (first_places, second_places), strict=False):
        for _ in range(places):
            place = order.index(team)
            if place == 0:
                break
            above = order[place - 1]
            less_than_ten_higher = above["score"] < team["score"] + Fraction(Decimal(gap))
            faster = team["time"] < above["time"] * (1 - Fraction(Decimal(gain)))
            if not (less_than_ten_higher and faster):
                break
            order = [*order[: place - 1], team, above, *order[place + 1 :]]
    return [t["name"] for t in order], [t["name"] for t in titles]


def better_score(a, b):
    if a["score"] != b["score"]:
        return a["score"] > b["score"]
    if a["time"] != b["time"]:
        return a["time"] < b["time"]
    if a["accepted"] != b["accepted"]:
        return a["accepted"] < b["accepted"]
    return a["name"] < b["name"]


def more_efficient(a, b):
    if a["time"] != b["time"]:
        return a["time"] < b["time"]
    if a["score"] != b["score"]:
        return a["score"] > b["score"]
    if a["accepted"] != b["accepted"]:
        return a["accepted"] < b["accepted"]
    return a["name"] < b["name"]
