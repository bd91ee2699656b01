"""Checks of prepared data from their bytes; `competition prepare` ends with them and `competition build` begins.

Each check refuses with file and line: form, ids, labels, lengths, digests, control characters, labels among the
inputs, items in more than one split, order or ids that tell the item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from organizer.data.dataset import DATASET_FILE, Dataset, parse_dataset
from organizer.data.items import keys
from organizer.data.split import FOLDERS, SPLITS, Split
from organizer.data.text import CONTROL
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import Row, parse_answers, parse_inputs, part_path, read_file, sha256
from xtreme_tasks.tasks import TASKS, Task, parts

LEAST_FOR_ORDER = 30
"""So many labels in the same order are no accident (2 ** -30 for two equally frequent labels)."""


@dataclass(frozen=True)
class PreparedInfo:
    """What a prepared folder holds.

    Attributes:
        counts: examples by split (train, dev, evaluation, final), task and language; tasks and languages in their
            fixed order.
        digest: one digest over all data files.
        source: where the data come from, for people.
        whole: languages by task that are in `final` only.

    """

    counts: Mapping[str, Mapping[str, Mapping[str, int]]]
    digest: str
    source: str
    whole: Mapping[str, tuple[str, ...]]

    def languages(self, split: str) -> dict[str, tuple[str, ...]]:
        """Languages of each task in a split."""
        return {task: tuple(found) for task, found in self.counts[split].items()}


def check_prepared(root: Path) -> PreparedInfo:
    """Verify a prepared folder.

    Raises:
        OrganizerFault: E201-E208 with the file and line of the first problem.

    """
    datasets: dict[Split, Dataset] = {}
    digest = hashlib.sha256()
    _check_public_folder(root)
    for split in SPLITS:
        where = f"{FOLDERS[split]}/{DATASET_FILE}"
        data = read_file(root / where, where)
        digest.update(data)
        datasets[split] = parse_dataset(data, where)
        _check_files(root, split, datasets[split])
    counts: dict[str, dict[str, dict[str, int]]] = {split: {} for split in SPLITS}
    for task in TASKS.values():
        for split, found in _check_task(root, task, datasets).items():
            if found:
                counts[split][task.name] = found
    for split in SPLITS:
        if datasets[split].counts != counts[split]:
            raise OrganizerFault("E207", f"{FOLDERS[split]}/{DATASET_FILE}", "its counts are not those of the files")
    for split in ("evaluation", "final"):
        absent = [name for name in TASKS if name not in counts[split]]
        if absent:
            raise OrganizerFault("E207", split, f"no examples of {', '.join(absent)}")
    final = datasets["final"]
    return PreparedInfo(counts, digest.hexdigest(), final.source, {k: tuple(v) for k, v in final.whole.items()})


def _check_public_folder(root: Path) -> None:
    """Beside the public splits lies nothing: all of this folder is published, so a stray file could be a hidden one."""
    public = root / "public"
    for path in sorted(public.iterdir()) if public.is_dir() else ():
        if f"public/{path.name}" not in FOLDERS.values():
            raise OrganizerFault("E207", f"public/{path.name}", "not a part of prepared data", "Remove it.")


def _check_files(root: Path, split: Split, dataset: Dataset) -> None:
    """The files of a split are the listed ones, byte for byte, and nothing else."""
    folder = root / FOLDERS[split]
    where = f"{FOLDERS[split]}/{DATASET_FILE}"
    if dataset.split != split:
        raise OrganizerFault("E202", where, f"it says {dataset.split}")
    known = {f"{kind}/{part_path(task, language)}" for kind in ("inputs", "labels") for task, language in parts()}
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {DATASET_FILE}
    listed = set(dataset.files)
    for name in sorted(present ^ listed):
        detail = "listed, but not there" if name in listed else "there, but not listed"
        code = "E206" if name not in listed and name.startswith("inputs/") and "label" in name[7:] else "E207"
        raise OrganizerFault(code, f"{FOLDERS[split]}/{name}", detail)
    if strange := sorted(listed - known):
        raise OrganizerFault("E207", f"{FOLDERS[split]}/{strange[0]}", "not a task and language of the benchmark")
    for name, expected in sorted(dataset.files.items()):
        place = f"{FOLDERS[split]}/{name}"
        if sha256(read_file(folder / name, place)) != expected:
            raise OrganizerFault("E202", place, "its digest is not the listed one")


@dataclass(frozen=True)
class _Part:
    """One parsed (split, task, language)."""

    split: Split
    language: str
    where: str
    inputs: list[Row]
    answers: list[Row]


def _check_task(root: Path, task: Task, datasets: Mapping[Split, Dataset]) -> dict[Split, dict[str, int]]:
    counts: dict[Split, dict[str, int]] = {split: {} for split in SPLITS}
    hidden = _Hidden(task)
    # Hidden splits first: public ones are compared with them.
    for split in ("evaluation", "final", "train", "dev"):
        for part in _parts(root, task, split, datasets[split]):
            _check_texts(part)
            hidden.check(part)
            counts[split][part.language] = len(part.inputs)
    return counts


def _parts(root: Path, task: Task, split: Split, dataset: Dataset) -> Iterator[_Part]:
    for language in task.languages:
        name = part_path(task.name, language)
        listed = [f"{kind}/{name}" in dataset.files for kind in ("inputs", "labels")]
        if not any(listed):
            continue
        if not all(listed):
            raise OrganizerFault("E207", f"{FOLDERS[split]}/{name}", "inputs or labels are missing")
        where = {kind: f"{FOLDERS[split]}/{kind}/{name}" for kind in ("inputs", "labels")}
        inputs = parse_inputs(read_file(root / where["inputs"], where["inputs"]), task, where["inputs"])
        answers = parse_answers(read_file(root / where["labels"], where["labels"]), task, where["labels"])
        if not inputs:
            raise OrganizerFault("E207", where["inputs"], "it holds no example")
        _check_pairs(task, inputs, answers, where["labels"])
        yield _Part(split, language, where["inputs"], inputs, answers)


def _check_pairs(task: Task, inputs: list[Row], answers: list[Row], where: str) -> None:
    if len(inputs) != len(answers):
        raise OrganizerFault("E207", where, f"{len(answers)} answers for {len(inputs)} examples")
    for number, (example, answer) in enumerate(zip(inputs, answers, strict=True), start=1):
        if example["id"] != answer["id"]:
            raise OrganizerFault("E207", f"{where} line {number}", "not the id of the same line of the inputs")
        if task.answer == "tags" and len(example["tokens"]) != len(answer["tags"]):
            detail = f"{len(answer['tags'])} tags for {len(example['tokens'])} tokens"
            raise OrganizerFault("E204", f"{where} line {number}", detail)


def _check_texts(part: _Part) -> None:
    for number, row in enumerate(part.inputs, start=1):
        text = _text(row)
        if CONTROL.search(text) or "\n" in text or text.count("\t") != _tabs(row):
            raise OrganizerFault("E202", f"{part.where} line {number}", "a control character")


def _text(row: Row) -> str:
    """An example's text as a `Table` holds it."""
    values: list[str] = [value for name, value in row.items() if name != "id"]
    return "\t".join(row.get("tokens", values))


def _tabs(row: Row) -> int:
    return len(row["tokens"]) - 1 if "tokens" in row else len(row) - 2


class _Hidden:
    """Texts, ids and label orders of one task's hidden splits, and the comparison of everything else with them."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.places: dict[int, tuple[str, str]] = {}
        self.ids: dict[str, str] = {}
        self.orders: dict[tuple[str, ...], str] = {}

    def check(self, part: _Part) -> None:
        """Refuse an item of another split (E205), or ids and order that tell the item (E208)."""
        is_hidden = part.split in ("evaluation", "final")
        group = part.split if is_hidden else "public"
        for number, row in enumerate(part.inputs, start=1):
            text = _text(row)
            for key in keys(self.task.name, text):
                split, where = self.places.get(key, (group, ""))
                if split != group:
                    raise OrganizerFault("E205", f"{part.where} line {number}", f"also in {where}")
                if is_hidden:
                    self.places[key] = (group, part.where)
        if is_hidden:
            self._check_order(part)

    def _check_order(self, part: _Part) -> None:
        for number, row in enumerate(part.inputs, start=1):
            if row["id"] in self.ids:
                detail = f"the id occurs in {self.ids[row['id']]} too"
                raise OrganizerFault("E208", f"{part.where} line {number}", detail)
            self.ids[row["id"]] = part.where
        if self.task.answer == "label" and len(part.answers) >= LEAST_FOR_ORDER:
            labels = tuple(row["label"] for row in part.answers)
            other = self.orders.setdefault(labels, part.where)
            if other != part.where:
                raise OrganizerFault("E208", part.where, f"same labels in the same order as {other}")
