"""Three submissions that are drawn: one looks labels up, one copies English answers, one is honest."""

from __future__ import annotations

import pytest

from organizer.lookup.findings import LEVEL, Finding
from organizer.lookup.inspect import inspect
from tests.lookup.worlds import Honest, copied, draw_run, looked_up

REAL = "a folder in XTREME's layout"
DRAWS = 3999
HONEST = 200


def kinds(findings: list[Finding]) -> set[str]:
    return {finding.kind for finding in findings if finding.flagged}


@pytest.fixture(scope="module")
def baseline():
    return draw_run(99, Honest(ability=1.0))


def test_a_look_up_is_flagged_with_and_without_a_baseline(baseline):
    run = looked_up(draw_run(1, Honest(), lines=1500))
    for known in (None, baseline):
        assert {"digits", "canaries", "ceiling"} <= kinds(inspect(run, known, REAL, DRAWS))


def test_a_look_up_of_generated_data_has_no_ceiling_but_its_gap():
    findings = inspect(looked_up(draw_run(2, Honest())), None, "generated sample (scale 1, seed 1)", DRAWS)
    assert kinds(findings) >= {"digits", "canaries"}
    assert {finding.note for finding in findings if finding.kind == "ceiling"} == {"generated labels have no error"}


def test_a_copy_of_english_is_flagged_in_its_languages_only(baseline):
    run = copied(draw_run(3, Honest()))
    for known in (None, baseline):
        flagged = [finding for finding in inspect(run, known, REAL, DRAWS) if finding.flagged]
        found = {(finding.task, finding.language) for finding in flagged}
        assert found == {("xnli", "de"), ("xnli", "sw"), ("xnli", "th"), ("pawsx", "de"), ("pawsx", "ja")}
        assert {finding.kind for finding in flagged} == {"copying"}
        assert all(finding.observed == 100 for finding in flagged)


def test_honest_submissions_are_not_flagged(baseline):
    """Weak and strong ones, with errors that languages share a little or a lot: at most one in a hundred."""
    flagged = {"alone": 0, "with a baseline": 0}
    tests = 0
    for seed in range(HONEST):
        model = Honest(ability=0.5 + (seed % 5), spread=1.0 + seed % 4, weaker=0.25 * (seed % 3))
        run = draw_run(1000 + seed, model)
        for name, known in (("alone", None), ("with a baseline", baseline)):
            findings = inspect(run, known, REAL, DRAWS)
            tests += sum(not finding.note for finding in findings)
            flagged[name] += bool(kinds(findings))
    assert tests > 10 * HONEST
    assert all(count <= HONEST * 0.01 for count in flagged.values()), flagged


def test_what_accuracy_and_difficulty_explain_is_below_what_is_seen_of_a_copy():
    honest, cheat = draw_run(5, Honest(spread=3.0)), copied(draw_run(5, Honest(spread=3.0)))
    pick = lambda run: next(f for f in inspect(run, None, REAL, DRAWS) if (f.kind, f.language) == ("copying", "sw"))  # noqa: E731
    assert pick(honest).compared < pick(honest).observed < pick(honest).threshold < pick(cheat).observed


def test_without_changes_and_canaries_there_is_nothing_to_compare():
    findings = inspect(draw_run(6, Honest(), lines=12, canaries=0), None, REAL, DRAWS)
    notes = {finding.kind: finding.note for finding in findings}
    assert notes["canaries"] == "too few canaries"
    assert notes["digits"].startswith("too few")
    assert not kinds(findings)


def test_hard_sentences_are_tested_with_a_baseline_only(baseline):
    """How many an honest model shares hangs on the sentences: with difficulties like these, most of them."""
    run = draw_run(7, Honest(ability=0.5, spread=4.0, weaker=0.0))
    (alone,) = (one for one in inspect(run, None, REAL, DRAWS) if one.kind == "shared errors")
    (compared,) = (one for one in inspect(run, baseline, REAL, DRAWS) if one.kind == "shared errors")
    assert alone.observed > 75
    assert (alone.note, alone.flagged) == ("needs a baseline", False)
    assert (compared.note, compared.flagged) == ("", False)
    assert compared.threshold > compared.baseline > compared.compared


def test_sentences_that_are_hard_together_are_flagged_beside_a_baseline():
    """Tags of all translations made from one language's: the same sentences are wrong in every language."""
    baseline, run = draw_run(9, Honest(spread=1.0)), dict(draw_run(10, Honest(spread=1.0)))
    run["udpos", "fr"] = run["udpos", "ja"] = run["udpos", "de"]
    (found,) = (one for one in inspect(run, baseline, REAL, DRAWS) if one.kind == "shared errors")
    assert found.flagged
    assert found.observed == 100


def test_levels_of_a_run_hold_over_all_its_tests():
    findings = inspect(looked_up(draw_run(8, Honest())), None, REAL, DRAWS)
    tested = [finding for finding in findings if not finding.note]
    assert all(finding.adjusted >= finding.p for finding in tested)
    assert all(finding.flagged == (finding.adjusted <= LEVEL) for finding in tested)
