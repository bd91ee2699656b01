"""Batches of training: from the plan's row numbers to tensors, with what the tricks change on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from datasets import Dataset
from features import TextEncoder
from model import Batch, collate, targets
from plan import Draw
from torch import Tensor
from torch.utils.data import DataLoader
from tricks.trick import Trick

from xtreme_tasks.tasks import TASKS, Task

Row = dict[str, Any]
MULTIPLE = 8
"""Batches are padded to a multiple of so many sub-words: torch keeps some MB for every shape of a product on a CPU."""


class Work(NamedTuple):
    """One batch on its way to the loss.

    Attributes:
        number: of the batch in the run; its randomness is drawn from it.
        task: its task.
        batch: see `model.Batch`.
        gold: label numbers [rows].
        view: the same examples in other words, with the same rows; None where no trick makes one.

    """

    number: int
    task: str
    batch: Batch
    gold: Tensor
    view: Batch | None = None

    def to(self, device: str) -> Work:
        """The same on another device."""
        view = None if self.view is None else self.view.to(device)
        return self._replace(batch=self.batch.to(device), gold=self.gold.to(device), view=view)


class WorkLoader:
    """Makes the batch of a number; a map-style data set for `torch.utils.data.DataLoader`.

    Args:
        tables: by task, see `data.load`.
        draws: the plan.
        text: the model's tokenizer.
        tricks: those that change examples or add a view.
        seed: with the batch's number it decides all that is drawn here.

    """

    def __init__(
        self,
        tables: Mapping[str, Dataset],
        draws: Sequence[Draw],
        text: TextEncoder,
        tricks: Sequence[Trick],
        seed: int,
    ) -> None:
        self.tables, self.draws, self.text, self.tricks, self.seed = tables, draws, text, tricks, seed

    def __len__(self) -> int:
        return len(self.draws)

    def __getitem__(self, number: int) -> Work:
        chosen = self.draws[number]
        task = TASKS[chosen.task]
        random = np.random.default_rng([self.seed, number])
        rows = as_rows(self.tables[chosen.task][list(chosen.rows)])
        for trick in self.tricks:
            rows = [trick.change(task, row, random) for row in rows]
        return Work(number, task.name, *self._tensors(task, rows), self._view(task, rows, random))

    def _tensors(self, task: Task, rows: Sequence[Row]) -> tuple[Batch, Tensor]:
        features = self.text.encode(task.name, rows)
        gold = targets(features, [row[task.answer] for row in rows], task.labels)
        longest = max(len(feature.ids) for feature in features)
        rounded = min(-(-longest // MULTIPLE) * MULTIPLE, self.text.limits.length)
        return collate(features, self.text.limits.pad, rounded), gold

    def _view(self, task: Task, rows: Sequence[Row], random: np.random.Generator) -> Batch | None:
        views = [trick.view for trick in self.tricks if trick.makes_view]
        if not views:
            return None
        batch, _ = self._tensors(task, [views[0](task, row, random) for row in rows])
        _, gold = self._tensors(task, rows)
        return batch if len(batch.heads) == len(gold) else None  # a pair that became too long has more windows


def in_order(work: WorkLoader, numbers: Sequence[int], workers: int) -> Iterator[Work]:
    """The batches of these numbers, one after the other; made ahead by `workers` other processes if there are any."""
    loader: DataLoader[Work] = DataLoader(work, batch_size=None, sampler=numbers, num_workers=workers)  # type: ignore[arg-type]
    return iter(loader)


def as_rows(columns: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Rows from the columns that a table gives for a list of numbers."""
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
