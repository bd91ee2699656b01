"""Where the data come from: the generated sample, a folder in XTREME's layout, or the hub."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from organizer.data.hub import DATASET, Loader, hub_loader, read_hub
from organizer.data.layout import parse_file
from organizer.data.links import Declared, Link
from organizer.data.parallel import Run
from organizer.data.table import SOURCE_SPLITS, Table
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import Task

DECLARED_TINY = 110
"""XTREME's smallest test sets have 47 to 100 examples; the next ones have 120 and more."""


class Source(Protocol):
    """Anything that can hand out the tables of a task.

    Attributes:
        name: what reports and `dataset.json` call it; no path of the organizer's machine.
        tiny_limit: test sets with fewer examples than this are not halved.
        declared: parallel lines that the source knows of.

    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def tiny_limit(self) -> int: ...  # noqa: D102
    @property
    def declared(self) -> Declared: ...  # noqa: D102
    def tables(self, task: Task) -> list[Table]:
        """Tables of a task, sorted by language, then train, dev, test; absent files are simply not there."""
        ...


@dataclass(frozen=True)
class FolderSource:
    """A folder in XTREME's layout.

    Raises:
        OrganizerFault: E201 on reading, when the folder is not there.

    """

    root: Path
    name: str = "a folder in XTREME's layout"
    tiny_limit: int = DECLARED_TINY
    keep_going: bool = False
    declared: Declared = field(default_factory=Declared)

    def tables(self, task: Task) -> list[Table]:
        """The task's tables."""
        if not self.root.is_dir():
            raise OrganizerFault(
                "E201", str(self.root), "not a folder", "Name a folder in XTREME's layout; see docs/data.md."
            )
        found: list[Table] = []
        for language in task.languages:
            for split in SOURCE_SPLITS:
                path = self.root / task.name / f"{split}-{language}.tsv"
                if path.exists():
                    found.append(parse_file(path, task, language, split, self.keep_going))
        return found


@dataclass(frozen=True)
class HubSource:
    """The hub's data set, or one of the same shape; bad examples are left out and counted."""

    dataset: str = DATASET
    loader: Loader | None = None
    tiny_limit: int = DECLARED_TINY
    declared: Declared = field(default_factory=Declared)

    @property
    def name(self) -> str:
        """The data set's name."""
        return f"hub: {self.dataset}"

    def tables(self, task: Task) -> list[Table]:
        """The task's tables."""
        tables = read_hub(task, self.dataset, self.loader or hub_loader())
        return sorted(tables, key=lambda table: (table.language, SOURCE_SPLITS.index(table.split)))


@contextmanager
def sample_source(scale: float | None, seed: int) -> Iterator[FolderSource]:
    """The generated sample, in a temporary folder for the time of the context.

    Args:
        scale: 1.0 is XTREME's size; the sample's own small default when None.
        seed: the sample's own seed; it is not secret, the order key is.

    """
    from organizer.data.sample import DEFAULT, write_sample  # only this source needs its forty lexicons
    from organizer.data.sample.sizes import parallel_blocks

    scale = DEFAULT if scale is None else scale
    with tempfile.TemporaryDirectory(prefix="sample-") as folder:
        write_sample(Path(folder), scale, seed)
        name = f"generated sample (scale {scale:g}, seed {seed})"
        # A set is tiny by its share of XTREME's sizes, so the same sets are declared at every scale.
        limit = max(1, round(DECLARED_TINY * min(1.0, scale)))
        yield FolderSource(Path(folder), name, limit, declared=_sample_blocks(parallel_blocks(scale)))


def _sample_blocks(blocks: Mapping[str, tuple[int, int]]) -> Declared:
    """The sample's parallel lines; in a small sample they hold too few numbers to be found."""
    pivot = max(blocks, key=lambda language: blocks[language][1] - blocks[language][0])
    start = blocks[pivot][0] - 1
    return Declared(
        tuple(
            Link("udpos", f"test-{pivot}", f"test-{language}", "declared", (Run(start, first - 1, last - first + 1),))
            for language, (first, last) in blocks.items()
            if language != pivot
        )
    )
