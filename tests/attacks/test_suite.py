"""The suite's own parts: what it takes for stated, what it finds, what it reports."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from organizer.attack.attack import Expected, read_attack, read_attacks
from organizer.attack.attempt import Outcome
from organizer.attack.by_test import judge, parse
from organizer.attack.judge import differences
from organizer.attack.report import load, page, save
from organizer.attack.suite import Result, Suite, blank
from organizer.leaks import Search
from organizer.local_worker.engine import ProcessEngine
from xtreme_tasks.faults import Fault

from tests.conftest import ROOT

HIDDEN = "a hidden sentence of the evaluation"
SECRETS = Search([HIDDEN.encode()])
EXPECTED = Expected("leaks", "something")


def outcome(**changes) -> Outcome:
    values = {
        "status": "Finished",
        "code": "ok",
        "line": "ok",
        "began": True,
        "scores": {"score": 25.0, "duration": 0.5},
        "shown": {"messages": b"ok\n", "detailed_results.html": b"<p>fine</p>"},
    }
    return Outcome(**(values | changes))


def test_an_attack_that_ended_as_stated():
    assert differences(EXPECTED, outcome(), 25.0, SECRETS) == []


@pytest.mark.parametrize(
    ("expected", "changes", "sign"),
    [
        (EXPECTED, {"status": "Failed", "scores": None}, "status Failed"),
        (EXPECTED, {"code": "E122", "scores": {"score": 0.0}}, "got what it wanted"),
        (EXPECTED, {"scores": {"score": 26.0, "duration": 0.5}}, "honest control has 25"),
        (EXPECTED, {"scores": None}, "no score"),
        (Expected("timing", "", repeats=3), {}, "1 timed runs, expected 3"),
        (Expected("control", "", score="lower"), {}, "not below"),
        (Expected("timing", "", duration_at_least=0.9), {}, "duration 0.5"),
        (Expected("package", "", "Failed", ("E102",), False, "none"), {}, "handed out"),
        (Expected("leaks", "", codes=("E121",), score="none"), {"code": "E121"}, "without answers"),
        (EXPECTED, {"shown": {"messages": f"ok {HIDDEN}".encode()}}, "messages shows 1 hidden"),
        (EXPECTED, {"shown": {"detailed_results.html": HIDDEN.encode()}}, "detailed_results.html shows 1 hidden"),
        (EXPECTED, {"shown": {"detailed_results.html": b"<SCRIPT>"}}, "a script"),
        (EXPECTED, {"shown": {"ingestion.log": b"\x1b[31m"}}, "an escape character"),
        (EXPECTED, {"shown": {"messages": b"x" * 5000}}, "5000 bytes"),
        (EXPECTED, {"shown": {"messages": "ä".encode()}}, "not ASCII"),
        (Expected("leaks", "", unseen=("planted",)), {"shown": {"run_record.json": b"planted"}}, "shows 'planted'"),
        (Expected("leaks", "", unescaped=("<img",)), {"shown": {"detailed_results.html": b"<img"}}, "shows '<img'"),
        (EXPECTED, {"left": ("process 1",)}, "left: process 1"),
        (EXPECTED, {"strays": ("planted",)}, "stray: planted"),
    ],
)
def test_every_difference_is_found(expected: Expected, changes: dict[str, object], sign: str):
    assert any(sign in text for text in differences(expected, outcome(**changes), 25.0, SECRETS))


def test_markup_is_harmless_outside_pages():
    expected = Expected("leaks", "", unescaped=("<img",))
    assert differences(expected, outcome(shown={"messages": b"<img"}), 25.0, SECRETS) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('family = "x"\nstopped_by = "y"\nstatus = "Odd"', "counts"),
        ('family = "x"\nstopped_by = "y"\ncodes = ["E999"]', "codes"),
        ('family = "x"\nstopped_by = "y"\ncounts = false', "counts"),
        ('family = "x"\nstopped_by = "y"\nengines = ["docker"]', "engines"),
        ('family = "x"\nstopped_by = "y"\ncodes = ["E121"]', "score"),
        ('family = "x"\nstopped_by = "y"\nodd = 1', "odd"),
        ('family = "x"\nstopped_by = "y"\nrepeats = 0', "repeats"),
        ('family = "x"\nstopped_by = "y"', "neither"),
        ("[", "expected.toml"),
    ],
)
def test_a_contradictory_attack_is_refused(tmp_path: Path, text: str, where: str):
    (tmp_path / "expected.toml").write_text(text)
    with pytest.raises(Fault, match=where):
        read_attack(tmp_path)


def test_an_unknown_attack_is_refused():
    with pytest.raises(Fault, match="E233"):
        read_attacks(only=("nothing",))


def test_a_test_that_failed_or_was_skipped_is_told():
    (attack,) = read_attacks(only=("foreign_image",))
    names = attack.expected.tests
    assert judge(attack, {name: ["PASSED"] for name in names}).wrong == ()
    assert judge(attack, {names[0]: ["PASSED", "FAILED"], names[1]: ["PASSED"]}).wrong
    assert judge(attack, {names[0]: ["PASSED"], names[1]: ["SKIPPED"]}).wrong
    assert judge(attack, {names[0]: ["PASSED"]}).wrong
    lines = f"PASSED {names[0]}[a]\nFAILED {names[0]}[b] - x\nSKIPPED [1] file.py:3: no"
    assert parse(lines) == {names[0]: ["PASSED", "FAILED"]}


def test_the_page_tells_what_went_wrong(tmp_path: Path):
    good = Result("good", "labels", "reads <keys>", "a | b", "Finished", "ok", "ok", True)
    bad = Result("bad", "labels", "reads", "nothing", "Finished", "E122", "", True, wrong=("verdict E122",))
    save([good, bad, Result("none", "network", "t", "s", not_run="a reason")], "process", "here", tmp_path)
    text = page(load(tmp_path))
    assert "1 of 2 ended as stated" in text
    assert "| `good` | reads &lt;keys> | a \\| b | ok, counted |" in text
    assert "NOT AS STATED: verdict E122" in text
    assert "not shown: a reason" in text


def test_the_committed_page_has_every_attack_and_no_other():
    text = (ROOT / "docs" / "attacks.md").read_text()
    listed = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    assert listed == {attack.name for attack in read_attacks()}
    assert "NOT AS STATED" not in text


@pytest.mark.parametrize(("small", "is_open", "run"), [(True, False, True), (False, False, False), (True, True, False)])
def test_what_needs_another_build_is_not_run(monkeypatch: pytest.MonkeyPatch, small: bool, is_open: bool, run: bool):
    ground = SimpleNamespace(small=small, is_open=is_open)
    suite = Suite(ground, ProcessEngine())
    monkeypatch.setattr(suite, "_run", lambda attack: (blank(attack), None))
    suite._honest = read_attacks(only=("honest",))[0]
    needs = read_attacks(only=("outside_the_window",) if is_open else ("memory",))[0]
    assert (suite.run(needs).not_run == "") is run
