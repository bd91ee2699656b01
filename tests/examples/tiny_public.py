"""A made-up public data set in the published layout: two languages, four tasks, sentences of four to seven words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from xtreme_tasks.files import Row, answer_row, encode_rows, part_path, write_whole
from xtreme_tasks.tasks import TASKS, Task

LANGUAGES = ("de", "zh")
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "de": {
        "DET": ("der", "die"),
        "ADJ": ("kleine", "neue"),
        "NOUN": ("Hund", "Stadt", "Katze", "Blume"),
        "VERB": ("sieht", "kennt"),
        "PROPN": ("Anna", "Berlin"),
        "PUNCT": (".",),
    },
    "zh": {
        "DET": ("那个", "这"),
        "ADJ": ("小", "新"),
        "NOUN": ("狗", "城市", "猫", "花"),
        "VERB": ("看见", "认识"),
        "PROPN": ("安娜", "柏林"),
        "PUNCT": ("。",),
    },
}
NAMES = {"Anna": "B-PER", "安娜": "B-PER", "Berlin": "B-LOC", "柏林": "B-LOC"}


def sentence(language: str, dice: random.Random) -> tuple[list[str], list[str]]:
    """Tokens and their UPOS tags."""
    first = ["DET", *["ADJ"] * dice.randint(0, 2), "NOUN", "VERB"]
    tags = [*first, dice.choice(["PROPN", "NOUN"]), "PUNCT"]
    return [dice.choice(WORDS[language][tag]) for tag in tags], tags


def example(task: Task, language: str, dice: random.Random) -> tuple[Row, str | list[str]]:
    """An input without its id, and its answer."""
    tokens, tags = sentence(language, dice)
    if task.name == "udpos":
        return {"tokens": tokens}, tags
    if task.name == "panx":
        return {"tokens": tokens}, [NAMES.get(token, "O") for token in tokens]
    label = dice.choice(task.labels)
    other = tokens if label in ("1", "entailment") else sentence(language, dice)[0]
    if label == "contradiction":
        other = ["nicht", *other]
    return dict(zip(task.fields, (" ".join(tokens), " ".join(other)), strict=True)), label


def write_public(folder: Path, languages: Sequence[str] = LANGUAGES, count: int = 60, seed: int = 0) -> Path:
    """Write train and dev; returns the folder."""
    dice = random.Random(seed)
    for split in ("train", "dev"):
        for task in TASKS.values():
            for language in languages:
                rows = [example(task, language, dice) for _ in range(count)]
                inputs = [{"id": f"e{number}", **row} for number, (row, _) in enumerate(rows)]
                labels = [answer_row(task, f"e{number}", answer) for number, (_, answer) in enumerate(rows)]
                write_whole(folder / split / "inputs" / part_path(task.name, language), encode_rows(inputs))
                write_whole(folder / split / "labels" / part_path(task.name, language), encode_rows(labels))
    return folder
