"""Titles that noise could have given to somebody else, and the 10 points behind the best."""

from __future__ import annotations

from typing import Any

import pytest

from organizer.audit.official import Official
from tests.rerank.made import order, ranked, team


def three(*durations: float, noises: tuple[float, ...] = (0.01,) * 4) -> list[Official]:
    values = zip("ABCDE", (85.0, 83.0, 82.0, 81.0, 80.0), durations, noises, strict=False)
    return [team(name, score, duration, noise) for name, score, duration, noise in values]


@pytest.mark.parametrize(("choice", "said"), [("point", "BCA"), ("keep", "ABC"), ("rerun", "ABC")])
def test_a_title_that_is_not_decided_moves_nobody_unless_the_numbers_decide(choice: Any, said: str) -> None:
    """B's 9.0 s and C's 9.1 s are the same within the noise: C, too, would have had the first title's moves."""
    found = ranked(*three(50.0, 9.0, 9.1), choice=choice)
    assert ("B", "C") in {(doubt.team, doubt.other) for doubt in found.doubts}
    refused = [step for step in found.trail if step.reason == "unsure"]
    assert order(found) == said
    if choice == "point":
        assert refused == []
        return
    assert [(step.team, step.title) for step in refused] == [("B", 1)]
    assert "B does not move past A: who holds its title is not decided: B (9 s) and C (9.1 s)" in refused[0].sentence


def test_the_second_title_is_decided_by_who_is_third() -> None:
    found = ranked(*three(50.0, 5.0, 9.0, 9.1), choice="keep")
    assert order(found)[0] == "B"
    assert [(step.team, step.title) for step in found.trail if step.reason == "unsure"] == [("C", 2)]


def test_behind_a_sure_one_there_may_be_one_with_a_wide_band() -> None:
    """B is surely faster than C, but not than D, whose measurement is poor; and C is not than D."""
    found = ranked(*three(50.0, 9.0, 9.4, 9.6, noises=(0.01, 0.01, 0.01, 0.1)), choice="keep")
    assert {(doubt.team, doubt.other) for doubt in found.doubts} == {("B", "D"), ("C", "D")}
    assert order(found) == "ABCD"


def test_rerun_settles_a_title() -> None:
    found = ranked(*three(50.0, 9.0, 9.1), choice="rerun")
    runs = {one.team: one.repeats for one in found.permits}
    assert runs.keys() == {"B", "C"}
    teams = [team(one.team, one.score, one.duration, durations=(one.duration,) * runs.get(one.team, 1))
             for one in three(50.0, 9.0, 9.1)]  # fmt: skip
    after = ranked(*teams, choice="rerun")
    assert after.settled
    assert order(after)[0] == "B"


def interval(name: str, score: float, duration: float) -> Official:
    return team(name, score, duration, score_low=score - 1, score_high=score + 1)


@pytest.mark.parametrize(("score", "excluded"), [(75.2, False), (74.8, True)])
def test_ten_points_behind_the_best_within_the_interval_is_marked_and_decided(score: float, excluded: bool) -> None:
    """D is below somebody it never meets: without a look at who competes, nothing would be said of it."""
    teams = (interval("A", 85.0, 20.0), interval("B", 80.0, 19.0), interval("C", 79.0, 18.9), interval("D", score, 3.0))
    found = ranked(*teams, choice="rerun")
    about = [(doubt.team, doubt.other, doubt.about) for doubt in found.doubts if doubt.about == "score"]
    assert about == [("D", "A", "score")]
    assert any(step.kind == "excluded" for step in found.trail) == excluded
    assert {row.team: row.confidence for row in found.rows}["D"] == "unsure"


def test_far_behind_is_not_marked() -> None:
    assert ranked(interval("A", 85.0, 10.0), interval("B", 70.0, 3.0)).doubts == ()
