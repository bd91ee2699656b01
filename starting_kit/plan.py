"""Which examples are in which batch: drawn once from the seed, so that a resumed run needs a number and no state.

A batch has one task and many languages. Small languages are drawn more often than their share of the data:
p(language) is proportional to count ** (1 / temperature) (Arivazhagan et al. 2019, arXiv:1907.05019); so are the tasks,
unless their shares are given. A language's examples come in random order, all of them before any comes again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

Rows = NDArray[np.int64]
WINDOW = 16
"""Batches among which examples are sorted by length: little padding, and still a mixture."""


@dataclass(frozen=True)
class Table:
    """What the plan has to know of a task's data: the language of each example and its length in any unit."""

    languages: Sequence[str]
    lengths: Sequence[int]


@dataclass(frozen=True)
class Draw:
    """One batch: its number in the run, its task and the rows of the task's table."""

    number: int
    task: str
    rows: tuple[int, ...]


def parse_shares(text: str) -> dict[str, float]:
    """Tasks and their shares from `xnli=2,panx=1`; all shares are 0, for "by size", in `xnli,panx`.

    Raises:
        OrganizerFault: E231 for an unknown task, or a share that is no number above 0.

    """
    shares: dict[str, float] = {}
    for word in text.split(",") if text else []:
        name, given, share = word.partition("=")
        if name not in TASKS:
            raise OrganizerFault("E231", "tasks", f"no task {name}", f"There are {', '.join(TASKS)}.")
        try:
            shares[name] = float(share) if given else 0.0
        except ValueError:
            shares[name] = -1.0
        if given and not 0 < shares[name] < math.inf:
            raise OrganizerFault("E231", f"tasks {name}", "a share must be a number above 0")
    if len({share > 0 for share in shares.values()}) > 1:
        raise OrganizerFault("E231", "tasks", "some have a share and some have none", "Give all of them a share.")
    return shares


def draw(
    tables: Mapping[str, Table], batches: int, size: int, temperature: float, shares: Mapping[str, float], seed: int
) -> list[Draw]:
    """The batches of a whole run.

    Args:
        tables: by task, none of them empty.
        batches: how many.
        size: examples in each.
        temperature: 1 draws languages as they come, large values draw them alike.
        shares: relative number of batches of each task; empty or all 0: from the sizes and the temperature.
        seed: the same arguments give the same batches.

    """
    names = list(tables)
    sizes = _powers([len(tables[name].languages) for name in names], temperature)
    weights = [shares[name] for name in names] if any(shares.values()) else sizes
    random = np.random.default_rng([seed, len(names)])
    sequence = random.choice(len(names), size=batches, p=np.array(weights) / sum(weights))
    streams = {
        place: iter(_batches(tables[name], int((sequence == place).sum()), size, temperature, random))
        for place, name in enumerate(names)
    }
    return [Draw(number, names[place], next(streams[place])) for number, place in enumerate(sequence.tolist())]


def _powers(counts: Sequence[int] | Rows, temperature: float) -> NDArray[np.float64]:
    """`count ** (1 / temperature)` of counts above 0, relative to the largest: so no temperature overflows."""
    found: NDArray[np.float64] = np.exp((np.log(counts) - np.log(np.max(counts))) / temperature)
    return found


def _batches(
    table: Table, count: int, size: int, temperature: float, random: np.random.Generator
) -> list[tuple[int, ...]]:
    """`count` batches of one task; neighbours in length share a batch, within windows."""
    if not count:
        return []
    stream = _stream(table, count * size, temperature, random)
    lengths = np.asarray(table.lengths)
    batches: list[tuple[int, ...]] = []
    for window in np.split(stream, range(WINDOW * size, len(stream), WINDOW * size)):
        ordered = window[np.argsort(lengths[window], kind="stable")].reshape(-1, size)
        batches += [tuple(rows.tolist()) for rows in random.permutation(ordered)]
    return batches


def _stream(table: Table, count: int, temperature: float, random: np.random.Generator) -> Rows:
    """`count` rows: a language for each, then the language's next example."""
    names, codes = np.unique(np.asarray(table.languages), return_inverse=True)
    weights = _powers(np.bincount(codes), temperature)
    drawn = random.choice(len(names), size=count, p=weights / weights.sum())
    stream = np.empty(count, np.int64)
    for place in range(len(names)):
        wanted, own = np.flatnonzero(drawn == place), np.flatnonzero(codes == place)
        passes = [random.permutation(own) for _ in range(-(-len(wanted) // len(own)))]
        if passes:
            stream[wanted] = np.concatenate(passes)[: len(wanted)]
    return stream
