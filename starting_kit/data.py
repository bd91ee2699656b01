"""The public data as `datasets`: one table for each task and split, inputs and labels joined by id.

python data.py --public public_data      # what there is, by task and language
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from datasets import Dataset, DatasetDict, Features, List, Value

from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.files import parse_answers, parse_inputs, part_path, read_file
from xtreme_tasks.tasks import TASKS, Task

Row = dict[str, Any]


def features(task: Task) -> Features:
    """Columns of a task's table: `id`, `language`, the task's fields, and `label` (a string) or `tags` (strings)."""
    text, words = Value("string"), List(Value("string"))
    fields = {name: words if name == "tokens" else text for name in task.fields}
    return Features({"id": text, "language": text, **fields, task.answer: words if task.answer == "tags" else text})


def load(public: Path, split: str, tasks: Collection[str] = (), languages: Collection[str] = ()) -> DatasetDict:
    """The tables of a split by task: languages in alphabetical order, examples in the files' order.

    Args:
        public: the extracted public data; holds `train` and `dev`.
        split: `train`, `dev`, or `train+dev` for one after the other.
        tasks, languages: only these; all where empty. A task without any example has no table.

    Raises:
        OrganizerFault: E201 (a file cannot be read), E202 to E204 with file and line (a file is malformed, or its
            labels are of other examples), E207 (nothing is left).

    """
    tables = DatasetDict()
    for name, task in TASKS.items():
        if tasks and name not in tasks:
            continue
        chosen = [code for code in task.languages if not languages or code in languages]
        rows = [row for part in split.split("+") for code in chosen for row in read_part(public / part, task, code)]
        if rows:
            tables[name] = Dataset.from_list(rows, features=features(task))
    if not tables:
        wanted = ", ".join([*tasks, *languages]) or "any task"
        raise OrganizerFault("E207", str(public / split), f"no {wanted}", "Extract the competition's public data.")
    return tables


def check_languages(tables: DatasetDict, languages: Collection[str]) -> None:
    """Refuse a language that was asked for and that no table has: most likely it is misspelt.

    Raises:
        OrganizerFault: E207.

    """
    found = {code for table in tables.values() for code in set(table["language"])}
    if unknown := sorted({*languages} - found):
        hint = "`python data.py` says what there is."
        raise OrganizerFault("E207", "--languages", f"no such language: {', '.join(unknown)}", hint)


def read_part(folder: Path, task: Task, language: str) -> Iterator[Row]:
    """Examples with their answers of one task and language; none where the split lacks the language.

    Raises:
        OrganizerFault: see `load`.

    """
    path = part_path(task.name, language)
    if not (folder / "inputs" / path).is_file():
        return
    inputs = parse_inputs(read_file(folder / "inputs" / path), task, f"inputs/{path}")
    answers = parse_answers(read_file(folder / "labels" / path), task, f"labels/{path}")
    by_id = {row["id"]: row[task.answer] for row in answers}
    if by_id.keys() != {row["id"] for row in inputs}:
        raise OrganizerFault("E202", f"labels/{path}", "its ids are not those of the inputs")
    for line, row in enumerate(inputs, start=1):
        answer = by_id[row["id"]]
        if task.answer == "tags" and len(answer) != len(row["tokens"]):
            detail = f"{len(answer)} tags for {len(row['tokens'])} tokens"
            raise OrganizerFault("E204", f"inputs/{path} line {line}", detail)
        yield {**row, "language": language, task.answer: answer}


def examples(table: Dataset, task: Task) -> list[Row]:
    """Rows in the form in which the platform hands out examples: the task's fields alone."""
    kept = table.select_columns(list(task.fields))
    return [dict(row) for row in kept]


def lengths(table: Dataset, task: Task) -> list[int]:
    """Characters of each example: near enough to sub-words to put like beside like."""
    columns = [table[name] for name in task.fields]
    return [sum(len("".join(field)) for field in fields) for fields in zip(*columns, strict=True)]


def rows_by_language(table: Dataset) -> dict[str, list[int]]:
    """Row numbers of each language."""
    places: dict[str, list[int]] = {}
    for place, language in enumerate(table["language"]):
        places.setdefault(language, []).append(place)
    return places


def digest(tables: DatasetDict) -> str:
    """One digest over every example's id and answer: two runs with the same digest saw the same data."""
    found = hashlib.sha256()
    for name, table in tables.items():
        for row in table.select_columns(["id", "language", TASKS[name].answer]):
            found.update(repr((name, *row.values())).encode())
    return found.hexdigest()


def main() -> int:
    """Print the number of examples by task and language; every fault is one line."""
    parser = argparse.ArgumentParser(description="Say what the public data hold.")
    parser.add_argument("--public", type=Path, default=Path("public_data"))
    try:
        for split in ("train", "dev"):
            for name, table in load(parser.parse_args().public, split).items():
                counts = " ".join(f"{code} {len(rows)}" for code, rows in rows_by_language(table).items())
                print(f"{split} {name}: {len(table)} examples: {counts}")
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
