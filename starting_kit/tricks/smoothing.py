"""Label smoothing: a share of the probability is asked for the other labels (Szegedy et al. 2016, arXiv:1512.00567)."""

from __future__ import annotations

from dataclasses import dataclass

from options import FRACTION, option
from torch import Tensor
from torch.nn.functional import cross_entropy

from tricks.trick import Trick


@dataclass(frozen=True)
class Smoothing(Trick):
    """Cross entropy against `1 - share` for the label and `share` spread evenly over all labels."""

    share: float = option(0.1, allowed=FRACTION)

    def loss(self, logits: Tensor, gold: Tensor) -> Tensor:
        """Mean over the rows."""
        return cross_entropy(logits, gold, label_smoothing=self.share)
