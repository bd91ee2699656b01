import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring_program.baseline_rule import adjusted
from scoring_program.efficiency import rank
from scoring_program.standings import Result
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Baseline, Rule

RULE = Rule(name="baseline")
BASELINE = Baseline(score=60.0, duration=400.0)


@pytest.mark.parametrize(
    ("duration", "value", "words"),
    [
        (200.0, 66.0, "+1.000 points"),  # halved once
        (800.0, 64.0, "-1.000 points"),
        (100.0, 67.0, "+2.000 points"),
        (50.0, 67.0, "limited to +2"),
        (6400.0, 63.0, "limited to -2"),
        (380.0, 65.0, "by 5.00 %"),  # exactly 5 % does not count
        (420.0, 65.0, "by 5.00 %"),
        (400.0, 65.0, "by 0.00 %"),
    ],
)
def test_the_formula(duration, value, words):
    result = adjusted(65.0, duration, 60.0, 400.0, RULE)
    assert result.value == pytest.approx(value)
    assert words in result.reason
    assert result.applies == (value != 65.0)
    assert result.bonus == pytest.approx(value - 65.0)


@pytest.mark.parametrize(
    ("score", "baseline", "applies", "words"),
    [
        (60.0, 60.0, True, ""),
        (50.1, 60.1, False, "10.00 points below"),  # exactly 10 as printed; a little less in floats
        (50.2, 60.1, True, ""),
        (100.0, 60.0, True, ""),
        (0.0, 5.0, False, "no score"),
        (60.0, 0.0, False, "not been measured"),
    ],
)
def test_who_is_adjusted(score, baseline, applies, words):
    result = adjusted(score, 100.0, baseline, 400.0, RULE)
    assert result.applies is applies
    assert words in result.reason
    assert applies or result.value == score


def test_weight_and_limit_are_settings():
    rule = Rule(name="baseline", weight=2.5, limit=0.5)
    assert adjusted(65.0, 100.0, 60.0, 400.0, rule).value == 65.0 + 2.5 * 0.5
    assert not adjusted(65.0, 100.0, 60.0, 400.0, Rule(duration_gain=0.75)).applies
    assert not adjusted(65.0, 100.0, 60.0, 0.0, rule).applies


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0])
@pytest.mark.parametrize("place", range(4))
def test_impossible_numbers_are_refused(bad, place):
    values = [65.0, 100.0, 60.0, 400.0]
    values[place] = bad
    with pytest.raises(OrganizerFault, match="E231"):
        adjusted(*values, RULE)


def test_a_score_without_a_duration_is_refused():
    with pytest.raises(OrganizerFault, match="a score without a duration"):
        adjusted(65.0, 0.0, 60.0, 400.0, RULE)


@given(st.floats(0, 100), st.floats(1e-9, 1e9), st.floats(0, 100), st.floats(0, 1e9))
def test_never_more_than_the_limit(score, duration, baseline_score, baseline_duration):
    result = adjusted(score, duration, baseline_score, baseline_duration, RULE)
    assert math.isfinite(result.value)
    assert abs(result.bonus) <= RULE.weight * RULE.limit
    assert result.value == score + result.bonus
    assert not result.applies or (result.bonus > 0) == (duration < baseline_duration)


def test_rank_goes_by_the_adjusted_score():
    results = [
        Result("A", 66.0, 800.0),  # 65
        Result("B", 64.5, 200.0),  # 65.5
        Result("C", 65.0, 400.0),  # 65, not adjusted, faster than A
        Result("R", 33.0, 0.001),  # too far below the baseline
        Result("F", 0.0, 0.0),
    ]
    standings = rank(results, RULE, BASELINE)
    assert [(row.team, row.places_gained, row.title) for row in standings.rows] == [
        ("B", 2, 0),
        ("C", 0, 0),
        ("A", -2, 0),
        ("R", 0, 0),
        ("F", 0, 0),
    ]
    assert [row.adjustment.value for row in standings.rows] == [65.5, 65.0, 65.0, 33.0, 0.0]
    assert [(step.team, step.reason) for step in standings.trail] == [
        ("B", ""),
        ("C", "baseline"),
        ("A", ""),
        ("R", "baseline"),
        ("F", "baseline"),
    ]
    assert standings == rank(results[::-1], RULE, BASELINE)


def test_without_a_measured_baseline_the_score_decides():
    standings = rank([Result("A", 60, 10), Result("B", 70, 900)], RULE)
    assert [(row.team, row.adjustment.applies) for row in standings.rows] == [("B", False), ("A", False)]


def test_a_failed_attempt_stays_behind_a_negative_adjusted_score():
    standings = rank([Result("F", 0.0, 0.0), Result("A", 1.0, 4000.0)], RULE, Baseline(score=5.0, duration=400.0))
    assert [(row.team, row.adjustment.value) for row in standings.rows] == [("A", -1.0), ("F", 0.0)]
