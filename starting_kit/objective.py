"""From a batch to its loss, tricks included: one forward call, as data-parallel training needs it."""

from __future__ import annotations

from collections.abc import Sequence

from model import Batch, Model
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tricks.trick import Trick
from work import Work

from xtreme_tasks.faults import OrganizerFault


class Objective(nn.Module):
    """The model with its loss.

    Args:
        model: in training mode.
        tricks: at most one of them may replace the cross entropy; each may add a term.

    """

    def __init__(self, model: Model, tricks: Sequence[Trick]) -> None:
        super().__init__()
        self.model = model
        self.tricks = tuple(tricks)

    def forward(self, work: Work) -> Tensor:
        """The mean loss over the batch's rows, a scalar."""

        def ask(batch: Batch) -> Tensor:
            logits: Tensor = self.model(work.task, batch)
            return logits.float()

        for trick in self.tricks:
            trick.begin()
        logits = ask(work.batch)
        loss = self.criterion(logits, work.gold)
        extra = [trick.term(ask, self.criterion, work, logits, loss) for trick in self.tricks]
        return loss + sum(term for term in extra if term is not None)

    def criterion(self, logits: Tensor, gold: Tensor) -> Tensor:
        """Mean loss of rows of logits against label numbers: a trick's, else the cross entropy."""
        for trick in self.tricks:
            loss = trick.loss(logits, gold)
            if loss is not None:
                return loss
        return cross_entropy(logits, gold)


def no_number(step: int, loss: Tensor, *norm: Tensor) -> OrganizerFault | None:
    """What ends a run that has left all numbers behind, before a checkpoint or a model is made of it; else None.

    Args:
        step: that is being taken, from 1.
        loss: of the step.
        norm: of its gradient; none in fp16, where a step whose gradient overflows is left out.

    """
    for name, value in zip(("loss", "gradient's norm"), (loss, *norm), strict=False):
        if not value.isfinite():
            hint = "Lower --rate or --head-rate, or take another --precision; the last checkpoint stays as it is."
            return OrganizerFault("E231", f"step {step}", f"the {name} is {float(value)}", hint)
    return None
