"""Focal loss: rows that are right already count less (Lin et al. 2017, arXiv:1708.02002)."""

from __future__ import annotations

from dataclasses import dataclass

from options import Allowed, option
from torch import Tensor
from torch.nn.functional import cross_entropy

from tricks.trick import Trick


@dataclass(frozen=True)
class Focal(Trick):
    """`-(1 - p) ** gamma * log p` with p the probability of the right label; gamma 0 is the cross entropy.

    Between 0 and 1 the slope of `(1 - p) ** gamma` is infinite where p is 1, and one such row makes all weights NaN.
    """

    gamma: float = option(2.0, allowed=Allowed("0, or 1 or more", lambda value: value == 0 or value >= 1))

    def loss(self, logits: Tensor, gold: Tensor) -> Tensor:
        """Mean over the rows."""
        negative = cross_entropy(logits, gold, reduction="none")
        return ((1 - (-negative).exp()) ** self.gamma * negative).mean()
