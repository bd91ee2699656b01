"""Durations of different machines, or of machines that nobody knows, are never compared silently."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from organizer.audit.audited import PhaseResults
from organizer.audit.official import Official
from organizer.rerank.command import NO_MACHINE, show
from organizer.rerank.noise import apart
from organizer.rerank.rerank import Choice, rank_phase
from organizer.rerank.standings import RankedPhase
from xtreme_tasks.settings import Baseline, Rule


def team(name: str, score: float, duration: float, hardware: str) -> Official:
    return Official(
        name, name, ord(name), score, duration, 0.0, "ok", "", 1,
        band_low=0.99 * duration, band_high=1.01 * duration, hardware=hardware,
    )  # fmt: skip


def ranked(*results: Official, choice: Choice = Choice()) -> RankedPhase:  # noqa: B008 - frozen
    return rank_phase(PhaseResults("final", "Final", Rule(), Baseline(), results), choice)


def printed(phase: RankedPhase) -> str:
    stream = io.StringIO()
    show(Console(file=stream, width=120), phase)
    return stream.getvalue()


@pytest.mark.parametrize(("first", "second"), [("gpu-1", ""), ("", "gpu-1")])
def test_a_pair_of_which_one_machine_is_unknown_is_marked(first: str, second: str) -> None:
    results = (team("A", 85.0, 10.0, first), team("B", 83.0, 2.0, second))
    point = ranked(*results)
    assert {doubt.about for doubt in point.doubts} == {"hardware"}
    assert "unknown hardware" in point.doubts[0].sentence
    assert "gpu-1" in point.doubts[0].sentence
    assert [row.team for row in point.rows] == ["B", "A"]
    assert {row.confidence for row in point.rows} == {"unsure"}
    asked = ranked(*results, choice=Choice("rerun"))
    assert [row.team for row in asked.rows] == ["A", "B"]
    assert {(one.team, one.repeats) for one in asked.permits} == {("A", 1), ("B", 1)}


def test_the_same_machine_is_not_marked() -> None:
    found = ranked(team("A", 85.0, 10.0, "gpu-1"), team("B", 83.0, 2.0, "gpu-1"))
    assert found.doubts == ()
    assert NO_MACHINE not in printed(found)
    assert {row.hardware for row in found.rows} == {"gpu-1"}


def test_a_phase_without_any_key_says_so_once() -> None:
    found = ranked(team("A", 85.0, 10.0, ""), team("B", 83.0, 2.0, ""))
    assert found.doubts == ()
    assert printed(found).count(NO_MACHINE) == 1


def test_an_attempt_without_a_score_has_no_machine_to_be_compared() -> None:
    lost = replace(team("C", 0.0, 3600.0, ""), verdict="lost")
    found = ranked(team("A", 85.0, 10.0, "gpu-1"), team("B", 83.0, 2.0, "gpu-1"), lost)
    assert found.doubts == ()
    assert found.machines == {"gpu-1"}


def test_a_phase_of_two_machines_says_so_even_where_no_guard_compares_them() -> None:
    far = team("D", 60.0, 9.0, "gpu-2")
    found = ranked(team("A", 85.0, 2.0, "gpu-1"), team("B", 84.0, 5.0, "gpu-1"), far)
    assert found.doubts == ()
    assert "different hardware (gpu-1; gpu-2)" in printed(found)


def test_the_baseline_of_the_rules_is_the_organizers_word() -> None:
    results = (team("A", 71.0, 5.0, "gpu-1"),)
    found = rank_phase(PhaseResults("final", "Final", Rule(name="baseline"), Baseline(70.0, 10.0), results), Choice())
    assert found.doubts == ()


def test_the_reason_names_both() -> None:
    assert apart("a", "a") == apart("", "") == ""
    assert "different hardware (a; b)" in apart("a", "b")
    assert "same hardware (unknown hardware; b)" in apart("", "b")
