"""Three submissions as result folders: an honest one, and what two cheats make of its answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from organizer.data.secret_rows import read_secrets
from organizer.data.sources import Source
from xtreme_tasks.files import answer_row, encode_rows, part_path
from xtreme_tasks.tasks import TASKS

Answers = dict[tuple[str, str], list[Any]]
Public = dict[tuple[str, str, str], str]
"""Answer of each public test example by task, language and text."""


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def text_of(task: str, row: dict[str, Any]) -> str:
    return "\t".join(row["tokens"] if "tokens" in row else [row[field] for field in TASKS[task].fields])


def public_table(source: Source) -> Public:
    return {
        (task.name, table.language, text): answer
        for task in TASKS.values()
        for table in source.tables(task)
        if table.split == "test"
        for text, answer in zip(table.texts, table.answers, strict=True)
    }


def looked_up(prepared: Path, split: str, honest: Answers, public: Public) -> Answers:
    """What the public files say of a text, else the honest answer."""
    found: Answers = {}
    for (task, language), guesses in honest.items():
        inputs = lines(prepared / split / "inputs" / part_path(task, language))
        known = [public.get((task, language, text_of(task, row))) for row in inputs]
        tags = TASKS[task].answer == "tags"
        found[task, language] = [
            guess if answer is None else answer.split(" ") if tags else answer
            for guess, answer in zip(guesses, known, strict=True)
        ]
    return found


def copied(prepared: Path, split: str, honest: Answers) -> Answers:
    """The honest English answer in every language; the cheat is told which line is which."""
    found = dict(honest)
    for (task, language), guesses in honest.items():
        if TASKS[task].answer == "label":
            english, secrets = (read_secrets(prepared, split, task, code) for code in ("en", language))
            answer = dict(zip([row.line for row in english], honest[task, "en"], strict=True))
            found[task, language] = [answer.get(row.line, own) for row, own in zip(secrets, guesses, strict=True)]
    return found


def write_run(folder: Path, prepared: Path, split: str, answers: Answers) -> None:
    for (task, language), guesses in answers.items():
        name = part_path(task, language)
        ids = [row["id"] for row in lines(prepared / split / "inputs" / name)]
        path = folder / "prediction_output" / "predictions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = (answer_row(TASKS[task], one, guess) for one, guess in zip(ids, guesses, strict=True))
        path.write_bytes(encode_rows(rows))


def write_three(folder: Path, prepared: Path, split: str, honest: Answers, public: Public) -> None:
    """Runs `honest`, `looks-up` and `copies`."""
    for name, answers in (
        ("honest", honest),
        ("looks-up", looked_up(prepared, split, honest, public)),
        ("copies", copied(prepared, split, honest)),
    ):
        write_run(folder / name / "run-0001", prepared, split, answers)
