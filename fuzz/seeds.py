"""Valid files of the project, small: what the fuzzer starts from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xtreme_tasks.files import answer_row, encode_rows
from xtreme_tasks.record import RunRecord
from xtreme_tasks.settings import PhaseSettings
from xtreme_tasks.tasks import TASKS, Task

ROOT = Path(__file__).resolve().parents[1]
SECRET = bytes(range(32))
KEY = b"k" * 32
BUNDLE, PHASE = "bundle-1", "evaluation-1"
LANGUAGES = {"xnli": ("de",), "udpos": ("en",)}

RECORD = RunRecord(
    bundle=BUNDLE, phase=PHASE, user=7, submission=42, submission_digest="00", nonce="ab", accepted=1000.0,
    started=1002.0, finished=1020.0, began=True, verdict="ok", duration=12.5, durations=(12.5,), startup=2.0,
    parts={"xnli/de": 1.0}, cpu=3.0, peak_memory_mib=99.0, files={"predictions/xnli/de.jsonl": "00"},
    environment={"gpu": "none"}, protections=("files",),
)  # fmt: skip

SETTINGS = PhaseSettings(
    bundle=BUNDLE, phase=PHASE, split="evaluation", sealed=False, start=0.0, end=0.0, grace=0.0, languages=LANGUAGES,
    counts={"xnli": {"de": 2}, "udpos": {"en": 2}}, require=("files",), open_key=KEY.hex(),
)  # fmt: skip

WITNESS = b"elapsedTime: 20.5\nexitCode: null\ningestionElapsedTime: 20.5\ningestionExitCode: 0\n"
MOUNTINFO = b"1 2 8:1 /codabench/uPK-7_sID-42__abc /app/output rw - ext4 x rw\n"


def inputs(task: Task) -> bytes:
    """Two examples of a task."""
    if task.answer == "tags":
        rows: list[dict[str, Any]] = [{"id": "a1", "tokens": ["x", "y"]}, {"id": "b2", "tokens": ["\u0928"]}]
    else:
        rows = [{"id": name, **dict.fromkeys(task.fields, "some text")} for name in ("a1", "b2")]
    return encode_rows(rows)


def labels(task: Task) -> bytes:
    """Answers to `inputs`."""
    first, last = task.labels[0], task.labels[-1]
    answers: list[str | list[str]] = [[first, last], [last]] if task.answer == "tags" else [first, last]
    return encode_rows(answer_row(task, name, answer) for name, answer in zip(("a1", "b2"), answers, strict=True))


def each_task(make: Any) -> list[bytes]:  # noqa: ANN401 - one of the functions above
    """The task's number as first byte, then its file: how targets choose a task."""
    return [bytes([number]) + make(task) for number, task in enumerate(TASKS.values())]


def chosen(data: bytes) -> tuple[Task, bytes]:
    """The task that the first byte names, and the rest."""
    tasks = list(TASKS.values())
    return tasks[data[0] % len(tasks)] if data else tasks[0], data[1:]


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with a fixed time in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def team_zips() -> list[bytes]:
    """Zips as teams pack them, and some that they should not."""
    entry = b"class Submission: ...\n"
    return [
        zipped({"submission.py": entry}),
        zipped({"submission.py": entry, "lib/words.py": b"", "lib/": b""}, zipfile.ZIP_STORED),
        zipped({"submission.py": entry, "metadata.yaml": b"command: python3 x.py\n"}),
        zipped({"../x": b"y", "a/../b": b"", "/c": b"d"}),
        zipped({"zeros": bytes(20000)}),
        zipped({"x": b"text" * 20}, zipfile.ZIP_BZIP2),
        zipped({"x": b"text" * 20}, zipfile.ZIP_LZMA),
    ]
