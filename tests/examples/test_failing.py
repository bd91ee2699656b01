"""The examples that fail do so exactly as their first lines say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.ask import Question, ask, run_child
from xtreme_tasks.tasks import TASKS


def examples(task: str, count: int) -> list[dict[str, object]]:
    row: dict[str, object] = {field: ["a", "b", "c"] if field == "tokens" else "a b c" for field in TASKS[task].fields}
    return [row] * count


@pytest.mark.parametrize("task", ["udpos", "panx"])
def test_broken_gives_one_tag_too_few(task: str, folders: dict[str, Path]) -> None:
    question: Question = (task, "de", [{"tokens": ["w"] * 18}])
    assert [len(tags) for tags in ask(folders["broken"], [question])[0]] == [17]


@pytest.mark.parametrize("task", list(TASKS))
def test_crash_late_passes_a_pre_flight_and_fails_on_more(task: str, folders: dict[str, Path]) -> None:
    few = ask(folders["crash_late"], [(task, "de", examples(task, 16))])
    assert len(few[0]) == 16
    many = run_child(folders["crash_late"], [(task, "de", examples(task, 17))])
    assert many.returncode == 1
    assert "IndexError" in many.stderr
