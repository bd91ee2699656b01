"""Re-runs settle what they promise: the official record of N repeats takes the doubt away that asked for them."""

from __future__ import annotations

import math
import random
import statistics
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organizer.audit.official import Official
from organizer.rerank.bands import half_width, narrowing, noise_known, repeats
from organizer.rerank.noise import Doubt, duration_doubt
from tests.rerank.made import order, ranked, team

ODD = st.integers(0, 5).map(lambda half: 2 * half + 1)
NOISES = st.floats(0.001, 0.2)


def again(one: Official, runs: int) -> Official:
    """The same noise and the same median, of so many runs."""
    return replace(one, durations=(one.duration,) * runs)


def doubt_of(mover: Official, above: Official, limit: float = 0.95) -> Doubt | None:
    return duration_doubt(mover, above, limit)


def test_a_record_of_the_runs_that_were_asked_for_settles_the_move() -> None:
    above, mover = team("A", 85, 10.0, 0.03), team("B", 83, 9.3, 0.03)
    found = ranked(above, mover, choice="rerun")
    assert (order(found), found.settled) == ("AB", False)
    runs = {one.team: one.repeats for one in found.permits}
    assert runs == {"A": 7, "B": 7}
    assert "; 7 runs of each would settle it." in found.doubts[0].sentence
    after = ranked(again(above, runs["A"]), again(mover, runs["B"]), choice="rerun")
    assert (order(after), after.settled, after.doubts) == ("BA", True, ())
    assert ranked(again(above, 5), again(mover, 5), choice="rerun").permits == found.permits


@given(NOISES, NOISES, st.floats(0.2, 0.99), st.sampled_from([-1, 1]), ODD, ODD)
def test_a_promise_holds_whatever_was_run_before_and_no_fewer_runs_would_do(
    one: float, two: float, part: float, sign: int, made: int, above_made: int
) -> None:
    half = math.hypot(math.log1p(one) * narrowing(made), math.log1p(two) * narrowing(above_made))
    mover = again(team("B", 1, 9.5 * math.exp(sign * part * half), one), made)
    above = again(team("A", 2, 10.0, two), above_made)
    doubt = doubt_of(mover, above)
    assert doubt is not None
    assert doubt.runs % 2 == 1
    assert doubt.runs > min(made, above_made)
    assert doubt_of(again(mover, doubt.runs), again(above, doubt.runs)) is None
    assert doubt_of(again(mover, max(made, doubt.runs)), again(above, max(above_made, doubt.runs))) is None
    if doubt.runs > 3:
        # A little wider, since so many may be just enough but for the rounding.
        wider = team("B", 1, mover.duration, 1.000001 * one), team("A", 2, above.duration, 1.000001 * two)
        assert doubt_of(*(again(side, doubt.runs - 2) for side in wider)) is not None


def test_who_has_as_many_runs_already_is_not_asked_again() -> None:
    above, mover = again(team("A", 85, 10.0, 0.03), 21), team("B", 83, 9.3, 0.03)
    assert [one.team for one in ranked(above, mover, choice="rerun").permits] == ["B"]


@pytest.mark.parametrize(("runs", "band"), [(1, True), (3, True), (9, True), (3, False), (9, False)])
def test_of_ratios_at_the_limit_95_of_100_are_marked_whatever_the_repeats(runs: int, band: bool) -> None:
    """Both with normal noise; the factor of a median is that of many values, so a few more are marked for few."""
    draw, sigma, marked, rounds = random.Random(runs), 0.02, 0, 3000

    def drawn(name: str, true: float) -> Official:
        seconds = tuple(true * math.exp(draw.gauss(0, sigma)) for _ in range(runs))
        middle = statistics.median(seconds)
        return team(name, 1, middle, math.exp(1.96 * sigma) - 1 if band else 0.0, durations=seconds)

    for _ in range(rounds):
        marked += doubt_of(drawn("B", 9.5), drawn("A", 10.0)) is not None
    assert 0.94 < marked / rounds < (0.965 if runs == 1 else 0.985 if band else 0.999)


def test_repeats_tell_the_noise_where_there_is_no_band() -> None:
    one = team("A", 85, 10.0, 0.0, durations=(9.0, 10.0, 11.0))
    spread = statistics.stdev(map(math.log, (9.0, 10.0, 11.0)))
    assert half_width(one, True) == half_width(one, False) == pytest.approx(4.303 * spread)
    assert noise_known(one)
    assert not noise_known(team("A", 85, 10.0, 0.0))
    assert not noise_known(team("A", 85, 10.0, 0.0, durations=(9.0, 10.0)))
    row = ranked(one, team("B", 83, 2.0, 0.0, durations=(2.0, 2.1, 1.9))).rows[0]
    assert row.confidence == "sure"


def test_an_even_number_counts_as_one_fewer() -> None:
    counts = [repeats(again(team("A", 1, 1.0), runs)) for runs in (0, 1, 2, 3, 4, 5)]
    assert counts == [1, 1, 1, 3, 3, 5]


def test_a_tie_is_not_settled_by_runs_and_rerun_lets_the_numbers_decide() -> None:
    above, mover = team("A", 85, 10.0, 0.03), team("B", 83, 9.49999, 0.03)
    assert [order(ranked(above, mover, choice=word)) for word in ("point", "keep", "rerun")] == ["BA", "AB", "BA"]
    found = ranked(above, mover, choice="rerun")
    assert (found.settled, found.permits, len(found.doubts)) == (True, (), 1)
    assert "no number of runs would settle it." in found.doubts[0].sentence
    assert found.notes == ("One doubt is not to be settled by runs; the measured numbers decide.",)
    assert ranked(above, mover, choice="keep").notes == ()
