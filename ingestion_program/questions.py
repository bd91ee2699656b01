"""Questions: what one child is asked about each (task, language), encoded before any clock runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingestion_program import frames
from sealing.folder import DataFolder
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import Row, dumps, parse_inputs, part_path, read_file
from xtreme_tasks.settings import PhaseSettings
from xtreme_tasks.tasks import TASKS, Task, parts

BYTES_PER_LABEL = 64
"""Room for one label in an answer: several times the longest, so that a wrong label is named as such."""


@dataclass(frozen=True)
class Question:
    """All examples of one (task, language).

    Attributes:
        task, language: which part it is.
        ids: the secret ids, which stay in the parent, in the order of the examples.
        lengths: labels that each answer must have: tokens of each example, or 1.
        frame: the question as it is sent, without ids.
        characters: in all texts of the examples; tokens count with a space between them.

    """

    task: Task
    language: str
    ids: tuple[str, ...]
    lengths: tuple[int, ...]
    frame: bytes
    characters: int = 0

    @property
    def name(self) -> str:
        """`TASK/LANG`."""
        return f"{self.task.name}/{self.language}"

    @property
    def answer_limit(self) -> int:
        """Largest answer in bytes."""
        return frames.SMALL + BYTES_PER_LABEL * (sum(self.lengths) + len(self.ids))


def question(task: Task, language: str, rows: Iterable[Row]) -> Question:
    """A question from parsed inputs."""
    rows = list(rows)
    examples = [{field: row[field] for field in task.fields} for row in rows]
    lengths = [len(row["tokens"]) for row in rows] if task.answer == "tags" else [1] * len(rows)
    body = dumps({"task": task.name, "language": language, "examples": examples}).encode()
    ids = tuple(row["id"] for row in rows)
    characters = sum(len(_text(value)) for example in examples for value in example.values())
    return Question(task, language, ids, tuple(lengths), frames.encode(frames.QUESTION, body), characters)


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def hidden(data: DataFolder, settings: PhaseSettings) -> list[Question]:
    """Every part of the phase, decrypted and checked.

    Raises:
        OrganizerFault: E201, E202, E204, E206, E212 of the file that is wrong; E207 if the number of examples is
            not that of the settings.

    """
    found = []
    for name, language in parts(settings.languages):
        path = "inputs/" + part_path(name, language)
        rows = parse_inputs(data.read(path), TASKS[name], path)
        expected = settings.counts.get(name, {}).get(language)
        if len(rows) != expected:
            raise OrganizerFault("E207", path, f"{len(rows)} examples, the settings say {expected}")
        found.append(question(TASKS[name], language, rows))
    return found


def public(data: DataFolder, settings: PhaseSettings) -> list[Question]:
    """The public examples for the pre-flight: plain files, of the parts that have one.

    Raises:
        OrganizerFault: E201, E202, E204 or E206 of the file that is wrong.

    """
    found = []
    for name, language in parts(settings.languages):
        path = "preflight/" + part_path(name, language)
        if (data.root / path).exists():
            rows = parse_inputs(read_file(data.root / path, path), TASKS[name], path)
            found.append(question(TASKS[name], language, rows))
    return found
