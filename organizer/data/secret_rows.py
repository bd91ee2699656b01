"""What is secret about each hidden example: item, parallel line, whether it was changed.

Kept in the prepared folder below `secret/SPLIT/TASK/LANG.jsonl`, in the order of the part; no build reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import Row, dumps, parse_lines, part_path, read_file, write_whole

State = Literal["plain", "control", "changed", "canary"]
FOLDER = "secret"


class SecretRow(NamedTuple):
    """One hidden example; a tuple, because half a million frozen objects take seconds to make.

    Attributes:
        identifier: its id in the part.
        item: number of its item, within the task.
        line: number that it shares with its translations, within the task.
        state: `changed` (other digits), `control` (could have been, the coin decided against it), `canary`, or
            `plain`: nothing was to be changed.
        sources: of a canary, the ids of the examples of the same part whose answers it has.

    """

    identifier: str
    item: int
    line: int
    state: State = "plain"
    sources: tuple[str, ...] = ()


def secret_path(root: Path, split: str, task: str, language: str) -> Path:
    """Where the secrets of a part lie in a prepared folder."""
    return root / FOLDER / split / part_path(task, language)


def write_secrets(root: Path, split: str, task: str, language: str, rows: Iterable[SecretRow]) -> None:
    """Write the secrets of one part, readable by their owner alone."""
    write_whole(secret_path(root, split, task, language), "".join(map(_line, rows)).encode(), mode=0o600)


def read_secrets(root: Path, split: str, task: str, language: str) -> list[SecretRow]:
    """The secrets of one part.

    Raises:
        OrganizerFault: E201 (data prepared by an earlier version have none), E202 with the line.

    """
    path = secret_path(root, split, task, language)
    where = path.relative_to(root).as_posix()
    data = read_file(path, where)
    return [_from_row(row, f"{where} line {number}") for number, row in parse_lines(data, where)]


def _line(row: SecretRow) -> str:
    if row.state == "plain":  # nearly all of them: ids are letters and digits, so nothing needs escapes
        return f'{{"id":"{row.identifier}","item":{row.item},"line":{row.line}}}\n'
    found: Row = {"id": row.identifier, "item": row.item, "line": row.line, "state": row.state}
    if row.sources:
        found["sources"] = row.sources
    return dumps(found) + "\n"


def _from_row(row: Row, where: str) -> SecretRow:
    state, sources = row.get("state", "plain"), row.get("sources", [])
    numbers = [row.get("item"), row.get("line")]
    texts = [row.get("id"), *sources] if isinstance(sources, list) else [None]
    if (
        not set(row) <= {"id", "item", "line", "state", "sources"}
        or not all(isinstance(number, int) for number in numbers)
        or not all(isinstance(text, str) for text in texts)
        or state not in get_args(State)
    ):
        raise OrganizerFault("E202", where, "not what `competition prepare` writes")
    return SecretRow(row["id"], row["item"], row["line"], state, tuple(sources))
