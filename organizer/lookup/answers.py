"""A run's predictions beside the prepared labels and what is secret about each example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from organizer.data.checks import PreparedInfo
from organizer.data.secret_rows import SecretRow, read_secrets
from scoring_program.read import Answers, check_same_examples, read_answers
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import part_path, read_file
from xtreme_tasks.tasks import TASKS, Task

PREDICTIONS = "prediction_output/predictions"
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """One (task, language) of a run; arrays have one entry for each example, in one order.

    Attributes:
        correct, units: right answers of an example and how many it asks for: 1 for a label, the tokens for tags.
        gold, guess: position of the label in the task's labels; zeros for tags.
        item, line: numbers of the item and of what the example shares with its translations.
        control, changed, canary: the example could have got other digits, got them, is a canary.
        sources: of each canary, the examples whose answers it has, by position of the canary.

    """

    correct: Integers
    units: Integers
    gold: Integers
    guess: Integers
    item: Integers
    line: Integers
    control: Bools
    changed: Bools
    canary: Bools
    sources: Mapping[int, tuple[int, ...]]

    @property
    def right(self) -> Bools:
        """Whether an example is wholly right."""
        whole: Bools = self.correct == self.units
        return whole

    @property
    def real(self) -> Bools:
        """Examples that are not canaries."""
        real: Bools = ~self.canary
        return real


Run = Mapping[tuple[str, str], Part]
"""The parts of a run by task and language."""


def find_runs(folder: Path) -> list[Path]:
    """Folders below (or the folder itself) that hold a run's predictions, sorted by path."""
    found = [path.parents[len(Path(PREDICTIONS).parts) - 1] for path in folder.rglob(PREDICTIONS) if path.is_dir()]
    return sorted(found)


def read_run(folder: Path, prepared: Path, info: PreparedInfo) -> tuple[str, Run]:
    """The split that a run answered, and its parts.

    Raises:
        OrganizerFault: E225 when the predictions are not answers to these data, E201 and E202 for damaged files.

    """
    predictions = folder / PREDICTIONS
    split = next((name for name in ("evaluation", "final") if _is_of(predictions, prepared / name)), None)
    if split is None:
        raise OrganizerFault("E225", str(folder), "not answers to these prepared data")
    run: dict[tuple[str, str], Part] = {}
    for task, languages in info.languages(split).items():
        for language in languages:
            name = part_path(task, language)
            labels = read_answers(read_file(prepared / split / "labels" / name), TASKS[task], f"labels/{name}")
            guesses = read_answers(read_file(predictions / name), TASKS[task], f"predictions/{name}")
            check_same_examples(labels, guesses, f"{folder.name}/predictions/{name}")
            run[task, language] = make_part(TASKS[task], labels, guesses, read_secrets(prepared, split, task, language))
    return split, run


def _is_of(predictions: Path, split: Path) -> bool:
    """Whether the first prediction file found begins with the split's id."""
    for path in sorted(predictions.rglob("*.jsonl")):
        labels = split / "labels" / path.relative_to(predictions)
        if labels.is_file():
            return read_file(labels)[:24] == read_file(path)[:24]
    return False


def make_part(task: Task, labels: Answers, guesses: Answers, secrets: list[SecretRow]) -> Part:
    """A part from codes of labels and predictions with the same examples in the same order.

    Raises:
        OrganizerFault: E202 when the secrets are not of these labels.

    """
    ids = [
        labels.text[start : start + length].tobytes().decode()
        for start, length in zip(labels.id_starts.tolist(), labels.id_lengths.tolist(), strict=True)
    ]
    if ids != [row.identifier for row in secrets]:
        raise OrganizerFault("E202", "secret", "not of these labels", "Run `competition prepare` again.")
    place = {identifier: number for number, identifier in enumerate(ids)}
    same = labels.codes == guesses.codes
    if task.answer == "tags":
        starts = np.concatenate(([0], labels.ends[:-1] + 1)).astype(np.int64)
        units = labels.ends.astype(np.int64) - starts
        correct = np.add.reduceat(same.astype(np.int64), starts) - 1  # a sentence's boundary is the same on both sides
        gold = guess = np.zeros(len(units), dtype=np.int64)
    else:
        correct, units = same.astype(np.int64), np.ones(len(same), dtype=np.int64)
        gold, guess = labels.codes.astype(np.int64), guesses.codes.astype(np.int64)
    states = np.array([row.state for row in secrets])
    return Part(
        correct,
        units,
        gold,
        guess,
        np.array([row.item for row in secrets], dtype=np.int64),
        np.array([row.line for row in secrets], dtype=np.int64),
        states == "control",
        states == "changed",
        states == "canary",
        {place[row.identifier]: tuple(place[one] for one in row.sources) for row in secrets if row.sources},
    )
