"""Learning rates by layer and by time, and which layers learn at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from model import Model
from torch import nn


@dataclass(frozen=True)
class Rates:
    """Learning rates and their course.

    Attributes:
        rate: rate of the encoder's last layer at the end of the warm-up.
        head_rate: rate of the heads.
        layer_decay: factor from each layer to the one below it (discriminative fine-tuning: Howard and Ruder 2018,
            arXiv:1801.06146); 1 is the same rate everywhere.
        weight_decay: of matrices; biases and norms have none.
        warmup: fraction of the steps in which the rate rises.
        unfreeze: fraction of the steps after which all layers learn: first the heads alone, then layer by layer from
            the top (gradual unfreezing, same source); 0 is from the start.
        embeddings: whether the embeddings learn, too.

    """

    rate: float
    head_rate: float
    layer_decay: float
    weight_decay: float
    warmup: float
    unfreeze: float
    embeddings: bool


def depths(model: Model) -> dict[str, int]:
    """Depth of each parameter: 0 heads, 1 the encoder's last layer, and so on; the embeddings are the deepest."""
    return {name: model.layers + 1 - model.depth(name) for name, _ in model.named_parameters()}


def open_layers(model: Model, rates: Rates, done: float) -> bool:
    """Set which parameters learn when the fraction `done` of the steps is over; True if that changed anything."""
    known = depths(model)
    deepest = max(known.values())
    reached = deepest if done >= rates.unfreeze else int(done / rates.unfreeze * deepest)
    changed = False
    for name, parameter in model.named_parameters():
        learns = known[name] <= reached and (rates.embeddings or known[name] < deepest)
        changed |= parameter.requires_grad != learns
        parameter.requires_grad_(learns)
    return changed


def frozen(model: Model, rates: Rates) -> set[str]:
    """Names of the parameters that never learn; they need no place in a checkpoint."""
    known = depths(model)
    deepest = max(known.values())
    return set() if rates.embeddings else {name for name, depth in known.items() if depth == deepest}


def make_optimizer(model: Model, rates: Rates) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) with one group for each depth and kind of parameter."""
    return torch.optim.AdamW(list(_groups(model, rates)), fused=True)


def _groups(model: Model, rates: Rates) -> Iterator[dict[str, object]]:
    known, never = depths(model), frozen(model, rates)
    groups: dict[tuple[int, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if name not in never:
            groups.setdefault((known[name], parameter.ndim > 1), []).append(parameter)
    for (depth, matrix), parameters in sorted(groups.items(), key=lambda item: item[0]):
        rate = rates.rate * rates.layer_decay ** (depth - 1) if depth else rates.head_rate
        yield {"params": parameters, "lr": rate, "weight_decay": rates.weight_decay if matrix else 0.0}


def make_schedule(optimizer: torch.optim.Optimizer, rates: Rates, steps: int) -> torch.optim.lr_scheduler.LambdaLR:
    """Linear warm-up, then linear decay to zero at the last step."""
    warm = max(1, round(rates.warmup * steps))

    def factor(step: int) -> float:
        return min((step + 1) / warm, (steps - step) / max(1, steps - warm + 1), 1.0)

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
