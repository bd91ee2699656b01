"""Reading and writing the competition's files: JSON Lines in one canonical form, written whole or not at all.

A folder of inputs or answers holds `TASK/LANG.jsonl`. Inputs have `id` and the task's fields; labels and
predictions have `id` and `label` or `tags`. The canonical form (key order, no spaces, no ASCII escapes) lets the
scorer read millions of tags as bytes, and makes two builds of the same data byte-identical.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import Task

Row = dict[str, Any]


def dumps(value: object) -> str:
    """JSON in the canonical form: no spaces, UTF-8 as it is, NaN refused."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def part_path(task: str, language: str) -> str:
    """The relative path of one (task, language) below a folder of inputs, labels or predictions."""
    return f"{task}/{language}.jsonl"


def encode_rows(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Rows as canonical JSON Lines in UTF-8, each line ended by a newline."""
    return "".join(dumps(row) + "\n" for row in rows).encode()


def answer_row(task: Task, identifier: str, answer: str | Sequence[str]) -> Row:
    """A row of labels or predictions in the canonical key order."""
    return {"id": identifier, task.answer: answer if task.answer == "label" else list(answer)}


def parse_lines(data: bytes, where: str) -> Iterator[tuple[int, Row]]:
    """Line number (from 1) and object of each line.

    Raises:
        OrganizerFault: E202 for a line that is not UTF-8, not JSON or not an object, or a missing final newline.

    """
    if data and not data.endswith(b"\n"):
        raise OrganizerFault("E202", f"{where} line {data.count(10) + 1}", "the last line has no newline")
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        try:
            row = json.loads(line)
            if b"\\u" in line:  # half a character can be spelled with an escape, and never be written again
                dumps(row).encode()
        except ValueError as error:
            reason = "not UTF-8" if isinstance(error, UnicodeError) else "not JSON"
            raise OrganizerFault("E202", f"{where} line {number}", reason) from None
        except RecursionError:
            raise OrganizerFault("E202", f"{where} line {number}", "nested too deeply") from None
        if not isinstance(row, dict):
            raise OrganizerFault("E202", f"{where} line {number}", "not a JSON object")
        yield number, row


def parse_inputs(data: bytes, task: Task, where: str) -> list[Row]:
    """Examples of one (task, language): `id` and the task's fields, nothing else.

    Raises:
        OrganizerFault: E202 (form, keys, duplicate id), E204 (no tokens, empty text), E206 (a label among the inputs).

    """
    expected = {"id", *task.fields}
    rows: list[Row] = []
    seen: set[str] = set()
    for number, row in parse_lines(data, where):
        place = f"{where} line {number}"
        if "label" in row or "tags" in row:
            raise OrganizerFault("E206", place)
        if row.keys() != expected:
            raise OrganizerFault("E202", place, f"keys must be {', '.join(sorted(expected))}")
        _check_id(row["id"], seen, place)
        for field in task.fields:
            _check_field(row[field], field, place)
        rows.append(row)
    return rows


def parse_answers(data: bytes, task: Task, where: str) -> list[Row]:
    """Labels or predictions of one (task, language): `id` and `label` or `tags` with known values.

    Raises:
        OrganizerFault: E202 (form, keys, duplicate id), E203 (empty or unknown label), E204 (no tags).

    """
    known = frozenset(task.labels)
    rows: list[Row] = []
    seen: set[str] = set()
    for number, row in parse_lines(data, where):
        place = f"{where} line {number}"
        if row.keys() != {"id", task.answer}:
            raise OrganizerFault("E202", place, f"keys must be id, {task.answer}")
        _check_id(row["id"], seen, place)
        answer = row[task.answer]
        if task.answer == "tags" and (not isinstance(answer, list) or not answer):
            raise OrganizerFault("E204", place, "tags must be a list with at least one tag")
        for label in answer if task.answer == "tags" else [answer]:
            if not isinstance(label, str) or label not in known:
                raise OrganizerFault("E203", place, f"not a label of {task.name}")
        rows.append(row)
    return rows


def _check_id(identifier: object, seen: set[str], place: str) -> None:
    # Ids are plain so that the scorer can compare them as bytes.
    if not isinstance(identifier, str) or not identifier.isascii() or not identifier.isalnum():
        raise OrganizerFault("E202", place, "id must be ASCII letters and digits")
    if identifier in seen:
        raise OrganizerFault("E202", place, "the id occurs twice")
    seen.add(identifier)


def _check_field(value: object, field: str, place: str) -> None:
    if field == "tokens":
        if not isinstance(value, list) or not value:
            raise OrganizerFault("E204", place, "tokens must be a list with at least one token")
        texts = value
    else:
        texts = [value]
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            raise OrganizerFault("E204", place, f"{field} is empty or not text")


def sha256(data: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(data).hexdigest()


def folder_digest(folder: Path) -> str:
    """One digest over every name, type and byte below a folder; a link or special file changes it too."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda item: item.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            kind, content = "link", os.readlink(path)
        elif path.is_dir():
            kind, content = "folder", ""
        elif path.is_file():
            with path.open("rb") as stream:  # weights are large: never the whole file in memory
                kind, content = "file", hashlib.file_digest(stream, "sha256").hexdigest()
        else:
            kind, content = "special", ""
        digest.update(json.dumps([kind, name, content]).encode())
    return digest.hexdigest()


@contextlib.contextmanager
def whole_file(path: Path, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """A file that appears whole or not at all: temporary file in the same folder, fsync, rename.

    Raises:
        OrganizerFault: E232 with the path and the system's reason; an old file stays as it was.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "w+b") as stream:
            os.fchmod(stream.fileno(), mode)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise OrganizerFault("E232", str(path), error.strerror or str(error)) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all.

    Raises:
        OrganizerFault: E232 with the path and the system's reason; an old file stays as it was.
    """
    with whole_file(path, mode) as stream:
        stream.write(data)


def read_file(path: Path, where: str | None = None) -> bytes:
    """The bytes of a file that must be there.

    Raises:
        OrganizerFault: E201 with the path and the system's reason.

    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise OrganizerFault("E201", where or str(path), error.strerror or str(error)) from None
