"""FGM: a second pass on embeddings that were moved where it hurts most (Miyato et al. 2017, arXiv:1605.07725).

The usual code moves the embedding matrix and moves it back. Here the embeddings of the sentence are moved instead: no
weight is touched, every sentence gets its own step, as in the paper, and frozen embeddings work too.
"""

# ruff: noqa: ARG002 - every trick is asked with the same arguments

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from datasets import Dataset
from torch import Tensor, nn

from tricks.trick import Ask, Criterion, Trick

if TYPE_CHECKING:
    from model import Model
    from work import Work


@dataclass
class Tap:
    """Word embeddings [sequences, length, hidden] of a batch's first pass, and what is added in another one."""

    seen: Tensor | None = None
    moved: Tensor | None = None

    def __call__(self, module: nn.Module, inputs: object, output: Tensor) -> Tensor:
        """The forward hook."""
        if self.moved is not None:
            return output + self.moved
        if not torch.is_grad_enabled():
            return output
        output = output if output.requires_grad else output.requires_grad_()
        self.seen = output if self.seen is None else self.seen
        return output


@dataclass(frozen=True)
class FGM(Trick):
    """Adds the loss at `embeddings + epsilon * g / |g|`, g the loss's gradient there, |g| its norm over a sentence.

    Costs a second pass, and both go down to the embeddings even where lower layers are frozen.
    """

    epsilon: float = 1.0
    tap: Tap = field(default_factory=Tap, init=False, compare=False)

    def start(self, model: Model, tables: Mapping[str, Dataset]) -> None:
        """Listen to the word embeddings."""
        encoder: Any = model.encoder
        encoder.get_input_embeddings().register_forward_hook(self.tap)

    def begin(self) -> None:
        """Forget the batch before; the first pass that follows is this batch's own."""
        self.tap.seen = None

    def term(self, ask: Ask, criterion: Criterion, work: Work, logits: Tensor, loss: Tensor) -> Tensor:
        """The loss of the moved sentences."""
        if self.tap.seen is None:
            raise RuntimeError("the encoder's input embeddings were not used")
        (gradient,) = torch.autograd.grad(loss, self.tap.seen, retain_graph=True)
        norm = gradient.flatten(1).norm(dim=1).clamp_min(1e-12)
        try:
            self.tap.moved = self.epsilon * gradient / norm[:, None, None]
            return criterion(ask(work.batch), work.gold)
        finally:
            self.tap.moved = None
