"""What a trick may change in training. Every method of the base class changes nothing."""

# ruff: noqa: ARG002 - every trick is asked with the same arguments

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from datasets import Dataset
from torch import Tensor

from xtreme_tasks.tasks import Task

if TYPE_CHECKING:
    from model import Batch, Model
    from work import Work

Row = dict[str, Any]
Ask = Callable[["Batch"], Tensor]
"""A forward pass: the logits [rows, labels] of a batch, each time with new dropout."""
Criterion = Callable[[Tensor, Tensor], Tensor]
"""Logits [rows, labels] and label numbers [rows] to the mean loss."""


class Trick:
    """A switch of `train.py --tricks`. Its settings are the fields of a frozen dataclass."""

    makes_view: ClassVar[bool] = False
    """Whether `view` is to be asked."""

    def taken(self) -> float:
        """The share of the loss of a batch's first pass that `term` takes away, to put something else in its place."""
        return 0.0

    def select(self, tables: Mapping[str, Dataset]) -> Mapping[str, Dataset]:
        """The training data to use, before the plan is drawn."""
        return tables

    def start(self, model: Model, tables: Mapping[str, Dataset]) -> None:
        """Get ready: called once, after `select` of all tricks."""

    def change(self, task: Task, row: Row, random: np.random.Generator) -> Row:
        """A training example in another form, with as many tags as tokens; called for every example of every batch."""
        return row

    def view(self, task: Task, row: Row, random: np.random.Generator) -> Row:
        """The same example in other words, with the same number of tokens; see `makes_view`."""
        return row

    def begin(self) -> None:
        """Called before a batch's first pass."""

    def loss(self, logits: Tensor, gold: Tensor) -> Tensor | None:
        """What replaces the cross entropy of rows; None where this trick does not."""
        return None

    def term(self, ask: Ask, criterion: Criterion, work: Work, logits: Tensor, loss: Tensor) -> Tensor | None:
        """What is added to the loss of a batch; None for nothing."""
        return None
