from itertools import permutations

import pytest

from scoring_program.efficiency import rank
from scoring_program.places import attempt
from scoring_program.standings import Result
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Rule

RULE = Rule()
KNOWN = [Result("A", 71.2, 930.0), Result("B", 69.8, 280.0), Result("C", 68.1, 410.0)]


def order(results, rule=RULE):
    return "".join(row.team for row in rank(results, rule).rows)


def refusals(results, rule=RULE):
    return [(s.team, s.other, s.reason) for s in rank(results, rule).trail if s.kind in ("refusal", "excluded")]


@pytest.mark.parametrize("given", list(permutations(KNOWN)))
def test_the_known_result(given):
    standings = rank(given, RULE)
    assert [(r.team, r.place, r.place_by_score, r.places_gained, r.title) for r in standings.rows] == [
        ("B", 1, 2, 1, 1),
        ("C", 2, 3, 1, 2),
        ("A", 3, 1, -2, 0),
    ]
    assert [(s.kind, s.team, s.other, s.reason) for s in standings.trail] == [
        ("title", "B", "", ""),
        ("title", "C", "", ""),
        ("move", "B", "A", ""),
        ("refusal", "B", "", "top"),
        ("move", "C", "A", ""),
    ]


def test_the_trail_has_the_numbers():
    move = next(step for step in rank(KNOWN, RULE).trail if step.kind == "move")
    assert move.points_behind == pytest.approx(1.4)
    assert move.time_saved == pytest.approx(650 / 930)
    assert move.sentence == (
        "B moves past A to place 1: A's score is 1.40 points higher, and B needs 69.89 % less time than A."
    )


def test_the_first_title_carries_two_places_and_the_second_one():
    teams = [Result("A", 80, 100), Result("B", 79, 99), Result("C", 78, 98), Result("D", 77, 40), Result("E", 76, 50)]
    assert order(teams) == "ADBEC"
    assert [row.places_gained for row in rank(teams, RULE).rows] == [0, 2, -1, 1, -2]


@pytest.mark.parametrize(
    ("above", "mover", "final"),
    [
        (70.1, 60.1, "AB"),  # exactly 10 as printed, although the floats differ by a little less
        (70.1, 60.11, "BA"),
        (70.0, 60.0, "AB"),
        (70.0, 60.000000001, "BA"),
        (65.0, 65.0, "BA"),
    ],
)
def test_ten_points_are_too_many(above, mover, final):
    assert order([Result("A", above, 100.0), Result("B", mover, 10.0)]) == final


@pytest.mark.parametrize(
    ("above", "mover", "final"),
    [
        (100.0, 95.0, "AB"),
        (100.0, 94.99999, "BA"),
        (0.3, 0.285, "AB"),  # (0.3 - 0.285) / 0.3 is more than 0.05 in floats
        (0.7, 0.665, "AB"),
        (1.1, 1.045, "AB"),
    ],
)
def test_five_percent_are_too_few(above, mover, final):
    assert order([Result("A", 70.0, above), Result("B", 69.0, mover)]) == final


@pytest.mark.parametrize(("score", "reason"), [(60.1, "score"), (40.0, "score"), (60.10001, ""), (90.0, "")])
def test_the_guard_on_the_score(score, reason):
    step = attempt(Result("B", score, 10.0), Result("A", 70.1, 100.0), 1, 1, RULE)
    assert (step.kind, step.reason) == ("refusal" if reason else "move", reason)
    if score == 60.1:
        assert step.sentence == (
            "B does not move past A to place 1: A's score is 10.00 points higher; less than 10 is needed."
        )


def test_a_block_ends_the_title_and_is_not_passed_on():
    # C is not 5 % faster than B, so it stays, though it could pass A; B, the second, passes A; D inherits nothing.
    teams = [Result("A", 80, 500), Result("B", 79, 101), Result("C", 78, 100), Result("D", 77, 480)]
    assert order(teams) == "BACD"
    assert refusals(teams) == [("C", "B", "duration")]


def test_a_title_spent_at_the_top_is_not_passed_on():
    teams = [Result("A", 80, 10), Result("B", 79, 500), Result("C", 78, 400), Result("D", 77, 300)]
    assert order(teams) == "ABDC"  # A is first already; D, the second most efficient, has one place
    assert refusals(teams) == [("A", "", "top")]


def test_the_second_cannot_pass_the_first():
    teams = [Result("A", 80, 500), Result("B", 79, 100), Result("C", 78.5, 100)]
    assert order(teams) == "BCA"
    assert order(teams, Rule(second_places=2)) == "BCA"
    assert refusals(teams, Rule(second_places=2)) == [("B", "", "top"), ("C", "B", "duration")]


def test_a_team_far_below_takes_no_title_from_others():
    teams = [Result("A", 70, 900), Result("B", 69, 300), Result("C", 68, 400), Result("R", 33.3, 0.001)]
    standings = rank(teams, RULE)
    assert "".join(row.team for row in standings.rows) == "BCAR"
    assert {row.team: row.title for row in standings.rows} == {"A": 0, "B": 1, "C": 2, "R": 0}
    assert standings.trail[0].sentence == (
        "R does not compete for a title: its score is 36.70 points below the best (A), and less than 10 is needed."
    )


def test_failed_attempts_stay_last_and_compete_for_nothing():
    teams = [Result("A", 4.0, 100), Result("F", 0.0, 0.0), Result("B", 3.0, 50)]
    standings = rank(teams, RULE)
    assert "".join(row.team for row in standings.rows) == "BAF"
    assert standings.trail[0].reason == "zero"


def test_ties():
    assert order([Result("A", 70, 20, 1), Result("B", 70, 10, 2), Result("C", 90, 999)], Rule(score_gap=0)) == "CBA"
    assert order([Result("B", 70, 20, 1), Result("A", 70, 20, 2)]) == "BA"
    assert order([Result("B", 70, 20, 1), Result("A", 70, 20, 1)]) == "AB"
    titles = {
        row.team: row.title for row in rank([Result("A", 70, 9), Result("B", 71, 9), Result("C", 72, 9)], RULE).rows
    }
    assert titles == {"C": 1, "B": 2, "A": 0}


def test_small_fields():
    assert rank([], RULE).rows == ()
    assert rank([], RULE).trail == ()
    assert order([Result("A", 50, 10)]) == "A"
    assert refusals([Result("A", 50, 10)]) == [("A", "", "top")]
    assert order([Result("A", 0, 0)]) == "A"


def test_thresholds_are_settings():
    teams = [Result("A", 80, 100), Result("B", 79, 90), Result("C", 60, 10)]
    assert order(teams) == "BAC"
    assert order(teams, Rule(duration_gain=0.2)) == "ABC"
    assert order(teams, Rule(score_gap=30)) == "CBA"
    assert order(teams, Rule(score_gap=30, first_places=1, second_places=0)) == "ACB"


@pytest.mark.parametrize(
    "bad",
    [
        Result("B", float("nan"), 1),
        Result("B", float("inf"), 1),
        Result("B", -1.0, 1),
        Result("B", 100.5, 1),
        Result("B", 50, float("nan")),
        Result("B", 50, float("inf")),
        Result("B", 50, -1.0),
        Result("B", 50, 0.0),
        Result("B", 50, 1, float("nan")),
        Result("A", 50, 1),
    ],
)
def test_impossible_results_are_refused(bad):
    with pytest.raises(OrganizerFault, match=f"E231 result of {bad.team}"):
        rank([Result("A", 60, 1), bad], RULE)


def test_the_printed_number_shows_the_side_of_the_threshold():
    standings = rank([Result("A", 70.0, 100.0), Result("B", 60.0000001, 10.0)], RULE)
    assert "9.9999999 points higher" in next(s.sentence for s in standings.trail if s.kind == "move")
    standings = rank([Result("A", 70.0, 100.0), Result("B", 69.0, 94.9999)], RULE)
    assert "5.0001 % less time" in next(s.sentence for s in standings.trail if s.kind == "move")
