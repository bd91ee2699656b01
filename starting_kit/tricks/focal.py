"""Focal loss: rows that are right already count less (Lin et al. 2017, arXiv:1708.02002)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import cross_entropy

from tricks.trick import Trick


@dataclass(frozen=True)
class Focal(Trick):
    """`-(1 - p) ** gamma * log p` with p the probability of the right label; gamma 0 is the cross entropy."""

    gamma: float = 2.0

    def loss(self, logits: Tensor, gold: Tensor) -> Tensor:
        """Mean over the rows."""
        negative = cross_entropy(logits, gold, reduction="none")
        return ((1 - (-negative).exp()) ** self.gamma * negative).mean()
