"""Bad submissions: each ends with its one line, a signed record with its verdict, and nothing of its answers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion_program.folder import judge
from tests.ingestion.world import HONEST, LATER, World
from xtreme_tasks.faults import OrganizerFault, TeamFault
from xtreme_tasks.settings import Limits

SUBMISSION = """
import os, sys, time
class Submission:
    def __init__(self, folder):
        {constructor}
    def predict(self, task, language, examples):
        timed = len(examples) == 4
        if task == "xnli":
            answers = ["neutral"] * len(examples)
        else:
            answers = [["NOUN"] * len(example["tokens"]) for example in examples]
        {predict}
        return answers
"""


def submission(predict: str = "pass", constructor: str = "pass") -> str:
    return SUBMISSION.format(predict=predict, constructor=constructor)


@dataclass(frozen=True)
class Case:
    code: str
    verdict: str
    where: str
    detail: str = ""
    began: bool = False


TAGS_17 = "if task == 'udpos': answers[0] = answers[0][1:]"
CASES = {
    "import raises": Case("x = 1\nimport no_such_module\n", "E111", "pre-flight loading submission.py line 2"),
    "import exits": Case("import sys\nsys.exit(0)\n", "E111", "pre-flight loading submission.py line 2"),
    "syntax error": Case("x = 1\n\ndef broken(:\n", "E111", "pre-flight loading submission.py line 3"),
    "class missing": Case("x = 1\n", "E112", "pre-flight loading"),
    "no predict": Case("class Submission:\n    pass\n", "E112", "pre-flight loading"),
    "constructor raises": Case(
        submission(constructor="raise ValueError('h0')"), "E113", "pre-flight loading submission.py line 5"
    ),
    "predict raises": Case(submission("1 / 0"), "E121", "pre-flight xnli/de submission.py line 12"),
    "predict raises later": Case(
        submission("assert not timed"), "E121", "xnli/de submission.py line 12", began=True
    ),
    "constructor raises later": Case(
        submission(constructor=f"assert not {LATER}"),
        "E113",
        "loading submission.py line 5",
    ),
    "not a list": Case(submission("answers = tuple(answers)"), "E122", "pre-flight xnli/de"),
    "too few answers": Case(
        submission("answers.pop()"), "E123", "pre-flight xnli/de", "1 answers for 2 examples"
    ),
    "too many answers later": Case(
        submission("answers += answers[:1] * timed"), "E123", "xnli/de", "5 answers for 4 examples", began=True
    ),
    "wrong label": Case(
        submission("answers[-1] = 'Neutral'"), "E124", "pre-flight xnli/de answer 2",
        "a string that is not one of the 3 labels",
    ),
    "an example as answer": Case(
        submission("if timed and task == 'xnli': answers[0] = examples[0]['premise']"), "E124", "xnli/de answer 1",
        "a string that is not one of the 3 labels", began=True,
    ),
    "17 tags for 18 tokens": Case(
        submission(TAGS_17.replace("[0]", "[1]")), "E125", "pre-flight udpos/en answer 2", "17 tags for 18 tokens"
    ),
    "NaN": Case(
        submission("answers[0] = float('nan')"), "E124", "pre-flight xnli/de answer 1",
        "NaN or infinity instead of a string",
    ),
    "NaN later": Case(
        submission("if timed: answers[2] = float('nan')"), "E124", "xnli/de answer 3",
        "NaN or infinity instead of a string", began=True,
    ),
    "bool": Case(
        submission("answers[0] = True"), "E124", "pre-flight xnli/de answer 1", "a bool instead of a string"
    ),
    "index": Case(submission("answers[0] = 1"), "E124", "pre-flight xnli/de answer 1", "an int instead of a string"),
    "nested list": Case(
        submission("answers[0] = [answers[0]]"), "E124", "pre-flight xnli/de answer 1", "a list instead of a string"
    ),
    "nested tags": Case(
        submission("if task == 'udpos': answers[0][3] = ['X']"), "E124", "pre-flight udpos/en answer 1",
        "a list instead of a string",
    ),
    "one string of tags": Case(
        submission("if task == 'udpos': answers[0] = 'X' * 9"), "E124", "pre-flight udpos/en answer 1",
        "a string where a list of tags belongs",
    ),
    "an array": Case(
        submission("answers[0] = memoryview(b'')"), "E124", "pre-flight xnli/de answer 1",
        "an object instead of a string",
    ),
    "circular": Case(submission("answers[0] = answers"), "E124", "pre-flight xnli/de"),
    "deeply nested": Case(
        submission("for _ in range(100000): answers = [answers]"), "E124", "pre-flight xnli/de"
    ),
    "exits": Case(submission("os._exit(3)"), "E134", "pre-flight xnli/de", "exit code 3"),
    "exits with 0 later": Case(submission("if timed: os._exit(0)"), "E134", "xnli/de", "exit code 0", began=True),
    "kills itself": Case(submission("os.kill(os.getpid(), 11)"), "E134", "pre-flight xnli/de", "signal SIGSEGV"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(world: World, name: str) -> None:
    case = CASES[name]
    outcome = world.build(case.code).run()
    record = outcome.record()
    assert (outcome.code, record.verdict, record.where, record.detail, record.began) == (
        0, case.verdict, case.where, case.detail, case.began,
    )  # fmt: skip
    assert outcome.printed.startswith(f"{case.verdict} {case.where}: ")
    assert outcome.printed.count("\n") == 1
    assert record.hint
    assert record.hint in outcome.printed
    assert outcome.has("started_record.json") == case.began
    assert not outcome.has("predictions")
    assert (record.duration, record.files) == (0.0, {})
    everything = outcome.printed + (world.path("output") / "run_record.json").read_text()
    assert "premise" not in everything
    assert "ValueError" not in everything


def test_a_verdict_in_a_later_repeat_counts(world: World) -> None:
    world.settings = {"repeats": 2}
    log = "os.path.join(os.path.dirname(__file__), '../output/ingestion.log')"
    count = f"if timed and task == 'udpos': answers[0] = answers[0][os.stat({log}).st_size > 300:]"
    record = world.build(submission(count)).run().record()
    assert (record.verdict, record.where, record.began) == ("E125", "udpos/en answer 1", True)


@pytest.mark.parametrize("inner", ["", "my-team"])
def test_a_folder_that_may_not_run(world: World, inner: str) -> None:
    folder = world.build(None).path("submission") / inner
    if inner:
        folder.mkdir()
        (folder / "submission.py").write_text(HONEST)
    outcome = world.run()
    record = outcome.record()
    assert (outcome.code, record.verdict, record.began) == (0, "E101", False)
    assert outcome.printed.startswith("E101 ")
    assert ("the folder my-team: zip what is inside" in outcome.printed) == bool(inner)
    assert outcome.files() == ["ingestion.log", "run_record.json"]


class TestFolder:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        (tmp_path / "submission.py").write_text("a\nb")
        return tmp_path

    def test_places_that_may_be_named(self, root: Path) -> None:
        team = judge(root, Limits())
        assert team.place("submission.py", 2) == "submission.py line 2"
        for file, line in (("submission.py", 3), ("submission.py", 0), ("submission.py", True), ("/etc/passwd", 1),
                           ("../x.py", 1), (None, 1), ("submission.py", "1")):  # fmt: skip
            assert team.place(file, line) == ""

    @pytest.mark.parametrize("name", ["metadata", "metadata.yaml"])
    @pytest.mark.parametrize("text", ["command: python3 x.py\n", "a: [", "!!python/object:x.Y {}\n", "x" * 70000])
    def test_command(self, root: Path, name: str, text: str) -> None:
        (root / name).write_text(text)
        with pytest.raises(TeamFault, match=f"E102 {name}: "):
            judge(root, Limits())

    def test_metadata_without_a_command(self, root: Path) -> None:
        (root / "metadata.yaml").write_text("description: ours\n")
        assert judge(root, Limits()).lines == {"submission.py": 2}

    def test_too_many_files(self, root: Path) -> None:
        for number in range(5):
            (root / f"{number}").touch()
        assert judge(root, Limits(files=6)).lines == {"submission.py": 2}
        with pytest.raises(TeamFault, match="E103"):
            judge(root, Limits(files=5))

    def test_too_large(self, root: Path) -> None:
        with (root / "weights").open("wb") as stream:
            stream.truncate(3 << 20)
        with pytest.raises(TeamFault, match="E103 .*3 MiB, at most 1"):
            judge(root, Limits(submission_mib=1))

    def test_too_deep(self, root: Path) -> None:
        (root / "/".join("d" * 70)).mkdir(parents=True)
        with pytest.raises(TeamFault, match="E103 .*64 deep"):
            judge(root, Limits())

    @pytest.mark.parametrize("target", ["/etc/passwd", ".", "nowhere"])
    def test_link(self, root: Path, target: str) -> None:
        (root / "link").symlink_to(target)
        with pytest.raises(TeamFault, match="E104 link"):
            judge(root, Limits())

    def test_pipe(self, root: Path) -> None:
        os.mkfifo(root / "submission.pipe")
        with pytest.raises(TeamFault, match="E104"):
            judge(root, Limits())

    def test_no_folder(self, root: Path) -> None:
        with pytest.raises(OrganizerFault, match="E201"):
            judge(root / "missing", Limits())
