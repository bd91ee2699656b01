"""The leaderboard's invariants; the platform's rules one by one are in tests/local_worker/test_platform_rows.py."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from organizer.rehearsal.board import Board
from tests.rehearsal.outcomes import COLUMNS, phase

EVENTS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.sampled_from(["Finished", "Failed", "Cancelled"]),
        st.none() | st.floats(0, 100),
    ),
    max_size=12,
)


@given(EVENTS, st.integers(1, 3))
def test_no_account_counts_more_than_its_limit_and_the_last_row_stands(events, limit):
    board = Board(phase(limit=limit), COLUMNS)
    last: dict[str, int] = {}
    for number, (team, status, score) in enumerate(events):
        if not board.may_submit(team):
            continue
        row = {"adjusted_score": score} if status == "Finished" and score is not None else None
        board.record(team, number, status, row)
        if row is not None:
            last[team] = number
    assert all(count <= limit for count in board.counted.values())
    rows = board.rows()
    assert {row.team: row.submission for row in rows} == last
    keys = [(-row.scores["adjusted_score"], row.submission) for row in rows]
    assert keys == sorted(keys)
