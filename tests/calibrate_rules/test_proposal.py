"""Proposals from made-up measurements, and what they change."""

from __future__ import annotations

import math
import random
import tomllib
from dataclasses import replace

import pytest

from organizer.audit.audited import Audited, PhaseResults
from organizer.audit.official import Official
from organizer.calibrate_rules.consequences import consequences
from organizer.calibrate_rules.measured import Measured, chance, measure, round_up
from organizer.calibrate_rules.proposal import propose, toml, with_proposals
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Baseline, Rule

MEASURED = Measured(score=66.0, duration=100.0, noise=0.02, noise_from="x", score_half=1.0, chance=chance())


def result(team: str, score: float, duration: float, half: float = 0.0, **more: object) -> Official:
    band = (duration * (1 - half), duration * (1 + half)) if half else (0.0, 0.0)
    values = {"score_low": score - 1, "score_high": score + 1, "band_low": band[0], "band_high": band[1],
              "hardware": "cpu", **more}  # fmt: skip
    return Official(team, team, 1, score, duration, 0.0, "ok", "", 1, **values)


def audited(*results: Official, baseline: Baseline = Baseline()) -> Audited:  # noqa: B008
    phase = PhaseResults("final", "Final", Rule(), baseline, results)
    return Audited("b", 1, "t", 0.0, 0.0, 0, "", True, (), (phase,))


def test_chance_is_the_mean_of_guesses():
    assert chance() == pytest.approx((100 / 3 + 100 / 2 + 0 + 0) / 4)


def test_a_false_gain_happens_once_in_a_hundred_comparisons():
    """The stated meaning of the proposed gain, on drawn pairs of runs of the same code."""
    gain = {one.name: one.proposed for one in propose(Rule(), MEASURED)}["duration_gain"]
    exact = 1 - math.exp(-2.326 * math.sqrt(2) * MEASURED.noise)
    assert exact <= gain < exact + 0.005
    draw = random.Random(3)
    rounds = 40_000
    false = sum(
        math.exp(draw.gauss(0, MEASURED.noise)) / math.exp(draw.gauss(0, MEASURED.noise)) < 1 - exact
        for _ in range(rounds)
    )
    assert 0.008 < false / rounds < 0.012


def test_gap_and_weight():
    found = {one.name: one.proposed for one in propose(Rule(), MEASURED)}
    assert found["score_gap"] == round_up(0.2 * (66.0 - chance()), "0.5") == 9.5
    assert found["weight"] == 2.4  # half of the gap at the limit of two halvings, rounded up to a tenth


def test_noisy_scores_ask_for_a_wider_gap():
    noisy = replace(MEASURED, score_half=12.0)
    assert {one.name: one.proposed for one in propose(Rule(), noisy)}["score_gap"] == 17.0


def test_the_table_is_one_of_rules_toml():
    proposals = propose(Rule(), MEASURED)
    assert Rule(**tomllib.loads(toml(Rule(), proposals))["rule"]) == with_proposals(Rule(), proposals)


def test_the_noise_is_the_largest_that_anything_says():
    bands = audited(result("a", 60, 100, half=0.04), result("b", 50, 50, half=0.04), baseline=Baseline(60, 100))
    assert measure(bands).noise == pytest.approx(0.04 / 1.96, rel=0.01)
    assert measure(bands, given=[("elsewhere", 0.5), ("nowhere", 0.0)]).noise_from == "elsewhere"
    repeats = audited(result("a", 60, 100, durations=(100.0, 120.0, 80.0)), baseline=Baseline(60, 100))
    assert measure(repeats).noise == pytest.approx(0.2, rel=0.02)


def test_what_is_not_known_is_asked_for():
    with pytest.raises(OrganizerFault, match="baseline was not measured"):
        measure(audited(result("a", 60, 100, half=0.04)))
    with pytest.raises(OrganizerFault, match="no run has a noise band"):
        measure(audited(result("a", 60, 100)), baseline="a")
    with pytest.raises(OrganizerFault, match="no such team with a score"):
        measure(audited(result("a", 60, 100, half=0.04)), baseline="b")
    assert measure(audited(result("a", 60, 100, half=0.04)), baseline="a").duration == 100


def test_consequences_of_the_original_contests_outcome():
    """A best, B faster by a factor of three, C between: B, C, A with 10 points; with a gap of 2 nobody moves."""
    teams = (result("A", 70, 300), result("B", 66, 90), result("C", 65, 200))
    data = audited(*teams, baseline=Baseline(60, 200))
    rows = {(row.name, row.value): row for row in consequences(data, propose(Rule(), MEASURED))}
    assert rows["score_gap", 10.0].order == ("B", "C", "A")
    assert rows["score_gap", 10.0].changed == 0
    assert rows["score_gap", 2.0].order == ("A", "B", "C")
    assert (rows["score_gap", 2.0].moves, rows["score_gap", 2.0].changed) == (0, 3)
    assert rows["score_gap", 9.5].order == ("B", "C", "A")  # the proposed value is among the rungs
    assert ("duration_gain", 0.05) in rows  # the present value, too
    assert rows["weight", 4.0].order == ("B", "A", "C")


def test_what_noise_could_decide_is_counted():
    teams = (result("A", 70, 100, half=0.03), result("B", 69, 94, half=0.03))
    rows = {(row.name, row.value): row for row in consequences(audited(*teams), propose(Rule(), MEASURED))}
    assert rows["duration_gain", 0.05].unsure == 1
    assert rows["duration_gain", 0.2].unsure == 0
