"""The head beside the encoder, which reads the numbers of overlap.py: fitted before training, weighed after it.

It is so small that it is fitted to the training examples in a second; the encoder then learns what is left to say.
But a large encoder learns a few thousand pairs by heart: its loss on them falls to nothing while it knows nothing of
others, and says so loudly. One number by task, by which its part in the logits is multiplied, is fitted where that
shows: on examples that were not learnt from (as temperatures are, Guo et al. 2017, arXiv:1706.04599). Where the best is
0 the encoder is not asked any more, and its time is saved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import data
import numpy as np
import torch
from datasets import Dataset
from features import PAIRS
from model import Model, collate, targets
from options import parse_list
from overlap import BESIDE
from torch import Tensor
from torch.nn.functional import cross_entropy

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

FITTED = 20_000
"""Most training examples that the small head is fitted to."""
FIT_STEPS, FIT_BATCH, FIT_RATE = 300, 512, 1e-2
EXAMPLES = 1000
"""Dev examples that decide, of all languages together."""
BATCH = 32
SHARES = tuple(step / 20 for step in range(21))


def overlapping(text: str, tables: Mapping[str, Dataset]) -> list[str]:
    """The tasks that `text` names and that are learnt.

    Raises:
        OrganizerFault: E231 for what is no task of pairs.

    """
    names = parse_list(text)
    for name in names:
        if name not in PAIRS:
            raise OrganizerFault("E231", "overlap", f"no task of pairs {name}", f"There are {', '.join(PAIRS)}.")
    return [name for name in names if name in tables]


def fit(model: Model, tables: Mapping[str, Dataset], seed: int) -> None:
    """Fit the heads beside the encoder to training examples.

    Args:
        model: changed.
        tables: the training data of all overlapping tasks, see `data.load`.
        seed: the same examples and seed give the same weights.

    """
    for task in model.overlapping:
        random = np.random.default_rng(seed)
        rows = tables[task].select(random.permutation(len(tables[task]))[:FITTED]).to_list()
        found = {feature.example: feature.overlap for feature in model.text.encode(task, rows)}
        head = model.heads[task + BESIDE]
        device = next(head.parameters()).device
        numbers = torch.tensor([found[place] for place in range(len(rows))]).to(device)
        labels = model.labels[task]
        gold = torch.tensor([labels.index(row[TASKS[task].answer]) for row in rows]).to(device)
        optimizer = torch.optim.AdamW(head.parameters(), FIT_RATE)
        for _ in range(FIT_STEPS):
            chosen = torch.from_numpy(random.integers(len(rows), size=FIT_BATCH)).to(device)
            loss: Tensor = cross_entropy(head(numbers[chosen]), gold[chosen])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)


def settle(
    model: Model, public: Path, languages: Collection[str], given: float = -1.0, split: str = "train"
) -> dict[str, float]:
    """Multiply the encoder's part in every overlapping task by the best share, or by `given` if that is not negative.

    Args:
        model: trained, in evaluation mode; changed.
        public: the public data; only its dev examples are read.
        languages: only these; all where empty.
        given: a share for all of these tasks, which needs no dev examples.
        split: what was learnt from; where that includes the dev examples they tell nothing.

    Returns:
        The share of each task: 1 where nothing tells a better one.

    Raises:
        OrganizerFault: see `data.load`.

    """
    found = {}
    for task in model.overlapping:
        share = given
        if share < 0:
            rows = _examples(public, task, languages) if split == "train" else []
            share = best_share(*_parts(model, task, rows)) if rows else 1.0
        model.believe(task, share)
        found[task] = share
    return found


def best_share(own: Tensor, beside: Tensor, gold: Tensor) -> float:
    """The least of `SHARES` with the least cross entropy of `share * own + beside` against label numbers [rows]."""
    losses = [cross_entropy(share * own + beside, gold).item() for share in SHARES]
    return SHARES[losses.index(min(losses))]


def _examples(public: Path, task: str, languages: Collection[str]) -> list[dict[str, Any]]:
    if not any((public / "dev" / "inputs" / task).glob("*.jsonl")):
        return []
    table = data.load(public, "dev", [task], languages)[task]
    places = data.rows_by_language(table)
    each = -(-EXAMPLES // len(places))
    rows = table.select([place for own in places.values() for place in own[:each]]).to_list()
    return sorted(rows, key=lambda row: sum(len(row[name]) for name in TASKS[task].fields))


@torch.inference_mode()
def _parts(model: Model, task: str, rows: Sequence[dict[str, Any]]) -> tuple[Tensor, Tensor, Tensor]:
    """The encoder's logits, those beside it, and label numbers; on the CPU, in the order of the rows."""
    device = next(model.parameters()).device
    own, beside, gold = [], [], []
    for start in range(0, len(rows), BATCH):
        chosen = rows[start : start + BATCH]
        features = model.text.encode(task, chosen)
        batch = collate(features, model.text.limits.pad).to(device)
        numbers = model.beside(task, batch)
        assert numbers is not None  # noqa: S101 - overlapping tasks have that head
        beside.append(numbers.float().cpu())
        own.append(model(task, batch).float().cpu() - beside[-1])
        gold.append(targets(features, [row[TASKS[task].answer] for row in chosen], model.labels[task]))
    return torch.cat(own), torch.cat(beside), torch.cat(gold)
