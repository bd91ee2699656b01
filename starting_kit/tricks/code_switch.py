"""Code-switching: words in other languages, and the same answer as before.

Words are replaced by translations into any language, drawn anew each time (Qin et al. 2020, arXiv:2006.06402); the
model's answers to both forms have to agree (Zheng et al. 2021, arXiv:2106.08226). `tricks.dictionary` makes the
dictionary.

Words are what stands between blanks, without the marks around them. Texts in languages that are written without blanks
(Chinese, Japanese, Thai) therefore stay as they are in pairs; in tagged sentences their tokens are replaced, too.
"""

# ruff: noqa: ARG002 - every trick is asked with the same arguments

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from datasets import Dataset
from options import AT_LEAST_0, FRACTION, option
from torch import Tensor

from tricks.dictionary import Dictionary, read_dictionary
from tricks.divergence import both_ways
from tricks.trick import Ask, Criterion, Row, Trick
from xtreme_tasks.tasks import Task

if TYPE_CHECKING:
    from model import Model
    from work import Work


@dataclass(frozen=True)
class CodeSwitch(Trick):
    """The loss becomes the mean of both forms' losses plus `alpha` times their divergence. Costs a second pass.

    `share` is the share of words that are replaced, where the dictionary has them.
    """

    makes_view: ClassVar[bool] = True
    dictionary: str = "dictionary.jsonl"
    share: float = option(0.5, allowed=FRACTION)
    alpha: float = option(1.0, allowed=AT_LEAST_0)
    words: Dictionary = field(default_factory=dict, init=False, compare=False, repr=False)

    def taken(self) -> float:
        """Half of it is the view's."""
        return 0.5

    def start(self, model: Model, tables: Mapping[str, Dataset]) -> None:
        """Read the dictionary."""
        self.words.update(read_dictionary(Path(self.dictionary)))

    def view(self, task: Task, row: Row, random: np.random.Generator) -> Row:
        """The example in mixed languages: a token stays one token, so its tag stays its own."""
        own = self.words.get(row["language"], {})
        if task.answer == "tags":
            return {**row, "tokens": self._switched(row["tokens"], own, random)}
        texts = {name: " ".join(self._switched(row[name].split(), own, random)) for name in task.fields}
        return {**row, **texts}

    def _switched(self, words: list[str], own: Mapping[str, list[str]], random: np.random.Generator) -> list[str]:
        drawn = random.random(len(words)) < self.share
        switched = list(words)
        for place in np.flatnonzero(drawn).tolist():
            before, word, behind = parted(words[place])
            if others := own.get(word.lower()):
                switched[place] = before + others[int(random.integers(len(others)))] + behind
        return switched

    def term(self, ask: Ask, criterion: Criterion, work: Work, logits: Tensor, loss: Tensor) -> Tensor | None:
        """What makes the loss that of both forms; None for a batch whose forms have different rows."""
        if work.view is None:
            return None
        mixed = ask(work.view)
        return (criterion(mixed, work.gold) - loss) / 2 + self.alpha * both_ways(logits, mixed)


def parted(word: str) -> tuple[str, str, str]:
    """What stands before a word, the word, and what stands behind it: `("` `river` `,`."""
    inside = [place for place, letter in enumerate(word) if unicodedata.category(letter)[0] in "LMN"]
    begin, end = (inside[0], inside[-1] + 1) if inside else (0, len(word))
    return word[:begin], word[begin:end], word[end:]
