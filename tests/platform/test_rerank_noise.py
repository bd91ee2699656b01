"""Whether the measurement tells two teams apart: the formula, each choice, and its effect on the order."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from organizer.audit.audited import PhaseResults
from organizer.audit.evidence import Part
from organizer.audit.official import Official, score_interval
from organizer.rerank.bands import half_width, narrowing, runs_needed
from organizer.rerank.noise import duration_doubt, score_doubt
from organizer.rerank.rerank import Choice, choice, rank_phase
from organizer.rerank.standings import RankedPhase
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Baseline, Rule


def team(name: str, score: float, duration: float, noise: float = 0.0, hardware: str = "cpu") -> Official:
    """A result whose band reaches by the factor `1 + noise` to both sides."""
    band = (duration / (1 + noise), duration * (1 + noise)) if noise else (0.0, 0.0)
    return Official(
        name, name, ord(name), score, duration, 0.0, "ok", "", 1, band_low=band[0], band_high=band[1], hardware=hardware
    )


def phase(*results: Official, rule: Rule = Rule(), baseline: Baseline = Baseline()) -> PhaseResults:  # noqa: B008 - frozen
    return PhaseResults("final", "Final", rule, baseline, results)


def order(found: RankedPhase) -> str:
    return "".join(row.team for row in found.rows)


CLOSE = phase(team("A", 85.0, 10.0, 0.03), team("B", 83.0, 9.3, 0.03), team("C", 70.0, 90.0, 0.03))
"""B needs 7 % less time than A: more than 5 %, but the two bands together are 4.2 % wide."""


def test_a_move_inside_the_band_is_marked_and_each_choice_does_what_it_says() -> None:
    point = rank_phase(CLOSE, Choice("point"))
    keep = rank_phase(CLOSE, Choice("keep"))
    rerun = rank_phase(CLOSE, Choice("rerun"))
    assert [order(point), order(keep), order(rerun)] == ["BAC", "ABC", "ABC"]
    assert [point.settled, keep.settled, rerun.settled] == [True, True, False]
    assert [len(one.doubts) for one in (point, keep, rerun)] == [1, 1, 1]
    assert "cannot be told apart" in point.doubts[0].sentence
    assert keep.trail[-2].reason == "unsure" or keep.trail[-1].reason == "unsure"
    assert {(one.team, one.repeats) for one in rerun.permits} == {("A", 7), ("B", 7)}
    assert "(10 s) cannot be told apart: 7 % less time, the limit is 5 % less time, and the noise 4.18 %; " in (
        point.doubts[0].sentence
    )
    assert point.doubts[0].sentence.endswith("7 runs of each would settle it.")
    assert {row.team: row.confidence for row in point.rows} == {"A": "unsure", "B": "unsure", "C": "sure"}
    assert point.permits == ()


def test_what_lies_outside_the_band_is_sure() -> None:
    found = rank_phase(phase(team("A", 85.0, 10.0, 0.01), team("B", 83.0, 9.0, 0.01)), Choice("rerun"))
    assert (order(found), found.doubts, found.settled) == ("BA", (), True)
    assert {row.confidence for row in found.rows} == {"sure"}


def test_a_refusal_inside_the_band_is_marked_and_stays_a_refusal() -> None:
    near = phase(team("A", 85.0, 10.0, 0.03), team("B", 83.0, 9.6, 0.03))
    assert [order(rank_phase(near, Choice(word))) for word in ("point", "keep", "rerun")] == ["AB", "AB", "AB"]  # type: ignore[arg-type]
    assert rank_phase(near, Choice("rerun")).permits


def test_unknown_noise_decides_by_the_numbers_and_says_so() -> None:
    found = rank_phase(phase(team("A", 85.0, 10.0), team("B", 83.0, 9.49)), Choice("rerun"))
    assert (order(found), found.doubts) == ("BA", ())
    assert {row.confidence for row in found.rows} == {"noise not measured"}


def test_different_hardware_is_never_compared_silently() -> None:
    results = phase(team("A", 85.0, 10.0, 0.01, "gpu-1"), team("B", 83.0, 2.0, 0.01, "gpu-2"))
    found = rank_phase(results, Choice("rerun"))
    assert [doubt.about for doubt in found.doubts] == ["hardware"] * len(found.doubts)
    assert order(found) == "AB"
    assert {one.team for one in found.permits} == {"A", "B"}
    assert order(rank_phase(results, Choice("point"))) == "BA"
    assert rank_phase(results, Choice("point")).doubts


def test_the_next_in_line_for_a_title_inside_the_band_is_marked() -> None:
    found = rank_phase(
        phase(team("A", 85.0, 50.0, 0.03), team("B", 83.0, 9.0, 0.03), team("C", 82.0, 9.1, 0.03)), Choice()
    )
    assert ("B", "C") in {(doubt.team, doubt.other) for doubt in found.doubts}


def test_the_baselines_guard_is_marked() -> None:
    rule = Rule(name="baseline")
    results = phase(team("A", 71.0, 9.6, 0.03), rule=rule, baseline=Baseline(70.0, 10.0))
    found = rank_phase(results, Choice("rerun"))
    assert [doubt.other for doubt in found.doubts] == ["the baseline"]
    assert [one.team for one in found.permits] == ["A"]


def test_the_runs_asked_for_are_enough_and_no_more() -> None:
    for half, distance in ((0.04, 0.02), (0.03, 0.029), (0.05, 0.002), (0.02, 0.02)):
        runs = runs_needed(half, distance)
        assert runs % 2 == 1
        assert half * narrowing(runs) < distance
        assert runs == 3 or half * narrowing(runs - 2) >= distance
    assert runs_needed(0.1, 0.0) == 0
    assert runs_needed(1.0, 1e-3) == 0
    assert runs_needed(0.02, 0.01, fixed=0.01) == 0


def test_the_band_holds_what_it_says() -> None:
    """Of true ratios exactly at the limit, 95 % of measurements must be marked: both teams with normal noise."""
    draw, sigma, limit, marked, rounds = random.Random(7), 0.02, 0.95, 0, 4000
    for _ in range(rounds):
        mover = 9.5 * math.exp(draw.gauss(0, sigma))
        above = 10.0 * math.exp(draw.gauss(0, sigma))
        wide = math.exp(1.96 * sigma) - 1
        marked += duration_doubt(team("B", 1, mover, wide), team("A", 2, above, wide), limit) is not None
    assert abs(marked / rounds - 0.95) < 0.015


def test_the_ten_points_and_their_interval() -> None:
    above = replace(team("A", 85.0, 10.0), score_low=84.0, score_high=86.0)
    near = replace(team("B", 75.5, 5.0), score_low=74.5, score_high=76.5)
    doubt = score_doubt(near, above, 10.0)
    assert doubt is not None
    assert (doubt.about, doubt.runs) == ("score", 0)
    assert score_doubt(replace(near, score=80.0, score_low=79.0, score_high=81.0), above, 10.0) is None
    found = rank_phase(phase(above, near), Choice("rerun"))
    assert (order(found), found.settled) == ("BA", True)
    assert [one.about for one in found.doubts] == ["score"]


def test_the_scores_interval_is_that_of_a_mean_of_means() -> None:
    parts = {
        "xnli/de": Part(80.0, 77.0, 83.0, 100),
        "xnli/fr": Part(70.0, 66.0, 74.0, 100),
        "panx/de": Part(60.0, 48.0, 72.0, 100),
    }
    low, high = score_interval(67.5, parts)
    half = math.sqrt((9 + 16) / 4 + 144) / 2
    assert (low, high) == pytest.approx((67.5 - half, 67.5 + half))
    assert score_interval(0.0, {}) == (0.0, 0.0)


def test_half_widths_are_logarithms_and_zero_where_nothing_is_known() -> None:
    assert half_width(team("A", 1, 10.0, 0.05), True) == pytest.approx(math.log(1.05))
    assert half_width(team("A", 1, 10.0), True) == 0


def test_failed_attempts_raise_no_doubt() -> None:
    found = rank_phase(phase(team("A", 85.0, 10.0, 0.03), team("B", 0.0, 0.0)), Choice("rerun"))
    assert (order(found), found.doubts, found.winner) == ("AB", (), "A")
    assert rank_phase(phase(team("B", 0.0, 0.0)), Choice()).winner == ""


@pytest.mark.parametrize(("unsure", "rule"), [("often", ""), ("point", "fastest")])
def test_unknown_words_are_one_line(unsure: str, rule: str) -> None:
    with pytest.raises(OrganizerFault, match="E233"):
        choice(unsure, rule)
