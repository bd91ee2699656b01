"""Which row goes where: public train and dev, hidden evaluation and final, or left out with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from organizer.data.halves import Cell, halve
from organizer.data.items import SAME_ITEM, SAME_TEXT, UNCERTAIN, Items
from organizer.data.order import Order
from organizer.data.table import Table
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

Split = Literal["train", "dev", "evaluation", "final"]
SPLITS: tuple[Split, ...] = ("train", "dev", "evaluation", "final")
HIDDEN: tuple[Split, ...] = ("evaluation", "final")
FOLDERS: Mapping[Split, str] = {
    "train": "public/train",
    "dev": "public/dev",
    "evaluation": "evaluation",
    "final": "final",
}
DECLARED_TINY: frozenset[tuple[str, str]] = frozenset(
    {("udpos", "mr"), ("udpos", "tl"), ("udpos", "yo"), ("panx", "jv"), ("panx", "my"), ("panx", "yo")}
)
"""Test sets that are never halved: XTREME has 47, 55, 100, 100, 100 and 100 examples of them."""


@dataclass(frozen=True)
class Placed:
    """One task, placed.

    Attributes:
        rows: rows (numbers within the table) by split and table number.
        left_out: public rows left out, by reason and table name.
        tiny: languages whose hidden examples are all in `final`, with their number.
        sizes: how many items have how many rows.
        largest: rows of the largest item by table name.

    """

    rows: Mapping[Split, Mapping[int, NDArray[np.int64]]]
    left_out: Mapping[str, Mapping[str, int]]
    tiny: Mapping[str, int]
    sizes: Mapping[int, int]
    largest: Mapping[str, int] = field(default_factory=dict)


def place(tables: Sequence[Table], items: Items, order: Order, tiny_limit: int) -> Placed:
    """Place every row of one task's tables.

    Raises:
        OrganizerFault: E207 when no language of the task is left in a hidden split.

    """
    task = tables[0].task
    tiny = _tiny(tables, tiny_limit)
    final = _final_rows(tables, items, order, tiny)
    crossing = items.crossing()
    rows: dict[Split, dict[int, NDArray[np.int64]]] = {split: {} for split in SPLITS}
    left_out: dict[str, Counter[str]] = {reason: Counter() for reason in (SAME_TEXT, SAME_ITEM, UNCERTAIN)}
    for number, table in enumerate(tables):
        span = slice(items.offsets[number], items.offsets[number + 1])
        sure = ~items.uncertain[span]
        left_out[UNCERTAIN][table.name] += int((~sure).sum())
        if table.split == "test":
            rows["final"][number] = np.flatnonzero(final[span] & sure)
            rows["evaluation"][number] = np.flatnonzero(~final[span] & sure)
            continue
        rows[table.split][number] = np.flatnonzero(~crossing[span] & sure)
        for reason, mask in ((SAME_TEXT, items.same_text), (SAME_ITEM, ~items.same_text)):
            left_out[reason][table.name] += int((crossing[span] & mask[span]).sum())
    kept = {split: {number: chosen for number, chosen in found.items() if chosen.size} for split, found in rows.items()}
    for split in ("evaluation", "final"):
        if not kept[split]:
            raise OrganizerFault("E207", task, f"no example of it is left for {split}")
    counts = {reason: {name: count for name, count in found.items() if count} for reason, found in left_out.items()}
    return Placed(kept, counts, tiny, _sizes(items), _largest(tables, items))


def _tiny(tables: Sequence[Table], limit: int) -> dict[str, int]:
    return {
        table.language: len(table)
        for table in tables
        if table.split == "test" and (len(table) < limit or (table.task, table.language) in DECLARED_TINY)
    }


def _final_rows(tables: Sequence[Table], items: Items, order: Order, tiny: Mapping[str, int]) -> NDArray[np.bool_]:
    """For every row whether it is in `final`; False too for rows that are not hidden."""
    cells: dict[int, list[Cell]] = {}
    names: dict[int, tuple[str, int]] = {}
    by_label = TASKS[tables[0].task].answer == "label"
    for number, table in enumerate(tables):
        if table.split != "test":
            continue
        start = items.offsets[number]
        span = slice(start, start + len(table))
        rows = zip(items.roots[span].tolist(), items.hidden[span].tolist(), table.answers, table.lines, strict=True)
        for root, hidden, answer, line in rows:
            if not hidden:
                continue  # it cannot be placed
            cells.setdefault(root, []).append((table.language, answer if by_label else ""))
            names.setdefault(root, (table.name, line))
    shuffle: Callable[[int], bytes] = lambda item: order.value("half", tables[0].task, *names[item])  # noqa: E731
    goes = halve(cells, tiny, shuffle)
    final = np.zeros(len(items.roots), dtype=np.bool_)
    chosen = np.fromiter((item for item, yes in goes.items() if yes), dtype=np.int64)
    final[chosen] = True
    result: NDArray[np.bool_] = final[items.roots] & items.hidden
    return result


def _sizes(items: Items) -> dict[int, int]:
    _, counts = np.unique(items.roots[~items.uncertain], return_counts=True)
    sizes, how_many = np.unique(counts, return_counts=True)
    return dict(zip(sizes.tolist(), how_many.tolist(), strict=True))


def _largest(tables: Sequence[Table], items: Items) -> dict[str, int]:
    roots, counts = np.unique(items.roots, return_counts=True)
    members = items.roots == roots[counts.argmax()]
    spans = [members[items.offsets[number] : items.offsets[number + 1]] for number in range(len(tables))]
    return {table.name: int(span.sum()) for table, span in zip(tables, spans, strict=True) if span.any()}
