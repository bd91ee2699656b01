"""Underlying items: which rows of a task belong together, and which hidden rows cross into public.

An item is the transitive group of rows that share a premise (XNLI), a sentence on either side (PAWS-X), a whole
token sequence (tagging), or a parallel line. Texts are compared by `organizer.data.text.normal`, whatever their
language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from organizer.data.groups import Groups
from organizer.data.links import Link
from organizer.data.table import Table
from organizer.data.text import digest64, normal
from xtreme_tasks.tasks import PAWSX, XNLI

SAME_TEXT = "same text as a hidden example"
UNCERTAIN = "not known which parallel line it is"
SAME_ITEM = "parallel to a hidden example, or in its group"


def keys(task: str, text: str) -> Iterator[int]:
    """Digests of what identifies an example's item: premise, both sentences, or the token sequence."""
    if task == XNLI.name:
        yield digest64(normal(text.partition("\t")[0]))
    elif task == PAWSX.name:
        for sentence in text.split("\t"):
            yield digest64(normal(sentence))
    else:
        yield digest64(normal(text))


@dataclass(frozen=True)
class Items:
    """The items of a task's rows, which are numbered through all tables in their order.

    Attributes:
        offsets: number of each table's first row, and the total as the last entry.
        roots: the item of each row, named by its first row.
        hidden: whether the row is of a test table.
        same_text: whether the row's own text is that of a hidden row.
        uncertain: rows that cannot be placed among the parallel lines: they are in no item and go nowhere.

    """

    offsets: tuple[int, ...]
    roots: NDArray[np.int64]
    hidden: NDArray[np.bool_]
    same_text: NDArray[np.bool_]
    uncertain: NDArray[np.bool_]

    def crossing(self) -> NDArray[np.bool_]:
        """Rows of public tables whose item is hidden."""
        touched = np.zeros(len(self.roots), dtype=np.bool_)
        touched[self.roots[self.hidden]] = True
        crossing: NDArray[np.bool_] = ~self.hidden & ~self.uncertain & touched[self.roots]
        return crossing


def find_items(tables: Sequence[Table], links: Sequence[Link]) -> Items:
    """Group all rows of one task's tables."""
    sizes = [len(table) for table in tables]
    offsets = [0, *np.cumsum(sizes, dtype=np.int64).tolist()]
    groups = Groups(offsets[-1])
    hidden = np.repeat([table.split == "test" for table in tables], sizes).astype(np.bool_)
    start = dict(zip((table.name for table in tables), offsets, strict=False))
    uncertain = np.zeros(offsets[-1], dtype=np.bool_)
    for link in links:
        for loose in link.loose:
            uncertain[start[link.right] + loose.right[0] : start[link.right] + loose.right[1]] = True
    same_text = _join_texts(tables, offsets, groups, uncertain)
    for link in links:
        _join_link(link, start[link.left], start[link.right], groups)
    return Items(tuple(offsets), groups.roots(), hidden & ~uncertain, same_text & ~hidden, uncertain)


def find_lines(tables: Sequence[Table], links: Sequence[Link]) -> NDArray[np.int64]:
    """The number that each row shares with its translations, and with nothing else; rows numbered as in `Items`."""
    offsets = [0, *np.cumsum([len(table) for table in tables], dtype=np.int64).tolist()]
    groups = Groups(offsets[-1])
    start = dict(zip((table.name for table in tables), offsets, strict=False))
    for link in links:
        _join_link(link, start[link.left], start[link.right], groups)
    return groups.roots()


def _join_texts(
    tables: Sequence[Table], offsets: Sequence[int], groups: Groups, skipped: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Join rows with the same text; returns which rows have the text of a hidden row."""
    first: dict[int, int] = {}
    same_text = np.zeros(offsets[-1], dtype=np.bool_)
    order = sorted(range(len(tables)), key=lambda number: tables[number].split != "test")
    hidden: set[int] = set()
    for number in order:
        table, is_hidden = tables[number], tables[number].split == "test"
        for row, text in enumerate(table.texts, offsets[number]):
            if skipped[row]:
                continue
            for key in keys(table.task, text):
                seen = first.setdefault(key, row)
                if seen != row:
                    groups.join(seen, row)
                if is_hidden:
                    hidden.add(key)
                elif key in hidden:
                    same_text[row] = True
    return same_text


def _join_link(link: Link, left: int, right: int, groups: Groups) -> None:
    for run in link.runs:
        for offset in range(run.length):
            groups.join(left + run.left + offset, right + run.right + offset)
