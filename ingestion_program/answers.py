"""Answers: every one is checked for its exact type, its label and its number of tags; nothing is converted."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ingestion_program import frames
from ingestion_program.questions import Question
from xtreme_tasks.faults import TeamFault

Answer = str | list[str]


def check(payload: bytes, asked: Question, where: str = "") -> list[Answer]:
    """The answers of one part, from the bytes that the child sent.

    Args:
        payload: JSON, untrusted.
        asked: what was asked.
        where: prefix of the place that a fault names (`pre-flight `).

    Raises:
        TeamFault: E122 to E125 with the first answer that is wrong, or E135 if it is not JSON.

    """
    place = f"{where}{asked.name}"
    answers = frames.decode(payload, place)
    if not isinstance(answers, list):
        raise TeamFault("E122", place)
    if len(answers) != len(asked.ids):
        raise TeamFault("E123", place, f"{len(answers)} answers for {len(asked.ids)} examples")
    known = frozenset(asked.task.labels)
    for number, (answer, length) in enumerate(zip(answers, asked.lengths, strict=True), start=1):
        labels = _labels(answer, asked, f"{place} answer {number}")
        if len(labels) != length:
            raise TeamFault("E125", f"{place} answer {number}", f"{len(labels)} tags for {length} tokens")
        for label in labels:
            if type(label) is not str or label not in known:
                _refuse(label, asked, f"{place} answer {number}")
    return answers


def _labels(answer: object, asked: Question, place: str) -> Sequence[object]:
    if asked.task.answer == "label":
        return (answer,)
    if isinstance(answer, list):
        return answer
    raise TeamFault(
        "E124", place, f"{_kind(answer)} where a list of tags belongs", "Return a list of tags per example."
    )


def _refuse(value: object, asked: Question, place: str) -> None:
    # The value itself is never shown: it could carry an example out.
    if isinstance(value, str):
        raise TeamFault("E124", place, f"a string that is not one of the {len(asked.task.labels)} labels")
    example = asked.task.labels[0]
    hint = f'Return the label as a plain str such as "{example}", neither its index nor a score.'
    if isinstance(value, list):
        hint = f'Return one plain str such as "{example}" here, not a list.'
    raise TeamFault("E124", place, f"{_kind(value)} instead of a string", hint)


def _kind(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN or infinity"
    names = {bool: "a bool", int: "an int", float: "a float", list: "a list", str: "a string", type(None): "None"}
    return names.get(type(value), "an object")
