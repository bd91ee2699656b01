"""The plan of a publication: for any standings the planned values sort into the official order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from organizer.publish.hosted import GAINED, PRIMARY, Cell, HostedRow, in_order, standing
from organizer.publish.official import DECIMALS, Official, OfficialRow, kept
from organizer.publish.plan import Plan, make_plan
from organizer.results.folder import Column
from scoring_program.efficiency import rank
from scoring_program.standings import Result, Standings
from tests.platform.site.scores import decimal
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Rule

COLUMNS = tuple(
    Column(number, key, key, number, "asc" if key == "duration" else "desc", 4, hidden=key == "secret")
    for number, key in enumerate((PRIMARY, "score", "xnli", "duration", "secret", GAINED))
)
SCORES = st.one_of(
    st.sampled_from([0.0, 50.0, 60.0, 60.0000000001, 60.0000000002, 69.9999999999, 100.0]),
    st.floats(0, 100, allow_subnormal=False),
)
TEAMS = st.lists(
    st.tuples(SCORES, st.sampled_from([1.0, 2.0, 2.05, 9.0, 30.0]), st.integers(0, 3), st.sampled_from([0.0, 40.0])),
    max_size=9,
)


def results(teams: list[tuple[float, float, int, float]]) -> list[Result]:
    return [Result(f"t{n}", score, duration, accepted) for n, (score, duration, accepted, _) in enumerate(teams)]


def official(standings: Standings) -> Official:
    rows = [OfficialRow(r.team, int(r.team[1:]), r.places_gained, kept(r.score)) for r in standings.rows]
    return Official("final", tuple(rows), {})


def hosted(number: int, created: float, adjusted: str, **more: str) -> HostedRow:
    values = {PRIMARY: adjusted, "score": adjusted, GAINED: "0"} | more
    cells = {key: (Cell(100 * number + n, Decimal(value)),) for n, (key, value) in enumerate(values.items())}
    return HostedRow(number, f"t{number}", created, cells)


def board(teams: list[tuple[float, float, int, float]]) -> list[HostedRow]:
    """As scoring writes it; the order in which submissions were made is not that in which they were accepted."""
    return [
        hosted(n, -float(n), str(kept(score)), xnli=str(xnli), duration=str(duration))
        for n, (score, duration, _, xnli) in enumerate(teams)
    ]


def applied(plan: Plan, rows: list[HostedRow]) -> list[HostedRow]:
    new = {change.row: change.new for change in plan.changes}
    return [
        HostedRow(
            row.submission,
            row.account,
            row.created,
            {key: tuple(Cell(c.id, new.get(c.id, c.value)) for c in cells) for key, cells in row.cells.items()},
        )
        for row in rows
    ]


def order(rows: list[HostedRow]) -> list[int]:
    return [one.submission for one in in_order(map(standing, rows), COLUMNS)]


@settings(max_examples=300, deadline=None)
@given(TEAMS)
def test_planned_values_sort_into_the_official_order(teams: list[tuple[float, float, int, float]]) -> None:
    standings = rank(results(teams), Rule())
    rows, wanted = board(teams), official(standings)
    plan = make_plan(wanted, rows, COLUMNS)
    after = applied(plan, rows)
    assert order(after) == [row.submission for row in wanted.rows] == list(plan.order)
    signed = {row.submission: row.adjusted for row in wanted.rows}
    for change in plan.changes:
        assert decimal(format(change.new, "f")) == change.new  # the platform's own check of digits
        assert change.new >= 0 or change.key == GAINED
        assert change.old != change.new
    _between_neighbours(plan, after, signed)
    assert make_plan(wanted, after, COLUMNS).changes == ()  # a second publication changes nothing


def _between_neighbours(plan: Plan, after: list[HostedRow], signed: dict[int, Decimal]) -> None:
    values = {row.submission: row.total(PRIMARY) for row in after}
    moved = [number for number in plan.order if values[number] != signed[number]]
    for number in moved:
        place = plan.order.index(number)
        if place:
            assert values[plan.order[place - 1]] > values[number]
        if place + 1 < len(plan.order):
            assert values[number] > values[plan.order[place + 1]]


@settings(max_examples=100, deadline=None)
@given(TEAMS.filter(lambda teams: len({kept(team[0]) for team in teams}) == len(teams)))
def test_whoever_did_not_move_up_keeps_his_value_where_scores_differ(
    teams: list[tuple[float, float, int, float]],
) -> None:
    standings = rank(results(teams), Rule())
    plan = make_plan(official(standings), board(teams), COLUMNS)
    climbers = {row.team for row in standings.rows if row.places_gained > 0}
    crowded = any(
        abs(kept(a[0]) - kept(b[0])) < Decimal(len(teams)) / 10**DECIMALS for a in teams for b in teams if a is not b
    )
    if not crowded:  # where nothing fits between two scores, one of them has to give way
        assert {change.team for change in plan.changes if change.key == PRIMARY} <= climbers


KNOWN = [(85.0, 9.0, 0, 0.0), (83.0, 2.0, 0, 0.0), (80.0, 3.0, 0, 0.0)]


def test_the_known_outcome() -> None:
    standings = rank(results(KNOWN), Rule())
    plan = make_plan(official(standings), board(KNOWN), COLUMNS)
    assert plan.order == (1, 2, 0)
    assert [(c.team, c.key, str(c.new)) for c in plan.changes] == [
        ("t1", PRIMARY, "85.02"),
        ("t1", GAINED, "1"),
        ("t2", PRIMARY, "85.01"),
        ("t2", GAINED, "1"),
        ("t0", GAINED, "-2"),
    ]
    assert [c.why for c in plan.changes][:3:2] == ["above t2", "between t1 and t0"]


def test_a_forged_row_goes_below_all_and_a_changed_one_gets_its_signed_value_back() -> None:
    rows = [*board([(85.0, 9.0, 0, 0.0), (99.0, 9.0, 0, 0.0), (0.0, 0.0, 0, 0.0)]), hosted(7, 0.0, "99.5")]
    teams = [
        OfficialRow("a", 0, 0, Decimal(85)),
        OfficialRow("b", 1, 0, Decimal(80)),
        OfficialRow("c", 2, 0, Decimal(0)),
    ]
    plan = make_plan(Official("final", tuple(teams), {7: "another counts"}), rows, COLUMNS)
    assert plan.order == (0, 1, 2, 7)
    assert [(c.submission, str(c.new), c.why) for c in plan.changes] == [
        (1, "80", "what scoring signed"),
        (7, "-1", "another counts: below all others"),
    ]


def test_rows_that_somebody_added_no_longer_count() -> None:
    row = hosted(0, 0.0, "80")
    two = {**row.cells, PRIMARY: (*row.cells[PRIMARY], Cell(99, Decimal(50)))}
    rows = [HostedRow(0, "t0", 0.0, two)]
    plan = make_plan(Official("final", (OfficialRow("a", 0, 0, Decimal(80)),), {}), rows, COLUMNS)
    assert [(c.row, c.old, c.new) for c in plan.changes] == [(99, Decimal(50), Decimal(0))]
    assert applied(plan, rows)[0].total(PRIMARY) == 80


def test_a_row_without_an_adjusted_score_stops_it() -> None:
    row = hosted(0, 0.0, "80")
    rows = [HostedRow(0, "t0", 0.0, {**row.cells, PRIMARY: ()})]
    with pytest.raises(OrganizerFault, match="E276.*no adjusted_score"):
        make_plan(Official("final", (), {}), rows, COLUMNS)


def test_a_team_that_the_site_does_not_show_is_named() -> None:
    plan = make_plan(Official("final", (OfficialRow("a", 5, 0, Decimal(80)),), {}), [], COLUMNS)
    assert plan.problems == ("a: its submission 5 is not on the hosted leaderboard",)
    assert plan.changes == ()
