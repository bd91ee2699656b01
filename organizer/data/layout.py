"""A folder in XTREME's own layout: `TASK/{train,dev,test}-LANG.tsv`.

Classification lines are `sentence1 TAB sentence2 TAB label`, plain or quoted as Python's csv module quotes;
tagging files have `token TAB tag` a line and an empty line after each sentence. WikiANN's raw files put `LANG:`
before every token. The test files that XTREME hands out have no labels: they are refused with E203.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from organizer.data.rows import RowBuilder
from organizer.data.table import SourceSplit, Table
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import Task


def parse_file(path: Path, task: Task, language: str, split: SourceSplit, keep_going: bool = False) -> Table:
    """One file as a table.

    Raises:
        OrganizerFault: E201 (unreadable), E202 (not UTF-8, wrong number of columns), E203 (label), E204 (empty text).

    """
    where = f"{task.name}/{path.name}"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OrganizerFault("E201", where, error.strerror or str(error)) from None
    return parse_bytes(data, where, task, language, split, keep_going)


def parse_bytes(
    data: bytes, where: str, task: Task, language: str, split: SourceSplit, keep_going: bool = False
) -> Table:
    """As `parse_file`, from bytes."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OrganizerFault("E202", f"{where} line {data.count(10, 0, error.start) + 1}", "not UTF-8") from None
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    rows = RowBuilder(task, language, split, where, keep_going)
    if task.answer == "tags":
        _tagging(lines, rows)
    else:
        _classification(lines, rows)
    return rows.table()


def _classification(lines: list[str], rows: RowBuilder) -> None:
    quoted = _is_quoted(lines)
    for number, line in enumerate(lines, start=1):
        fields = line.split("\t")
        if len(fields) == 2:
            rows.bad("E203", number, "no label")
        elif len(fields) != 3:
            rows.bad("E202", number, f"{len(fields)} columns, expected 3")
        else:
            first, second, label = (_unquoted(field) for field in fields) if quoted else fields
            rows.sentences(number, (first, second), label.strip())


def _is_quoted(lines: list[str]) -> bool:
    """Whether every field that holds a quote is quoted as the csv module does it, and there is one at least."""
    found = False
    for line in lines:
        if '"' in line:
            for field in line.split("\t"):
                if '"' in field:
                    if not _quoted_form(field):
                        return False
                    found = True
    return found


def _quoted_form(field: str) -> bool:
    inside = field[1:-1]
    return len(field) > 2 and field[0] == field[-1] == '"' and '"' in inside and '"' not in inside.replace('""', "")


def _unquoted(field: str) -> str:
    return field[1:-1].replace('""', '"') if '"' in field else field


def _tagging(lines: list[str], rows: RowBuilder) -> None:
    prefix = f"{rows.language}:"
    raw = all(line.startswith(prefix) for line in lines if line.strip())
    skip = len(prefix) if raw else 0
    for start, block in _sentences(lines):
        tokens: list[str] = []
        tags: list[str] = []
        for offset, line in enumerate(block):
            token, tab, tag = line.partition("\t")
            if not tab:
                rows.bad("E203", start + offset, "no tag")
                break
            if "\t" in tag:
                rows.bad("E202", start + offset, f"{tag.count(chr(9)) + 2} columns, expected 2")
                break
            tokens.append(token[skip:])
            tags.append(tag.strip())
        else:
            rows.tokens(start, tokens, tags)


def _sentences(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """First line number (from 1) and lines of each block between empty lines."""
    start = 0
    for number, line in enumerate([*lines, ""]):
        if line:
            continue
        if number > start:
            yield start + 1, lines[start:number]
        start = number + 1
