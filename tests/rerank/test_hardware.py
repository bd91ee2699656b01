"""Durations of different machines, or of machines that nobody knows, are never compared silently."""

from __future__ import annotations

from dataclasses import replace

import pytest

from organizer.rerank.command import NO_MACHINE
from tests.rerank.made import order, printed, ranked, team


@pytest.mark.parametrize(
    ("first", "second"),
    [("gpu-1", ""), ("", "gpu-1"), ("", ""), ("unknown x2, GPU none", "unknown x2, GPU none"), ("gpu-1", "gpu-2")],
)
def test_a_pair_that_is_not_known_to_be_of_one_machine_is_marked(first: str, second: str) -> None:
    results = (team("A", 85.0, 10.0, hardware=first), team("B", 83.0, 2.0, hardware=second))
    point = ranked(*results)
    assert {doubt.about for doubt in point.doubts} == {"hardware"}
    assert f"({second or 'unknown hardware'}; {first or 'unknown hardware'}): run both" in point.doubts[0].sentence
    assert (order(point), {row.confidence for row in point.rows}) == ("BA", {"unsure"})
    asked = ranked(*results, choice="rerun")
    assert order(asked) == "AB"
    assert {(one.team, one.repeats) for one in asked.permits} == {("A", 1), ("B", 1)}


def test_a_run_on_one_machine_is_not_to_have_fewer_repeats_than_there_were() -> None:
    results = (team("A", 85.0, 10.0, durations=(9.0, 10.0, 11.0)), team("B", 83.0, 2.0, hardware="gpu-2"))
    assert {(one.team, one.repeats) for one in ranked(*results, choice="rerun").permits} == {("A", 3), ("B", 3)}


def test_the_same_machine_is_not_marked() -> None:
    found = ranked(team("A", 85.0, 10.0, hardware="gpu-1"), team("B", 83.0, 2.0, hardware="gpu-1"))
    assert found.doubts == ()
    assert NO_MACHINE not in printed(found)
    assert {row.hardware for row in found.rows} == {"gpu-1"}


def test_a_phase_without_any_key_says_so_once() -> None:
    found = ranked(team("A", 85.0, 10.0, hardware=""), team("B", 83.0, 2.0, hardware=""))
    assert printed(found).count(NO_MACHINE) == 1
    assert len(found.doubts) == 1  # B past A, A past B, A next in line for B's title: one pair


def test_an_attempt_without_a_score_has_no_machine_to_be_compared() -> None:
    lost = replace(team("C", 0.0, 3600.0, hardware=""), verdict="lost")
    found = ranked(team("A", 85.0, 10.0), team("B", 83.0, 2.0), lost)
    assert found.doubts == ()
    assert found.machines == {"cpu"}


def test_a_phase_of_two_machines_says_so_even_where_no_guard_compares_them() -> None:
    far = team("D", 60.0, 9.0, hardware="gpu-2")
    found = ranked(team("A", 85.0, 2.0), team("B", 84.0, 5.0), far)
    assert found.doubts == ()
    assert "different hardware (cpu; gpu-2)" in printed(found)
