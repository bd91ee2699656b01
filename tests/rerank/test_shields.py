"""A band that a team can widen does not protect its place: it counts only against itself."""

from __future__ import annotations

import math
from typing import Any

import pytest

from organizer.rerank.bands import half_width, side
from tests.rerank.made import order, printed, ranked, team

VOID: dict[str, Any] = {
    "timing": "void",
    "timing_reason": "2 processes could not be stopped",
    "band_low": 4.0,
    "band_high": 12.5,
}


@pytest.mark.parametrize("choice", ["keep", "rerun"])
def test_who_voids_his_own_run_is_passed_all_the_same(choice: Any) -> None:
    found = ranked(team("A", 85, 10.0, **VOID), team("B", 83, 8.0), choice=choice)
    assert (order(found), found.doubts, found.permits) == ("BA", (), ())
    assert [row.confidence for row in found.rows] == ["sure", "sure"]
    assert "? A's run was void (2 processes could not be stopped): ask the team; its band counts only against" in (
        printed(found)
    )


def test_a_void_run_does_not_pass_by_its_own_numbers() -> None:
    above, mover = team("A", 85, 12.0), team("B", 83, 10.0, **VOID)
    found = ranked(above, mover, choice="rerun")
    assert order(found) == "AB"
    assert {doubt.about for doubt in found.doubts} == {"disturbed"}
    assert found.doubts[0].sentence.endswith("a run of B that is not void would tell.")
    assert [(one.team, one.repeats) for one in found.permits] == [("B", 1)]
    assert order(ranked(above, mover)) == "BA"


def test_void_repeats_have_their_doubt_in_common() -> None:
    """Three void repeats are no surer than one; and are to be made again as three."""
    found = ranked(team("A", 85, 12.0), team("B", 83, 10.0, **VOID, durations=(9.9, 10.0, 10.1)), choice="rerun")
    assert order(found) == "AB"
    assert [(one.team, one.repeats) for one in found.permits] == [("B", 3)]


def test_a_void_run_that_is_refused_asks_for_nothing() -> None:
    """With the second title A might pass B if it was as fast as its band reaches down: that is no doubt."""
    found = ranked(team("A", 85, 10.0, **VOID), team("B", 86, 8.0), choice="rerun")
    assert (order(found), found.doubts) == ("BA", ())


def test_a_void_run_later_in_line_does_not_hold_up_a_title() -> None:
    found = ranked(team("A", 85, 20.0), team("B", 83, 9.0), team("C", 82, 10.0, **VOID), choice="keep")
    assert order(found)[0] == "B"
    assert all(doubt.team != "B" for doubt in found.doubts)


def test_a_void_holder_of_a_title_moves_nobody() -> None:
    found = ranked(team("A", 85, 30.0), team("B", 83, 10.0, **VOID), team("C", 82, 11.0), choice="keep")
    assert order(found) == "ABC"
    assert "who holds its title is not decided" in printed(found)


def contended(share: float, cores: int = 2, noise: float = 0.01) -> dict[str, Any]:
    """As ingestion makes the band of a run beside others, by docs/timing.md."""
    duration = 10.0 * (1 - share)
    low = 10.0 / (1 + noise) * (1 - cores * share)
    high = 10.0 * (1 + noise) * (1 - 0.8 * share)
    return {"timing": "normalised", "contended": share, "band_low": low, "band_high": high, "at": duration}


def test_beside_others_only_a_runs_own_noise_protects_its_place() -> None:
    made = contended(0.2)
    above = team("A", 85, made.pop("at"), **made)
    assert half_width(above, False) > 0.25
    assert side(above, False, mover=False).half == pytest.approx(math.log(1.01))
    assert side(above, True, mover=False).half == half_width(above, True)
    found = ranked(above, team("B", 83, 7.0), choice="keep")
    assert order(found) == "BA"
    assert all(doubt.team != "B" for doubt in found.doubts)
    assert "A's run was on a shared worker: others took 20.0 % of the cores' time, which came off its" in printed(found)


def test_beside_others_a_raw_run_has_its_own_noise_upwards() -> None:
    above = team("A", 85, 10.0, timing="raw", contended=0.2, band_low=5.9, band_high=10.1)
    assert side(above, False, mover=False).half == pytest.approx(math.log(1.01))
    assert "20.0 % of the cores' time; what that adds" in ranked(above).notes[0]


def test_beside_others_the_band_counts_against_the_mover() -> None:
    made = contended(0.2)
    mover = team("B", 83, made.pop("at"), **made)
    found = ranked(team("A", 85, 8.6), mover, choice="keep")
    assert order(found) == "AB"
    assert {doubt.about for doubt in found.doubts} == {"duration"}


def test_beside_others_a_refused_mover_is_marked_and_may_run_again() -> None:
    """Its threads may have lost more than was taken off: that is no shield, and not of its own making."""
    made = contended(0.2)
    found = ranked(team("A", 85, 7.5), team("B", 83, made.pop("at"), **made), choice="rerun")
    assert order(found) == "AB"
    assert [(one.team, one.repeats) for one in found.permits] == [("B", 1)]
    assert found.doubts[0].sentence.endswith("a run of B alone on the worker would tell.")


def test_a_little_is_neither_said_nor_taken_off() -> None:
    made = contended(0.02)
    above = team("A", 85, made.pop("at"), **made)
    assert side(above, False, mover=False).half == half_width(above, False)
    assert ranked(above).notes == ()


def test_a_machine_that_was_slowed_down_is_said() -> None:
    found = ranked(team("A", 85, 10.0, throttled="GPU throttled: 2.0 s by heat"), team("B", 83, 5.0))
    assert found.notes == (
        "A's run was on a machine that was slowed down (GPU throttled: 2.0 s by heat); others' may not have been.",
    )
    assert order(found) == "BA"


def test_a_failed_attempt_has_no_notes() -> None:
    assert ranked(team("A", 0, 10.0, **VOID, throttled="CPU throttled: 3 times by heat", contended=0.5)).notes == ()
