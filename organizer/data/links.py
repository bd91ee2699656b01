"""Parallel lines of a task's tables: found, or declared in a file.

XNLI and PAWS-X are parallel as a whole. The UD tasks hold parallel stretches (UD-PUD) somewhere in their test
sets, and some treebanks' train and dev files may hold sentences of the same collection. WikiANN is not parallel.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from organizer.data.features import Features, rare_features
from organizer.data.parallel import Loose, Run, align, blocks
from organizer.data.table import Table
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import PAWSX, UDPOS, XNLI

LEAST_AGREEMENT = 0.95
"""Parallel lines have the same label. PAWS-X's own dev labels differ on less than 1 % of the lines."""
LEAST_ALIGNED = 0.5
MOST_DOUBTFUL = 0.2


@dataclass(frozen=True)
class Link:
    """What one pair of tables (by `Table.name`) shares; lines of `right` in a loose range cannot be placed."""

    task: str
    left: str
    right: str
    how: str
    runs: tuple[Run, ...]
    loose: tuple[Loose, ...] = ()

    @property
    def lines(self) -> int:
        """Lines that are linked one to one."""
        return sum(run.length for run in self.runs)


@dataclass(frozen=True)
class Declared:
    """The contents of a `--parallel` file: blocks, and tasks whose languages are declared not parallel."""

    links: tuple[Link, ...] = ()
    independent: tuple[str, ...] = ()

    def with_others(self, others: Declared) -> Declared:
        """Both declarations together."""
        return Declared(self.links + others.links, self.independent + others.independent)


def read_declared(path: Path) -> Declared:
    """Read a `--parallel` file.

        independent = ["pawsx"]
        [[block]]
        task = "udpos"
        lines = 500
        start = {test-ar = 681, test-es = 427}   # first example of the block in each file, from 1

    Raises:
        OrganizerFault: E201 (unreadable), E231 (malformed).

    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        links: list[Link] = []
        for block in raw.get("block", []):
            starts = sorted((str(name), int(start) - 1) for name, start in block["start"].items())
            lines = int(block["lines"])
            if lines < 1 or any(start < 0 for _, start in starts):
                raise ValueError("lines and start count from 1")
            pivot, first = starts[0]
            links += [
                Link(str(block["task"]), pivot, name, "declared", (Run(first, start, lines),))
                for name, start in starts[1:]
            ]
        return Declared(tuple(links), tuple(str(name) for name in raw.get("independent", [])))
    except OSError as error:
        raise OrganizerFault("E201", str(path), error.strerror or str(error)) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OrganizerFault("E231", str(path), f"{type(error).__name__}: {error}") from None


def find_links(task: str, tables: Sequence[Table], declared: Declared) -> list[Link]:
    """All parallel lines of a task's tables.

    Raises:
        OrganizerFault: E207 when test files should be parallel but it cannot be shown which lines are; E231 when a
            declared block does not fit its files.

    """
    found = _checked([link for link in declared.links if link.task == task], tables)
    if task in declared.independent:
        return found
    if task in (XNLI.name, PAWSX.name):
        for split in ("test", "dev", "train"):
            found += _whole_files([table for table in tables if table.split == split])
    elif task == UDPOS.name:
        found += _stretches(tables)
    return found


def _checked(links: list[Link], tables: Sequence[Table]) -> list[Link]:
    sizes = {table.name: len(table) for table in tables}
    for link in links:
        for name, ends in ((link.left, "left"), (link.right, "right")):
            if name not in sizes:
                raise OrganizerFault("E231", "--parallel", f"{link.task} has no file {name}")
            if any(getattr(run, ends) + run.length > sizes[name] for run in link.runs):
                raise OrganizerFault("E231", "--parallel", f"the block is longer than {link.task}/{name}")
    return links


def _whole_files(tables: Sequence[Table]) -> list[Link]:
    """Link every language's file to one pivot: English where there is one, else the longest file."""
    full = [table for table in tables if len(table)]
    if len(full) < 2:
        return []
    pivot = max(full, key=lambda table: (table.language == "en", len(table)))
    return [link for table in full if table is not pivot for link in _whole_pair(pivot, table)]


def _whole_pair(pivot: Table, table: Table) -> Iterator[Link]:
    whole = Run(0, 0, len(pivot))
    if len(pivot) == len(table) and _agreement(pivot, table, [whole]) >= LEAST_AGREEMENT:
        yield Link(table.task, pivot.name, table.name, "line by line", (whole,))
        return
    runs, loose = _trusted(pivot, table, *align(pivot.texts, table.texts))
    linked = sum(run.length for run in runs)
    enough = linked >= LEAST_ALIGNED * min(len(pivot), len(table))
    if enough and _agreement(pivot, table, runs) >= LEAST_AGREEMENT:
        yield Link(table.task, pivot.name, table.name, "aligned", tuple(runs), tuple(loose))
    elif table.split == "test":
        detail = f"its {len(table)} lines cannot be matched with the {len(pivot)} of {pivot.name}"
        hint = "Give all languages the same lines, or declare blocks or `independent` in a --parallel file."
        raise OrganizerFault("E207", table.where, detail, hint)


def _trusted(pivot: Table, table: Table, runs: list[Run], loose: list[Loose]) -> tuple[list[Run], list[Loose]]:
    """A run in which a label disagrees is not believed: parallel lines have the same label."""
    sound = [run for run in runs if _agreement(pivot, table, [run]) == 1]
    doubtful = [run for run in runs if run not in sound]
    if len(doubtful) > MOST_DOUBTFUL * len(runs):
        return runs, loose  # the labels themselves differ; the caller judges the whole
    ranges = [Loose((run.left, run.left + run.length), (run.right, run.right + run.length)) for run in doubtful]
    return sound, loose + ranges


def _agreement(left: Table, right: Table, runs: Sequence[Run]) -> float:
    pairs = [
        (left.answers[run.left + offset], right.answers[run.right + offset])
        for run in runs
        for offset in range(run.length)
    ]
    return sum(one == other for one, other in pairs) / max(1, len(pairs))


def _stretches(tables: Sequence[Table]) -> list[Link]:
    """Parallel stretches between languages, where at least one side is hidden."""
    features: Mapping[str, Features] = {table.name: rare_features(table.texts) for table in tables}
    found: list[Link] = []
    for left, right in combinations(tables, 2):
        if left.language != right.language and "test" in (left.split, right.split):
            runs = blocks(features[left.name], features[right.name])
            if runs:
                found.append(Link(left.task, left.name, right.name, "found", tuple(runs)))
    return found
