"""YAML with line numbers, read as the platform's `safe_load` reads it, but safe against what it is not meant for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

MAX_BYTES = 512 << 10
MAX_ITEMS = 200_000
"""Values after every alias is expanded; a competition has some hundred."""
_MERGE = "tag:yaml.org,2002:merge"


class YamlError(Exception):
    """Not readable; the text is the reason, `line` where (0 if unknown)."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Item:
    """One value and where it stands.

    Attributes:
        line: from 1.
        value: a scalar, a tuple of items, or items by key.
        raw: a scalar's text as written.
        quoted: whether a scalar was quoted.
        key_lines: line of each key of a mapping.
        twice: keys that a mapping holds more than once, with the line of the second.

    """

    line: int
    value: object
    raw: str = ""
    quoted: bool = False
    key_lines: Mapping[str, int] = field(default_factory=dict)
    twice: tuple[tuple[str, int], ...] = ()

    @property
    def members(self) -> Mapping[str, Item]:
        """Items by key; empty if this is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def entries(self) -> tuple[Item, ...]:
        """Items of a list; empty if this is none."""
        return self.value if isinstance(self.value, tuple) else ()

    def get(self, key: str) -> Item | None:
        """The item of that key; None if it is absent or null."""
        item = self.members.get(key)
        return None if item is None or item.value is None else item

    def text(self, key: str) -> str | None:
        """Text, or a number as text, as the platform's text fields take it; None for everything else."""
        item = self.get(key)
        if item is None or isinstance(item.value, bool) or not isinstance(item.value, str | int | float):
            return None
        return str(item.value)

    def flag(self, key: str, default: bool) -> bool | None:
        """A boolean as the platform reads it; None if it would refuse the value."""
        item = self.get(key)
        if item is None:
            return default
        if isinstance(item.value, bool):
            return item.value
        word = str(item.value).strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None

    def number(self, key: str) -> int | None:
        """A whole number as the platform reads it; None if absent or refused."""
        item = self.get(key)
        if item is None or isinstance(item.value, bool):
            return None
        if isinstance(item.value, float):
            return int(item.value) if item.value.is_integer() and abs(item.value) < 1e15 else None
        word = str(item.value).strip()
        return int(word) if word.lstrip("+-").isdecimal() and len(word) < 20 and word.count("-") < 2 else None


_TRUE = {"true", "t", "yes", "y", "on", "1"}
_FALSE = {"false", "f", "no", "n", "off", "0"}


def parse_yaml(data: bytes) -> Item:
    """The document.

    Raises:
        YamlError: with the line where known.

    """
    if len(data) > MAX_BYTES:
        raise YamlError(f"larger than {MAX_BYTES >> 10} KiB")
    try:
        node = yaml.compose(data.decode(), Loader=yaml.SafeLoader)
        return Item(1, None) if node is None else _Reader().read(node)
    except UnicodeDecodeError:
        raise YamlError("not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(error.problem or "not YAML", mark.line + 1 if mark else 0) from None
    except yaml.YAMLError as error:
        raise YamlError(str(error).split("\n")[0]) from None
    except RecursionError:
        raise YamlError("nested too deeply") from None


class _Reader:
    """Nodes to items; a node that is referred to many times is read once, so that aliases cost nothing."""

    def __init__(self) -> None:
        self.items: dict[int, tuple[Item, int] | None] = {}

    def read(self, node: yaml.Node) -> Item:
        return self._sized(node)[0]

    def _sized(self, node: yaml.Node) -> tuple[Item, int]:
        line = node.start_mark.line + 1
        if id(node) in self.items:
            known = self.items[id(node)]
            if known is None:
                raise YamlError("an alias refers to itself", line)
            return known
        self.items[id(node)] = None
        if isinstance(node, yaml.MappingNode):
            item, size = self._mapping(node, line)
        elif isinstance(node, yaml.SequenceNode):
            read = [self._sized(child) for child in node.value]
            item, size = Item(line, tuple(child for child, _ in read)), 1 + sum(size for _, size in read)
        else:
            item, size = _scalar(node, line), 1
        if size > MAX_ITEMS:
            raise YamlError("aliases expand it to too many values", line)
        self.items[id(node)] = (item, size)
        return item, size

    def _mapping(self, node: yaml.MappingNode, line: int) -> tuple[Item, int]:
        own: dict[str, Item] = {}
        merged: dict[str, Item] = {}
        lines: dict[str, int] = {}
        twice: list[tuple[str, int]] = []
        total = 1
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            item, size = self._sized(value_node)
            total += size
            if key_node.tag == _MERGE:
                for source in item.entries or (item,):
                    merged = {**source.members, **merged}
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlError("a key must be a word", key_line)
            key = str(_scalar(key_node, key_line).value)
            if key in own:
                twice.append((key, key_line))
            own[key], lines[key] = item, key_line
        return Item(line, {**merged, **own}, key_lines=lines, twice=tuple(twice)), total


def _scalar(node: yaml.Node, line: int) -> Item:
    loader = yaml.SafeLoader("")
    try:
        value = loader.construct_object(node)
    except yaml.MarkedYAMLError as error:
        raise YamlError(error.problem or "not a plain value", line) from None
    except (ValueError, OverflowError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise YamlError(f"not a valid value: {error}", line) from None
    finally:
        loader.dispose()
    kept = isinstance(value, str | int | float | bool | datetime.date | None)
    return Item(
        line, value if kept else str(value), str(node.value), getattr(node, "style", None) in ("'", '"', "|", ">")
    )
