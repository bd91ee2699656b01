"""Label smoothing: a share of the probability is asked for the other labels (Szegedy et al. 2016, arXiv:1512.00567)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import cross_entropy

from tricks.trick import Trick


@dataclass(frozen=True)
class Smoothing(Trick):
    """Cross entropy against `1 - share` for the label and `share` spread evenly over all labels."""

    share: float = 0.1

    def loss(self, logits: Tensor, gold: Tensor) -> Tensor:
        """Mean over the rows."""
        return cross_entropy(logits, gold, label_smoothing=self.share)
