"""FGM: a second pass on embeddings that were moved where it hurts most (Miyato et al. 2017, arXiv:1605.07725).

The usual code moves the embedding matrix and moves it back. Here the embeddings of the sentence are moved instead: no
weight is touched, every sentence gets its own step, as in the paper, and frozen embeddings work too. The paper brings
all embeddings to variance 1 before it takes a step of fixed length; a pretrained encoder's are as large as they are, so
here a step's length is a share of the norm of the sentence's own embeddings.
"""

# ruff: noqa: ARG002 - every trick is asked with the same arguments

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from datasets import Dataset
from options import AT_LEAST_0, option
from torch import Tensor, nn

from tricks.trick import Ask, Criterion, Trick

if TYPE_CHECKING:
    from model import Model
    from work import Work

SCALE = 2.0**10
"""Of the loss whose gradient is taken: in fp16 small gradients become 0, and a step's length does not depend on it."""


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
    """Adds the loss at `e + epsilon * |e| * g / |g|`, e a sentence's embeddings, g the loss's gradient there.

    Norms are over the whole sentence, without padding. Costs a second pass, and both go down to the embeddings even
    where lower layers are frozen.
    """

    epsilon: float = option(0.05, allowed=AT_LEAST_0)
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
        (gradient,) = torch.autograd.grad(SCALE * loss, self.tap.seen, retain_graph=True)
        try:
            self.tap.moved = self.step(self.tap.seen.detach(), gradient, work.batch.mask)
            return criterion(ask(work.batch), work.gold)
        finally:
            self.tap.moved = None

    def step(self, seen: Tensor, gradient: Tensor, mask: Tensor) -> Tensor:
        """What is added to embeddings [sequences, length, hidden]; nothing where fp16 cannot hold the gradient."""
        real, uphill = (one * mask[:, :, None] for one in (seen, gradient))
        size, steep = (one.flatten(1).norm(dim=1) for one in (real, uphill))
        factor = self.epsilon * size / steep.clamp_min(1e-12)
        return torch.where(steep.isfinite()[:, None, None], factor[:, None, None] * uphill, 0.0)
