from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import leaderboard
import noise
import numpy as np
import pytest
from noise import Part

from scoring_program.metrics import wilson
from tests.kit.conftest import KIT
from xtreme_tasks.faults import OrganizerFault


def accuracy(right: int, of: int, order: int = 0) -> Part:
    answers = np.roll(np.arange(of) < right, order)
    return Part(answers.astype(float), np.ones(of))


def test_the_interval_of_an_accuracy_is_about_wilsons():
    made = noise.intervals({("xnli", "en"): accuracy(280, 400)})["xnli"]
    assert made.value == 70
    assert (made.low, made.high) == pytest.approx(wilson(280, 400), abs=0.6)
    assert made.deviation == pytest.approx(100 * (0.7 * 0.3 / 400) ** 0.5, rel=0.1)


def test_scores_are_means_over_languages_then_tasks():
    spans = Part(np.array([2.0, 0.0]), np.array([4.0, 0.0]))
    found = {("xnli", "en"): accuracy(1, 2), ("xnli", "de"): accuracy(2, 2), ("panx", "en"): spans}
    assert noise.scores(found) == {"panx": 50, "xnli": 75, "score": 62.5}
    assert noise.by_language(found)["xnli"] == {"en": 50, "de": 100}


def test_more_languages_mean_less_noise():
    one = noise.intervals({("xnli", "en"): accuracy(70, 100)})["score"].deviation
    four = noise.intervals({("xnli", code): accuracy(70, 100) for code in ("en", "de", "fr", "th")})["score"].deviation
    assert four == pytest.approx(one / 2, rel=0.15)


def test_one_examples_part_of_the_variance_is_that_of_the_formula_and_of_the_bootstrap():
    part = accuracy(280, 400)
    assert leaderboard.unit(part.above, part.below) == pytest.approx(100**2 * 0.7 * 0.3)
    random = np.random.default_rng(1)
    there = random.integers(0, 4, 300).astype(float)
    spans = Part(2 * np.minimum(there, random.integers(0, 4, 300)), there + random.integers(1, 4, 300))
    drawn = noise.intervals({("panx", "en"): spans})["panx"].deviation
    assert (leaderboard.unit(spans.above, spans.below) / 300) ** 0.5 == pytest.approx(drawn, rel=0.05)
    assert leaderboard.unit(np.zeros(3), np.zeros(3)) == 0


def test_the_leaderboards_noise_is_that_of_as_many_examples():
    found = {("xnli", "en"): accuracy(280, 400), ("xnli", "de"): accuracy(280, 400), ("panx", "en"): accuracy(280, 400)}
    units = {key: leaderboard.unit(part.above, part.below) for key, part in found.items()}
    same = {"xnli": {"en": 400, "de": 400}, "panx": {"en": 400}}
    here = noise.intervals(found)["score"].deviation
    assert leaderboard.deviation(units, same) == pytest.approx(here, rel=0.05)
    four = {task: {code: 4 * count for code, count in row.items()} for task, row in same.items()}
    assert leaderboard.deviation(units, four) == pytest.approx(here / 2, rel=0.05)
    # A language that was not asked here is like the task's others; an empty one does not count.
    more = {"xnli": {"en": 400, "sw": 400, "th": 0}, "panx": {"en": 400}}
    assert leaderboard.deviation(units, more) == pytest.approx(leaderboard.deviation(units, same))
    said = noise.lines(found, {"evaluation": four, "final": {**same, "udpos": {"en": 7}}})
    luck = 1.96 * 2**0.5 * leaderboard.deviation(units, four)
    assert said[-3] == f"noise: on another evaluation test set (4800 examples) by up to {luck:.2f}"
    assert said[-2].startswith("noise: on another final test set (1200 examples, without udpos) by up to ")
    assert said[-1] == noise.CAVEAT


def test_a_paired_difference_is_surer_than_two_intervals():
    first, second = {("xnli", "en"): accuracy(280, 400)}, {("xnli", "en"): accuracy(292, 400)}
    made = noise.compare(first, second)["xnli"]
    assert made.difference.value == pytest.approx(3)
    assert made.difference.low > 0
    assert made.chance < 0.01
    same = noise.compare(first, first)["xnli"]
    assert (same.difference.low, same.difference.high, same.chance) == (0, 0, 1)
    mixed = noise.compare(first, {("xnli", "en"): accuracy(283, 400, order=150)})["xnli"]
    assert mixed.chance > 0.3


def test_other_examples_cannot_be_compared():
    with pytest.raises(OrganizerFault, match="E225"):
        noise.compare({("xnli", "en"): accuracy(1, 2)}, {("xnli", "en"): accuracy(1, 3)})


def test_the_command_reads_what_evaluate_writes(tmp_path: Path):
    answers = {"public/dev/labels": ["1", "0", "1"], "results/prediction_output/predictions": ["1", "1", "1"]}
    for place, labels in answers.items():
        path = tmp_path / place / "pawsx" / "en.jsonl"
        path.parent.mkdir(parents=True)
        lines = (json.dumps({"id": str(n), "label": one}, separators=(",", ":")) for n, one in enumerate(labels))
        path.write_text("".join(f"{line}\n" for line in lines))
    command = [sys.executable, str(KIT / "noise.py"), "results", "--public", "public"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    score, pawsx, noise_line, caveat = run.stdout.splitlines()
    assert caveat == noise.CAVEAT
    assert score.startswith("score         66.67  95 % interval")
    assert pawsx.startswith("pawsx         66.67  95 % interval")
    assert noise_line.startswith("noise: ")
    paired = subprocess.run(
        [*command[:3], "results", *command[3:]], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert paired.stdout.startswith(
        "results minus results:\nscore         +0.00  95 % interval +0.00 to +0.00  p 1.000\n"
    )
    assert paired.stdout.endswith(f"{noise.CAVEAT}\n")
    failed = subprocess.run(
        [*command[:2], "nothing", "--public", "public"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (failed.returncode, failed.stderr[:4]) == (1, "E207")
