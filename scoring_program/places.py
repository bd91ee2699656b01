"""Rule `places`: the most efficient team moves up two places, the second most efficient one, each move guarded.

The contest's own rule, applied after a phase to the results of all teams; docs/rules.md explains it with an example.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from scoring_program.exact import exact, near
from scoring_program.standings import (
    Reason,
    Result,
    Standings,
    Step,
    StepKind,
    by_duration,
    by_score,
    points_behind,
    rows,
    time_saved,
)
from xtreme_tasks.settings import Rule

Review = Callable[[Step], Step]
"""Looks at each move or refusal before it is done; a move that it makes a refusal is not done."""
TITLES = {1: "the most efficient team", 2: "the second most efficient team"}


def rank_by_places(results: Sequence[Result], rule: Rule, review: Review | None = None) -> Standings:
    """The order by score, changed by the moves of the two title holders; results are taken as checked."""
    start = by_score(results)
    competing, trail = _competing(start, rule)
    holders = dict(zip(TITLES, by_duration(competing), strict=False))
    trail += [_title(title, holder, competing) for title, holder in holders.items()]
    order = start
    for title, places in ((1, rule.first_places), (2, rule.second_places)):
        if title in holders:
            order, steps = _spend(order, holders[title], title, places, rule, review)
            trail += steps
    titles = {holder.team: title for title, holder in holders.items()}
    return Standings(rows(start, order, titles), tuple(trail))


def _competing(start: Sequence[Result], rule: Rule) -> tuple[list[Result], list[Step]]:
    """Who competes for the titles, and a step for everybody who does not."""
    competing: list[Result] = []
    excluded: list[Step] = []
    limit = exact(rule.score_gap)
    for result in start:
        behind = points_behind(result, start[0])
        if result.score == 0:
            sentence = f"{result.team} has no score and does not compete for a title."
            excluded.append(Step("excluded", result.team, sentence, start[0].team, "zero", 0, float(behind)))
        elif behind >= limit:
            sentence = (
                f"{result.team} does not compete for a title: its score is {near(behind, limit)} points below "
                f"the best ({start[0].team}), and less than {rule.score_gap:g} is needed."
            )
            excluded.append(Step("excluded", result.team, sentence, start[0].team, "behind", 0, float(behind)))
        else:
            competing.append(result)
    return competing, excluded


def _title(title: int, holder: Result, competing: Sequence[Result]) -> Step:
    """The holder's duration with as many decimals as tell it from the nearest other one."""
    own = exact(holder.duration)
    others = [exact(result.duration) for result in competing if result.team != holder.team]
    nearest = min(others, key=lambda duration: abs(duration - own), default=own)
    return Step("title", holder.team, f"{holder.team} is {TITLES[title]}: {near(own, nearest, 1)} s.", title=title)


def _spend(
    order: Sequence[Result], mover: Result, title: int, places: int, rule: Rule, review: Review | None
) -> tuple[list[Result], list[Step]]:
    """Take a title's places one at a time; the first refusal ends it, and what is left passes to nobody."""
    order = list(order)
    steps: list[Step] = []
    for left in range(places, 0, -1):
        here = order.index(mover)
        if here == 0:
            steps.append(_at_top(mover, title, left))
            break
        step = attempt(mover, order[here - 1], title, here, rule)
        step = review(step) if review is not None else step
        steps.append(step)
        if step.kind == "refusal":
            break
        order[here - 1], order[here] = mover, order[here - 1]
    return order, steps


def _at_top(mover: Result, title: int, left: int) -> Step:
    amount = "1 place" if left == 1 else f"{left} places"
    sentence = f"{mover.team} is first already: {amount} of its title cannot be spent, and passes to nobody."
    return Step("refusal", mover.team, sentence, reason="top", title=title)


def attempt(mover: Result, above: Result, title: int, place: int, rule: Rule) -> Step:
    """One move from `place + 1` to `place` past the team directly above, or its refusal; strict on exact numbers.

    The guard on the score is the rule's, and cannot refuse a title holder while both use one threshold: he is less
    than `score_gap` below the best score, so below everybody's.
    """
    behind, saved = points_behind(mover, above), time_saved(mover, above)
    gap, gain = exact(rule.score_gap), exact(rule.duration_gain)
    score = f"{above.team}'s score is {_higher(behind, gap)}"
    time = f"{mover.team} needs {_less(saved, gain)} than {above.team}"
    reason: Reason = "score" if behind >= gap else "duration" if saved <= gain else ""
    why = {
        "score": f"{score}; less than {rule.score_gap:g} is needed.",
        "duration": f"{time}; more than {float(100 * gain):g} % less is needed.",
        "": f"{score}, and {time}.",
    }[reason]
    kind: StepKind = "refusal" if reason else "move"
    verb = "does not move past" if reason else "moves past"
    sentence = f"{mover.team} {verb} {above.team} to place {place}: {why}"
    return Step(kind, mover.team, sentence, above.team, reason, title, float(behind), float(saved))


def _higher(behind: Fraction, gap: Fraction) -> str:
    if behind == 0:
        return "the same"
    return f"{near(abs(behind), gap)} points {'higher' if behind > 0 else 'lower'}"


def _less(saved: Fraction, gain: Fraction) -> str:
    percent = near(abs(saved) * 100, gain * 100)
    if saved == 0:
        return "just as much time (0 % less)"
    return f"{percent} % {'less' if saved > 0 else 'more'} time"
