"""Text augmentation that keeps the answer: other words of the same tag, fewer words, texts the other way round.

- Tags: label-wise token replacement (Dai and Adel 2020, arXiv:2010.11683): a token becomes another one that has its tag
  somewhere in the same language.
- XNLI: random deletion (Wei and Zou 2019, arXiv:1901.11196) in the premise.
- PAWS-X: the two sentences change places; being a paraphrase does not depend on their order.
"""

# ruff: noqa: ARG002 - every trick is asked with the same arguments

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from datasets import Dataset
from options import FRACTION, option

from tricks.trick import Row, Trick
from xtreme_tasks.tasks import TASKS, Task

if TYPE_CHECKING:
    from model import Model

Words = dict[tuple[str, str, str], list[str]]
"""Tokens of a task, language and tag, as often as they occur."""


@dataclass(frozen=True)
class Augment(Trick):
    """Changes a `share` of the words of every example; needs nothing but the training data."""

    share: float = option(0.1, allowed=FRACTION)
    words: Words = field(default_factory=dict, init=False, compare=False, repr=False)

    def start(self, model: Model, tables: Mapping[str, Dataset]) -> None:
        """Collect the words of each tag."""
        for name, table in tables.items():
            if TASKS[name].answer == "tags":
                for row in table:
                    for token, tag in zip(row["tokens"], row["tags"], strict=True):
                        self.words.setdefault((name, row["language"], tag), []).append(token)

    def change(self, task: Task, row: Row, random: np.random.Generator) -> Row:
        """The example with the same answer and other words."""
        if task.answer == "tags":
            return {**row, "tokens": self._replaced(task.name, row, random)}
        first, second = task.fields
        if task.name == "pawsx":
            return {**row, first: row[second], second: row[first]} if random.random() < 0.5 else row
        words = row[first].split()
        kept = [word for word, drawn in zip(words, random.random(len(words)), strict=True) if drawn >= self.share]
        return {**row, first: " ".join(kept)} if kept else row

    def _replaced(self, task: str, row: Row, random: np.random.Generator) -> list[str]:
        tokens: list[str] = list(row["tokens"])
        for place in np.flatnonzero(random.random(len(tokens)) < self.share).tolist():
            others = self.words[task, row["language"], row["tags"][place]]
            tokens[place] = others[int(random.integers(len(others)))]
        return tokens
