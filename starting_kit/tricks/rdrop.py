"""R-Drop: two passes with different dropout have to agree (Liang et al. 2021, arXiv:2106.14448)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from options import AT_LEAST_0, option
from torch import Tensor

from tricks.divergence import both_ways
from tricks.trick import Ask, Criterion, Trick

if TYPE_CHECKING:
    from work import Work


@dataclass(frozen=True)
class RDrop(Trick):
    """The loss becomes the mean of both passes' losses plus `alpha` times their divergence. Costs a second pass."""

    alpha: float = option(1.0, allowed=AT_LEAST_0)

    def taken(self) -> float:
        """Half of it is the second pass's."""
        return 0.5

    def term(self, ask: Ask, criterion: Criterion, work: Work, logits: Tensor, loss: Tensor) -> Tensor:
        """What turns the first pass's loss into R-Drop's; 0 without dropout."""
        again = ask(work.batch)
        return (criterion(again, work.gold) - loss) / 2 + self.alpha * both_ways(logits, again)
