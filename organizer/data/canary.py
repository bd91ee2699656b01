"""Canaries: hidden examples that stand in no public file, made of hidden ones so that their answer is known.

They look like the data because they are made of it, in every language and with or without numbers. A model finds
them about as hard as what they are made of; a table of public texts does not hold them.

| task | canary | its answer |
|---|---|---|
| xnli | the premise with another premise behind it, and the hypothesis | the same |
| pawsx | the two sentences exchanged | the same |
| udpos, panx | two sentences in a row | the tags of both |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xtreme_tasks.tasks import PAWSX, TASKS, XNLI

MOST = 10
"""At most one canary to so many examples of a part."""
LEAST_TOKENS = 4
SENTENCE_ENDS = frozenset(".?!\u3002\u061f\u06d4\u0964")
"""Full stops, question and exclamation marks of the benchmark's scripts."""
NO_SPACE = frozenset({"zh"})


@dataclass(frozen=True)
class Material:
    """An example that may serve: its number, its item, text and answer as a `Table` holds them."""

    row: int
    item: int
    text: str
    answer: str


@dataclass(frozen=True)
class Canary:
    """A made-up example, and the rows whose answers, together, are its answer."""

    text: str
    answer: str
    item: int
    sources: tuple[int, ...]


def make_canaries(
    task: str,
    language: str,
    rows: Sequence[Material],
    wanted: int,
    turn: Callable[[int], bytes],
    taken: Mapping[int, int],
    keys: Callable[[str], Sequence[int]],
) -> list[Canary]:
    """At most `wanted` canaries of one part.

    Args:
        task, language: of the part.
        rows: its examples whose text is that of the source.
        wanted: how many; fewer where the part is small.
        turn: secret value of a row, which decides its turn.
        taken: item of each text that the task's data hold, by key.
        keys: keys of a text (`organizer.data.items.keys`).

    """
    limit = min(wanted, len(rows) // MOST)
    queue = sorted(_suitable(task, rows, limit), key=lambda row: turn(row.row))
    made: list[Canary] = []
    while queue and len(made) < limit:
        first = queue.pop(0)
        partner = next((row for row in queue if row.item != first.item), None)
        canary = _make(task, language, first, partner)
        if canary is None or any(taken.get(key, canary.item) != canary.item for key in keys(canary.text)):
            continue
        if partner is not None and task != PAWSX.name:
            queue.remove(partner)
        made.append(canary)
    return made


def _suitable(task: str, rows: Sequence[Material], wanted: int) -> Sequence[Material]:
    """Rows whose canary is neither conspicuously long nor harder than they are."""
    if task == PAWSX.name or not rows:
        return rows
    if task == XNLI.name:
        median = sorted(len(row.text) for row in rows)[len(rows) // 2]
        return [row for row in rows if len(row.text) <= median]
    lengths = sorted(row.text.count("\t") for row in rows)
    # Together not longer than the longest one.
    fitting = [row for row in rows if row.text.count("\t") <= max(lengths[-1] // 2, lengths[len(rows) // 2])]
    # Many of PAN-X's examples are bare titles, and a title beside a sentence is another thing, much harder: so whole
    # sentences are joined where there are enough of them, else longer ones.
    whole = [row for row in fitting if row.text[-1] in SENTENCE_ENDS and row.text.count("\t") >= LEAST_TOKENS - 1]
    if len(whole) >= 2 * wanted:
        return whole
    return [row for row in fitting if row.text.count("\t") >= lengths[len(rows) // 2]]


def _make(task: str, language: str, first: Material, partner: Material | None) -> Canary | None:
    if task == PAWSX.name:
        one, other = first.text.split("\t")
        return Canary(f"{other}\t{one}", first.answer, first.item, (first.row,)) if one != other else None
    if partner is None:
        return None
    if TASKS[task].answer == "tags":
        both = (first.row, partner.row)
        return Canary(f"{first.text}\t{partner.text}", f"{first.answer} {partner.answer}", first.item, both)
    assert task == XNLI.name  # noqa: S101 - there are four tasks
    premise, hypothesis = first.text.split("\t")
    joint = "" if language in NO_SPACE else " "
    more = partner.text.partition("\t")[0]
    return Canary(f"{premise}{joint}{more}\t{hypothesis}", first.answer, first.item, (first.row,))
