"""Poly-1 loss: the series of the cross entropy with another first weight (Leng et al. 2022, arXiv:2204.12511)."""

from __future__ import annotations

from dataclasses import dataclass

from options import AT_LEAST_0, option
from torch import Tensor
from torch.nn.functional import cross_entropy

from tricks.trick import Trick


@dataclass(frozen=True)
class Poly(Trick):
    """`-log p + epsilon * (1 - p)` with p the probability of the right label; epsilon 0 is the cross entropy."""

    epsilon: float = option(1.0, allowed=AT_LEAST_0)

    def loss(self, logits: Tensor, gold: Tensor) -> Tensor:
        """Mean over the rows."""
        negative = cross_entropy(logits, gold, reduction="none")
        return (negative + self.epsilon * (1 - (-negative).exp())).mean()
