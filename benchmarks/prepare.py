"""`competition prepare` at XTREME's full size, beside the least that any preparation must do.

The data are the generated sample at scale 1 (`python -m benchmarks.prepare SCALE` for another size). The least is:
read and check every source file, and write its inputs and labels in the prepared form, without items, parallel
lines, secret order, digests or final checks. Each runs in a fresh process.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.result import in_fresh_process, save
from organizer.data.prepare import PrepareOptions, prepare
from organizer.data.sample import write_sample
from organizer.data.sources import FolderSource
from xtreme_tasks.files import answer_row, encode_rows, part_path, write_whole
from xtreme_tasks.tasks import TASKS

MODULE = "benchmarks.prepare"


def main() -> None:
    """Measure both, or run the one step that is named."""
    if sys.argv[1:2] == ["step"]:
        name, source, out = sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
        figures = _prepare(source, out) if name == "prepare" else _rewrite(source, out)
        print(json.dumps(figures))
        return
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(folder / "source", scale)
        least = in_fresh_process(MODULE, "step", "rewrite", str(folder / "source"), str(folder / "rewritten"))
        full = in_fresh_process(MODULE, "step", "prepare", str(folder / "source"), str(folder / "prepared"))
    save(
        "prepare",
        full["wall_seconds"] / least["wall_seconds"],
        {"scale": scale, "prepare": full, "read_and_write": least},
        "time of prepare by that of reading and writing the same files; aim: below 180 s and 2048 MiB at scale 1",
    )


def _prepare(source: Path, out: Path) -> dict[str, int]:
    report = prepare(FolderSource(source), out, bytes(32), PrepareOptions())
    hidden = sum(
        entry.examples
        for task in report.tasks.values()
        for split in ("evaluation", "final")
        for entry in task.files[split].values()
    )
    public = sum(
        entry.examples
        for task in report.tasks.values()
        for split in ("train", "dev")
        for entry in task.files[split].values()
    )
    assert hidden, "prepare kept no hidden example"
    return {"hidden_examples": hidden, "public_examples": public}


def _rewrite(source: Path, out: Path) -> dict[str, int]:
    examples = 0
    for task in TASKS.values():
        tags = task.answer == "tags"
        for table in FolderSource(source).tables(task):
            fields = ("tokens",) if tags else task.fields
            names = [f"x{number}" for number in range(len(table))]
            texts = [[text.split("\t")] if tags else text.split("\t") for text in table.texts]
            inputs = (
                {"id": name, **dict(zip(fields, text, strict=True))} for name, text in zip(names, texts, strict=True)
            )
            answers = (answer.split(" ") if tags else answer for answer in table.answers)
            labels = (answer_row(task, name, answer) for name, answer in zip(names, answers, strict=True))
            path = part_path(task.name, table.language)
            write_whole(out / table.split / "inputs" / path, encode_rows(inputs))
            write_whole(out / table.split / "labels" / path, encode_rows(labels))
            examples += len(table)
    return {"examples": examples}


if __name__ == "__main__":
    main()
