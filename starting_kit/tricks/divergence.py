"""How far two answers to the same rows are apart."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import kl_div, log_softmax


def both_ways(one: Tensor, other: Tensor) -> Tensor:
    """Mean over the rows of `(KL(p, q) + KL(q, p)) / 2` of two tensors of logits [rows, labels]."""
    p, q = log_softmax(one, -1), log_softmax(other, -1)
    forth = kl_div(p, q, reduction="batchmean", log_target=True)
    return (forth + kl_div(q, p, reduction="batchmean", log_target=True)) / 2
