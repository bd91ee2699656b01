"""One source file in memory: a task, a language, train, dev or test.

Texts and answers are one string per example, because a million lists of tokens would not fit in a small machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SourceSplit = Literal["train", "dev", "test"]
SOURCE_SPLITS: tuple[SourceSplit, ...] = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Table:
    """Examples of one source file, in its order.

    Attributes:
        texts: the input fields, or the tokens, joined by tabs.
        answers: the label, or the tags joined by spaces.
        lines: line of the source file (from 1) at which each example begins.
        where: the file's name for messages.
        left_out: examples that the reader left out, by reason.
        repaired: control characters that the reader replaced.

    """

    task: str
    language: str
    split: SourceSplit
    where: str
    texts: list[str]
    answers: list[str]
    lines: list[int]
    left_out: Mapping[str, int] = field(default_factory=dict)
    repaired: int = 0

    @property
    def name(self) -> str:
        """`SPLIT-LANG`, as in XTREME's file names."""
        return f"{self.split}-{self.language}"

    def __len__(self) -> int:
        return len(self.texts)
