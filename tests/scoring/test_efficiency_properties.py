from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_program.efficiency import rank
from scoring_program.standings import Result
from tests.scoring.efficiency_oracle import final_order
from xtreme_tasks.settings import Rule

RULE = Rule()
# Few distinct values, so that ties and the exact thresholds turn up often.
SCORES = st.one_of(st.sampled_from([0.0, 50.0, 55.1, 60.1, 65.1, 70.0, 70.1]), st.floats(0, 100, allow_nan=False))
DURATIONS = st.one_of(st.sampled_from([0.285, 0.3, 95.0, 100.0, 200.0]), st.floats(1e-9, 1e6, allow_nan=False))


@st.composite
def fields(draw, least=0):
    size = draw(st.integers(least, 9))
    names = draw(st.permutations([f"t{number}" for number in range(size)]))
    return [Result(name, draw(SCORES), draw(DURATIONS), draw(st.sampled_from([0.0, 1.0, 2.0]))) for name in names]


def names(standings):
    return [row.team for row in standings.rows]


@given(fields(), st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter(results, random):
    shuffled = list(results)
    random.shuffle(shuffled)
    assert rank(shuffled, RULE) == rank(results, RULE)


@settings(max_examples=1000)
@given(fields())
def test_the_oracle_agrees(results):
    order, titles = final_order([(r.team, r.score, r.duration, r.accepted) for r in results])
    standings = rank(results, RULE)
    assert names(standings) == order
    assert [row.team for title in (1, 2) for row in standings.rows if row.title == title] == titles


@settings(max_examples=300)
@given(
    fields(),
    st.integers(0, 4),
    st.integers(0, 4),
    st.sampled_from([0.0, 5.0, 10.0, 100.0]),
    st.sampled_from([0.0, 0.05, 0.5]),
)
def test_the_oracle_agrees_with_other_thresholds(results, first, second, gap, gain):
    rule = Rule(score_gap=gap, duration_gain=gain, first_places=first, second_places=second)
    given_teams = [(r.team, r.score, r.duration, r.accepted) for r in results]
    assert names(rank(results, rule)) == final_order(given_teams, str(gap), str(gain), first, second)[0]


@given(fields(least=2))
def test_every_move_is_guarded_and_rebuilds_the_order(results):
    standings = rank(results, RULE)
    by_name = {r.team: r for r in results}
    order = [row.team for row in sorted(standings.rows, key=lambda row: row.place_by_score)]
    for step in standings.trail:
        if step.kind != "move":
            continue
        team, above = by_name[step.team], by_name[step.other]
        place = order.index(step.team)
        assert order[place - 1] == step.other
        assert Fraction(str(above.score)) - Fraction(str(team.score)) < 10
        assert 20 * Fraction(str(team.duration)) < 19 * Fraction(str(above.duration))
        order[place - 1], order[place] = order[place], order[place - 1]
    assert order == names(standings)


@given(fields())
def test_nobody_moves_further_than_his_places(results):
    for row in rank(results, RULE).rows:
        assert row.places_gained <= {0: 0, 1: RULE.first_places, 2: RULE.second_places}[row.title]
        assert row.places_gained >= -2  # at most both title holders pass


@given(fields())
def test_every_team_has_its_place(results):
    rows = rank(results, RULE).rows
    assert [row.place for row in rows] == list(range(1, len(results) + 1))
    assert sorted(row.place_by_score for row in rows) == list(range(1, len(results) + 1))
    assert {row.team for row in rows} == {result.team for result in results}


@given(fields(least=1), st.floats(0, 1), st.integers(0, 1_000_000))
def test_an_instant_random_model_wins_and_moves_nothing(results, share, accepted):
    best = max(result.score for result in results)
    if best < 10:
        return
    model = Result("random", (best - 10) * share, 1e-9, float(accepted))
    with_model = rank([*results, model], RULE)
    without = rank(results, RULE)
    if Fraction(str(best)) - Fraction(str(model.score)) < 10:  # best - 10 was rounded up
        return
    row = next(row for row in with_model.rows if row.team == "random")
    assert row.title == 0
    assert row.places_gained <= 0
    assert [name for name in names(with_model) if name != "random"] == names(without)


def test_an_instant_model_between_two_teams_blocks_nobody_it_should_not():
    # Its low score keeps it from the titles; it can still stand above a slower team with a yet lower score.
    results = [Result("A", 80, 900), Result("B", 79, 300), Result("random", 65, 0.001), Result("C", 64, 100)]
    assert names(rank(results, RULE)) == ["B", "A", "random", "C"]
