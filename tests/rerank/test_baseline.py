"""The rule `baseline` under noise: the baseline's machine, its band, the score's gap."""

from __future__ import annotations

import pytest

from organizer.rerank.notes import WORD
from organizer.rerank.standings import RankedPhase
from tests.rerank.made import printed, ranked, team
from xtreme_tasks.settings import Baseline, Rule

RULE = Rule(name="baseline")


def against(baseline: Baseline, duration: float, noise: float = 0.01, **more: object) -> RankedPhase:
    return ranked(team("A", 71.0, duration, noise, **more), choice="rerun", rule=RULE, baseline=baseline)


def test_a_baseline_without_a_key_is_the_organizers_word_and_that_is_said() -> None:
    found = against(Baseline(70.0, 10.0), 5.0)
    assert (found.doubts, found.notes) == ((), (WORD,))
    assert WORD in printed(found)
    assert ranked(team("A", 71.0, 5.0), baseline=Baseline(70.0, 10.0)).notes == ()  # rule `places` looks at none


def test_a_baseline_of_the_teams_machine_needs_no_word() -> None:
    found = against(Baseline(70.0, 10.0, hardware="cpu"), 5.0)
    assert (found.doubts, found.notes) == ((), ())


@pytest.mark.parametrize("hardware", ["gpu-1", "", "unknown x2, GPU none"])
def test_a_baseline_of_another_machine_is_marked_and_no_run_of_the_team_settles_it(hardware: str) -> None:
    found = against(Baseline(70.0, 10.0, hardware="other"), 5.0, hardware=hardware)
    assert [doubt.about for doubt in found.doubts] == ["hardware"]
    assert found.doubts[0].sentence.endswith("measure the baseline again where the teams run.")
    assert (found.permits, found.settled) == ((), True)
    assert found.notes == ("One doubt is not to be settled by runs; the measured numbers decide.",)


def test_the_baselines_own_noise_counts_and_no_run_takes_it_away() -> None:
    sure = Baseline(70.0, 10.0, hardware="cpu")
    noisy = Baseline(70.0, 10.0, hardware="cpu", band_low=9.0, band_high=11.0)
    assert against(sure, 9.2).doubts == ()
    found = against(noisy, 9.2)
    assert [(doubt.about, doubt.runs) for doubt in found.doubts] == [("duration", 0)]
    some = Baseline(70.0, 10.0, hardware="cpu", band_low=9.8, band_high=10.2)
    found = against(some, 9.2, 0.05)
    assert [(one.team, one.repeats) for one in found.permits] == [("A", found.doubts[0].runs)]
    assert f"{found.doubts[0].runs} runs of A would settle it." in found.doubts[0].sentence
    assert against(some, 9.2, 0.05, durations=(9.2,) * found.doubts[0].runs).doubts == ()


def test_the_upper_limit_is_said_as_what_it_is() -> None:
    found = against(Baseline(70.0, 10.0, hardware="cpu"), 10.45, 0.02)
    assert "4.5 % more time, the limit is 5 % more time" in found.doubts[0].sentence
    assert "-5" not in found.doubts[0].sentence


def test_both_limits_may_be_open_at_once() -> None:
    found = against(Baseline(70.0, 10.0, hardware="cpu"), 10.1, 0.2)
    assert ["5 % less time" in doubt.sentence for doubt in found.doubts] == [True, False]
    assert found.permits[0].repeats == max(doubt.runs for doubt in found.doubts)


def test_the_ten_points_below_the_baseline_are_marked() -> None:
    found = ranked(
        team("A", 60.5, 5.0, score_low=59.5, score_high=61.5),
        team("B", 65.5, 5.0, score_low=64.5, score_high=66.5),
        choice="rerun", rule=RULE, baseline=Baseline(70.0, 10.0, hardware="cpu"),
    )  # fmt: skip
    assert [(doubt.team, doubt.other, doubt.about) for doubt in found.doubts] == [("A", "the baseline", "score")]
    assert found.settled


def test_a_team_may_be_called_the_baseline() -> None:
    found = ranked(
        team("the baseline", 71.0, 20.0), team("A", 72.0, 9.55, 0.02), choice="rerun", rule=RULE,
        baseline=Baseline(70.0, 10.0, hardware="cpu"),
    )  # fmt: skip
    assert [one.team for one in found.permits] == ["A"]
