"""The rows of one part as they are written: secret order and ids, other digits, canaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from organizer.data.canary import Canary, Material, make_canaries
from organizer.data.items import Items, keys
from organizer.data.order import Order
from organizer.data.perturb import perturbed
from organizer.data.secret_rows import SecretRow, State
from organizer.data.split import HIDDEN, Split
from organizer.data.table import Table
from xtreme_tasks.faults import OrganizerFault


@dataclass(frozen=True)
class Changes:
    """What is done to hidden examples.

    Attributes:
        perturb: share, 0 to 1, of the examples with safely replaceable digits that get other digits.
        canaries: canaries in each hidden part.

    Raises:
        OrganizerFault: E233.

    """

    perturb: float = 0.0
    canaries: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.perturb <= 1:
            raise OrganizerFault("E233", "--perturb", "must be between 0 and 1")
        if self.canaries < 0:
            raise OrganizerFault("E233", "--canaries", "must not be negative")


class PartRow(NamedTuple):
    """One row of a part: what is written, and what stays secret; a tuple, because a million of them are made."""

    identifier: str
    text: str
    answer: str
    secret: SecretRow


@dataclass
class HiddenRows:
    """Makes the rows of the parts of one task.

    Attributes:
        tables, items: of the task.
        lines: number that a row shares with its translations, for every row of the task.
        order: secret values.
        changes: what is done to hidden examples.

    """

    tables: Sequence[Table]
    items: Items
    lines: NDArray[np.int64]
    order: Order
    changes: Changes
    _taken: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A text that is changed must not become that of another item, which may be in another split.
        if self.changes.perturb or self.changes.canaries:
            for number, table in enumerate(self.tables):
                for row, text in enumerate(table.texts, self.items.offsets[number]):
                    for key in keys(table.task, text):
                        self._taken.setdefault(key, int(self.items.roots[row]))

    def part(self, number: int, split: Split, chosen: NDArray[np.int64]) -> list[PartRow]:
        """Rows of a table in secret order; order and ids are keyed by split, task, language and source line."""
        table = self.tables[number]
        place = self.order.by_line("order", split, table.task, table.language)
        name = self.order.by_line("id", split, table.task, table.language)
        rows = chosen.tolist()
        ids = {row: name(table.lines[row])[:8].hex() for row in rows}
        made = [(place(table.lines[row]), self._row(number, row, ids[row], split)) for row in rows]
        if self.changes.canaries and split in HIDDEN:
            made += self._canaries(number, split, made, ids)
        return [row for _, row in sorted(made, key=lambda entry: entry[0])]

    def _row(self, number: int, row: int, identifier: str, split: Split) -> PartRow:
        table, place = self.tables[number], self.items.offsets[number] + row
        item, line = int(self.items.roots[place]), int(self.lines[place])
        text: str = table.texts[row]
        state: State = "plain"
        if self.changes.perturb and split in HIDDEN:
            text, state = self._changed(table, row, item)
        return PartRow(identifier, text, table.answers[row], SecretRow(identifier, item, line, state))

    def _changed(self, table: Table, row: int, item: int) -> tuple[str, State]:
        """The text and its state; whether it could be changed is settled before the coin is thrown."""
        text, task, language = table.texts[row], table.task, table.language
        new = perturbed(task, text, lambda run, attempt: self.order.value("digits", task, language, item, run, attempt))
        if new is None or any(self._taken.get(key, item) != item for key in keys(task, new)):
            return text, "plain"
        for key in keys(task, new):
            self._taken[key] = item
        coin = int.from_bytes(self.order.value("perturb", task, language, table.lines[row])[:8], "big") / 2**64
        return (new, "changed") if coin < self.changes.perturb else (text, "control")

    def _canaries(
        self, number: int, split: Split, made: Sequence[tuple[bytes, PartRow]], ids: dict[int, str]
    ) -> list[tuple[bytes, PartRow]]:
        table = self.tables[number]
        row_of = {identifier: row for row, identifier in ids.items()}
        material = [
            Material(row_of[row.identifier], row.secret.item, row.text, row.answer)
            for _, row in made
            if row.secret.state != "changed"
        ]
        turn = self.order.by_line("canary", split, table.task, table.language)
        found = make_canaries(
            table.task,
            table.language,
            material,
            self.changes.canaries,
            lambda row: turn(table.lines[row]),
            self._taken,
            lambda text: list(keys(table.task, text)),
        )
        return [self._canary(table, split, canary, ids) for canary in found]

    def _canary(self, table: Table, split: Split, canary: Canary, ids: dict[int, str]) -> tuple[bytes, PartRow]:
        for key in keys(table.task, canary.text):
            self._taken[key] = canary.item
        sources = tuple(ids[row] for row in canary.sources)
        identifier = self.order.value("canary id", split, table.task, table.language, *sources)[:8].hex()
        place = self.order.value("canary order", split, table.task, table.language, *sources)
        # It is nobody's translation: its line is its own.
        line = -1 - int(identifier[:12], 16)
        secret = SecretRow(identifier, canary.item, line, "canary", sources)
        return place, PartRow(identifier, canary.text, canary.answer, secret)
