"""The starting kit's submission answers everything in form, with the standard library alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from examples.pack import EXAMPLES
from tests.examples.ask import Question, ask
from tests.examples.test_answers import check_form, odd_examples
from xtreme_tasks.tasks import TASKS, parts

KIT = EXAMPLES.parent / "starting_kit"


def test_every_task_and_language_is_answered_in_form() -> None:
    questions: list[Question] = [(task, language, odd_examples(task)[:4]) for task, language in parts()]
    questions += [(task, "de", odd_examples(task)) for task in TASKS] + [(task, "fi", []) for task in TASKS]
    for question, answers in zip(questions, ask(KIT, questions), strict=True):
        check_form(question, answers)


def test_its_rules_do_what_they_say() -> None:
    text = ["We", "met", "Anna", "Miller", "on", "12", "May", "!"]
    same = {"sentence1": "a b c", "sentence2": "a b c"}
    other = {"premise": "It rains.", "hypothesis": "Who knows?"}
    questions: list[Question] = [
        ("udpos", "en", [{"tokens": text}]),
        ("panx", "en", [{"tokens": text}, {"tokens": ["Blue", "Note"]}]),
        ("pawsx", "en", [same]),
        ("xnli", "en", [other]),
    ]
    assert ask(KIT, questions) == [
        [["NOUN", "NOUN", "PROPN", "PROPN", "NOUN", "NUM", "PROPN", "PUNCT"]],
        [["O", "O", "B-PER", "I-PER", "O", "O", "B-PER", "O"], ["B-ORG", "I-ORG"]],
        ["1"],
        ["contradiction"],
    ]


def test_the_program_in_its_readme_runs(public: Path, tmp_path: Path) -> None:
    readme = (KIT / "README.md").read_text(encoding="utf-8")
    program = readme.split("```python\nimport json\n")[1].split("```")[0]
    (tmp_path / "submission.py").write_bytes((KIT / "submission.py").read_bytes())
    (tmp_path / "public_data").symlink_to(public)
    (tmp_path / "try.py").write_text("import json\n" + program, encoding="utf-8")
    command = [sys.executable, "-W", "error", "try.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert 0.2 < float(run.stdout) < 1
