"""Data files: inputs, labels, predictions, XTREME's own files, and what stands beside them."""

from __future__ import annotations

import io

from fuzz import seeds
from fuzz.target import JSON_WORDS, Target, file_with, require, scratch
from ingestion_program.questions import question
from organizer.data.dataset import Dataset, parse_dataset
from organizer.data.layout import parse_bytes
from organizer.data.secret_rows import SecretRow, read_secrets, secret_path, write_secrets
from scoring_program.metrics import score_part
from scoring_program.read import read_answers
from scoring_program.xtreme_files import read_xtreme
from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.files import answer_row, encode_rows, parse_answers, parse_inputs
from xtreme_tasks.tasks import TASKS, Task


def run_inputs(data: bytes) -> None:
    """Inputs that are accepted can be asked, and written and read again without a difference."""
    task, content = seeds.chosen(data)
    rows = parse_inputs(content, task, "fuzz")
    asked = question(task, task.languages[0], rows)
    require(len(asked.ids) == len(rows) == len(asked.lengths), "examples were lost")
    require(parse_inputs(encode_rows(rows), task, "fuzz") == rows, "not the same when written again")


def _code(error: Fault | None) -> str:
    return error.code if error else ""


def run_labels(data: bytes) -> None:
    """The fast reader accepts and refuses exactly what the slow one does, and reads the same."""
    task, content = seeds.chosen(data)
    refused: Fault | None = None
    try:
        rows = parse_answers(content, task, "fuzz")
    except OrganizerFault as fault:
        refused = fault
    try:
        answers = read_answers(content, task, "fuzz")
    except OrganizerFault as fault:
        require(refused is not None and fault.line() == refused.line(), "only the fast reader refuses")
        raise
    require(refused is None, "only the slow reader refuses")
    again = read_answers(encode_rows(answer_row(task, row["id"], row[task.answer]) for row in rows), task, "fuzz")
    require(answers.codes.tolist() == again.codes.tolist(), "the fast reader reads other labels")
    require(answers.examples == len(rows), "examples were lost")


def run_predictions(data: bytes) -> None:
    """Predictions against fixed labels: a score between 0 and 100, or a fault."""
    task, content = seeds.chosen(data)
    score = score_part(task, seeds.labels(task), content, "fuzz")
    require(0 <= score.low <= score.score <= score.high <= 100 and score.examples == 2, "an impossible score")


def _slowly(data: bytes, task: Task) -> list[int] | str:
    """`read_xtreme` said again, line by line; the code of the fault instead of raising it."""
    try:
        lines = [line.strip() for line in io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")]
    except UnicodeDecodeError:
        return "E202"
    known = {label: code for code, label in enumerate(task.labels)}
    if task.answer == "tags":
        known[""] = len(task.labels)
    if not set(lines) <= set(known):
        return "E203"
    codes = [known[line] for line in lines]
    if codes and task.answer == "tags" and codes[-1] != len(task.labels):
        codes.append(len(task.labels))
    return codes or "E207"


def run_xtreme(data: bytes) -> None:
    """XTREME's label files, read as a slow reader reads them."""
    task, content = seeds.chosen(data)
    slow = _slowly(content, task)
    try:
        codes = read_xtreme(content, task, "fuzz").tolist()
    except OrganizerFault as fault:
        require(fault.code == slow, f"refused with {fault.code}")
        raise
    require(codes == slow, "not what a slow reader reads")


def run_layout(data: bytes) -> None:
    """A source file: every row has known labels, plain texts, and a line that exists."""
    task, content = seeds.chosen(data)
    table = parse_bytes(content, "fuzz", task, task.languages[0], "train", keep_going=len(content) % 2 == 1)
    require(len(table.texts) == len(table.answers) == len(table.lines), "columns of different lengths")
    for text, answer, line in zip(table.texts, table.answers, table.lines, strict=True):
        labels = answer.split(" ") if task.answer == "tags" else [answer]
        require(set(labels) <= set(task.labels), "an unknown label")
        fields = text.split("\t")
        require(len(fields) == (len(labels) if task.answer == "tags" else 2) and all(fields), "empty or lost fields")
        require(1 <= line <= content.count(b"\n") + 1 and "\n" not in text, "an impossible line")
        text.encode()


def run_secrets(data: bytes) -> None:
    """What is secret about the examples of a part; written again, it is the same."""
    root = scratch() / "prepared"
    file_with(data, secret_path(root, "final", "xnli", "de").relative_to(scratch()).as_posix())
    rows = read_secrets(root, "final", "xnli", "de")
    if all(row.identifier.isalnum() and not (row.sources and row.state == "plain") for row in rows):
        write_secrets(root, "final", "xnli", "de", rows)
        require(read_secrets(root, "final", "xnli", "de") == rows, "not the same when written again")


def run_dataset(data: bytes) -> None:
    """`dataset.json`."""
    dataset = parse_dataset(data, "fuzz")
    require(parse_dataset(dataset.to_bytes(), "fuzz") == dataset, "not the same when written again")


def _secrets() -> list[bytes]:
    root = scratch() / "prepared"
    rows = [SecretRow("a1", 1, 2), SecretRow("b2", 3, 4, "changed"), SecretRow("c3", 5, 6, "canary", ("a1",))]
    write_secrets(root, "final", "xnli", "de", rows)
    return [secret_path(root, "final", "xnli", "de").read_bytes()]


def _layout(task: Task) -> bytes:
    if task.answer == "tags":
        return "".join(f"en:{word}\t{task.labels[0]}\n" for word in ("x", "\u0928")).encode() + b"\ny\tX\n"
    first, last = task.labels[0], task.labels[-1]
    return f'one\tother\t{first}\n"a ""b"" c"\td\t{last}\r\n'.encode()


def _xtreme(task: Task) -> bytes:
    first, last = task.labels[0], task.labels[-1]
    return f"{first}\n{last}\n\n{last}\r\n".encode() if task.answer == "tags" else f"{first}\n {last}\n".encode()


def _dataset() -> list[bytes]:
    one = Dataset(1, "final", "sample", {"xnli": {"de": 2}}, {"udpos": ("yo",)}, {"panx": {"jv": "none"}}, {"a": "00"})
    return [one.to_bytes()]


_LABELS = tuple(label.encode() for task in TASKS.values() for label in task.labels)
_KEYS = (b'{"id":"', b'","label":"', b'","tags":["', b'"]}\n', b'","tokens":["', b'"}\n')
_ROWS = JSON_WORDS + _KEYS + _LABELS
_LINES = (b"\t", b"\n\n", b"\r\n", b"\xef\xbb\xbf", b"\x85", b"\xe2\x80\xa8", b"\x0b", b"\x1c", b'""', *_LABELS)
TARGETS = (
    Target("inputs", run_inputs, lambda: seeds.each_task(seeds.inputs), _ROWS),
    Target("labels", run_labels, lambda: seeds.each_task(seeds.labels), _ROWS),
    Target("predictions", run_predictions, lambda: seeds.each_task(seeds.labels), _ROWS),
    Target("xtreme_labels", run_xtreme, lambda: seeds.each_task(_xtreme), _LINES),
    Target("xtreme_layout", run_layout, lambda: seeds.each_task(_layout), (*_LINES, b"en:")),
    Target("secrets", run_secrets, _secrets, (*JSON_WORDS, b'"state":"canary"', b'"sources":[')),
    Target("dataset", run_dataset, _dataset, JSON_WORDS),
)
