"""A bundle as the checks see it: its YAML with lines, its files, and the archives that it names."""

from __future__ import annotations

import contextlib
import posixpath
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from organizer.check.platform_limits import PHASE_SLOTS, TASK_SLOTS
from organizer.check.tree import Tree, UnreadableError, folder_tree, zip_tree
from organizer.check.yaml_view import MAX_BYTES, Item, YamlError, parse_yaml
from xtreme_tasks.faults import OrganizerFault

YAML_NAME = "competition.yaml"


@dataclass(frozen=True)
class Slot:
    """One place in the YAML that names a file or a data set: `kind` as the YAML's key, `owner` its task or phase."""

    kind: str
    name: str
    line: int
    owner: Item

    @property
    def place(self) -> str:
        """Where the name is written."""
        return f"{YAML_NAME} line {self.line}"


class BundleView:
    """A bundle; use it as a context so that copies of inner zips are closed.

    Args:
        path: a zip or a folder.
        now: Unix seconds; phases are compared with it.

    Raises:
        OrganizerFault: E201 if there is nothing at `path`.

    """

    def __init__(self, path: Path, now: float | None = None) -> None:
        if not path.exists():
            raise OrganizerFault("E201", str(path), "no such file", "Name a bundle's zip or folder.")
        self.path, self.now = path, time.time() if now is None else now
        self.open_error, self.yaml_error, self.yaml_line = "", "", 0
        self._stack = contextlib.ExitStack()
        self._opened: dict[str, Tree | str | None] = {}
        self.tree = self._open_tree()
        self.yaml = self._read_yaml()

    def __enter__(self) -> BundleView:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def readable(self) -> bool:
        """Whether there is a YAML mapping to check."""
        return YAML_NAME in self.tree and not self.yaml_error and isinstance(self.yaml.value, dict)

    @property
    def older(self) -> bool:
        """Whether it is written for the predecessor: there phases are a table, not a list."""
        phases = self.yaml.get("phases")
        return phases is not None and isinstance(phases.value, dict)

    def _open_tree(self) -> Tree:
        try:
            if self.path.is_dir():
                return folder_tree(self.path)
            return zip_tree(self._stack.enter_context(self.path.open("rb")))
        except UnreadableError as error:
            self.open_error = str(error)
        except OSError as error:
            self.open_error = error.strerror or str(error)
        return Tree([], lambda _: self.path.open("rb"), "zip")

    def _read_yaml(self) -> Item:
        if YAML_NAME in self.tree:
            try:
                return parse_yaml(self.tree.read(YAML_NAME, MAX_BYTES + 1))
            except UnreadableError as error:
                self.yaml_error = str(error)
            except YamlError as error:
                self.yaml_error, self.yaml_line = str(error), error.line
        return Item(1, {})

    def listed(self, key: str) -> tuple[Item, ...]:
        """The mappings of a top-level list (`phases`, `tasks`, `pages`, `leaderboards`, `solutions`)."""
        item = self.yaml.get(key)
        return tuple(entry for entry in item.entries if isinstance(entry.value, dict)) if item else ()

    @cached_property
    def phases(self) -> list[Item]:
        """The phases in the platform's order: by index, which is 0 where there is none."""
        return sorted(self.listed("phases"), key=lambda phase: phase.number("index") or 0)

    @cached_property
    def columns(self) -> tuple[Item, ...]:
        """The first leaderboard's columns: the only ones that the platform uses."""
        boards = self.listed("leaderboards")
        columns = boards[0].get("columns") if boards else None
        return tuple(column for column in columns.entries if isinstance(column.value, dict)) if columns else ()

    @cached_property
    def slots(self) -> list[Slot]:
        """Every place that names data, in the order of the file."""
        owners = [("tasks", TASK_SLOTS), ("phases", PHASE_SLOTS), ("solutions", ("path",))]
        found = []
        for key, kinds in owners:
            for owner in self.listed(key):
                for kind in kinds:
                    item = owner.get(kind)
                    if (
                        item is not None
                        and isinstance(item.value, str)
                        and not (key == "tasks" and "key" in owner.members)
                    ):
                        found.append(Slot(kind, item.value, item.line, owner))
        return found

    def slots_of(self, *kinds: str) -> list[Slot]:
        """The slots of these kinds, each archive once."""
        chosen = {(slot.kind, locate(slot.name)): slot for slot in reversed(self.slots) if slot.kind in kinds}
        return list(reversed(chosen.values()))

    def has_file(self, name: str) -> bool:
        """Whether a file of that name, as the YAML writes it, is in the bundle."""
        return (located := locate(name)) is not None and located in self.tree

    def has_data(self, name: str) -> bool:
        """Whether a file or a folder of that name is in the bundle."""
        located = locate(name)
        return located is not None and (located in self.tree or any(self._below(located)))

    def _below(self, folder: str) -> Iterator[str]:
        return (name for name in self.tree.names if name.startswith(folder + "/"))

    def opened(self, name: str) -> Tree | str | None:
        """The files of a data set: None if the bundle does not hold it, the reason if it cannot be opened."""
        located = locate(name)
        if located is None:
            return None
        if located not in self._opened:
            self._opened[located] = self._open_data(located)
        return self._opened[located]

    def _open_data(self, name: str) -> Tree | str | None:
        if name not in self.tree:
            return self.tree.below(name) if any(self._below(name)) else None
        try:
            tree, copy = self.tree.nested(name)
        except UnreadableError as error:
            return str(error)
        self._stack.callback(copy.close)
        return tree

    def data(self, *kinds: str) -> Iterator[tuple[Slot, Tree]]:
        """The slots of these kinds whose files can be read."""
        for slot in self.slots_of(*kinds):
            tree = self.opened(slot.name)
            if isinstance(tree, Tree):
                yield slot, tree

    def trees(self) -> Iterator[tuple[str, Tree]]:
        """The bundle itself and every zip that it names, with what goes before a name in a place."""
        yield "", self.tree
        seen = set()
        for slot in self.slots:
            located, tree = locate(slot.name), self.opened(slot.name)
            if isinstance(tree, Tree) and tree.kind == "zip" and located not in seen:
                seen.add(located)
                yield f"{located}: ", tree


def locate(name: str) -> str | None:
    """A name of the YAML as a path inside the bundle; None if it leads outside."""
    if name.startswith("/") or "\0" in name:
        return None
    path = posixpath.normpath(name)
    return None if path.startswith("..") or path == "." else path


def is_key(name: str) -> bool:
    """Whether it is the key of a data set or task that is on the platform already."""
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return True


def at(item: Item) -> str:
    """The place of a value."""
    return f"{YAML_NAME} line {item.line}"


def at_key(owner: Item, key: str) -> str:
    """The place of a key; of its owner where the key is absent."""
    return f"{YAML_NAME} line {owner.key_lines.get(key, owner.line)}"
