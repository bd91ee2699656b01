"""Looks every word up in a list counted from the public data by train.py; pairs are judged by their overlap."""

import json
from pathlib import Path

from lexicon import FALLBACK, PAIR_FIELDS, keys, overlap


class Submission:
    def __init__(self, folder: Path):
        self.tables = json.loads((folder / "weights" / "lexicon.json").read_text(encoding="utf-8"))

    def predict(self, task: str, language: str, examples: list[dict]) -> list:
        table = self.tables[task]
        if task in PAIR_FIELDS:
            first, second = PAIR_FIELDS[task]
            return [table.get(overlap(row[first], row[second]), FALLBACK[task]) for row in examples]
        words = table.get(language, {})
        known = {}  # every different word is looked up once
        for word in {word for row in examples for word in row["tokens"]}:
            known[word] = next((words[key] for key in keys(word) if key in words), FALLBACK[task])
        return [[known[word] for word in row["tokens"]] for row in examples]
