"""XTREME's own files: one tag per line with an empty line after each sentence, or one label per line."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from scoring_program.read import PAD, code_texts
from scoring_program.words import gather_words, spelled
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import Task

_NEWLINE = 10


def read_xtreme(data: bytes, task: Task, where: str) -> NDArray[np.uint8]:
    """Codes of a label or prediction file, as `scoring_program.read.Answers.codes` has them.

    As in XTREME's reader, space around a line does not count, each empty line ends a sentence (an empty one too),
    and the last sentence needs none.

    Raises:
        OrganizerFault: E202 (not UTF-8), E203 with the line of the first unknown label, E207 (nothing in it).

    """
    codes = _codes(data, task)
    if codes is None:
        lines = _stripped(data, where)
        codes = _codes("".join(line + "\n" for line in lines).encode(), task)
        if codes is None:
            known = {*task.labels, ""} if task.answer == "tags" else {*task.labels}
            number = next(number for number, line in enumerate(lines, start=1) if line not in known)
            raise OrganizerFault("E203", f"{where} line {number}", f"not a label of {task.name}")
    if len(codes) == 0:
        raise OrganizerFault("E207", where, "no examples")
    return codes


def _stripped(data: bytes, where: str) -> list[str]:
    try:
        return [line.strip() for line in io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")]
    except UnicodeDecodeError:
        raise OrganizerFault("E202", where, "not UTF-8") from None


def _codes(data: bytes, task: Task) -> NDArray[np.uint8] | None:
    """Codes, or None if any line is something else than a label and its newline."""
    if data and not data.endswith(b"\n"):
        data += b"\n"
    buffer = b"\n" + data + PAD
    text = np.frombuffer(buffer, np.uint8)
    marks = np.flatnonzero(text == _NEWLINE)
    starts, lengths = marks[:-1] + 1, np.diff(marks) - 1
    if task.answer == "label":
        return code_texts(text, starts, lengths, [label.encode() for label in task.labels])
    codes, known = spelled((*task.labels, ""), "", "\n").look_up(gather_words(buffer, starts), lengths)
    if not known.all():
        return None
    boundary = np.uint8(len(task.labels))  # the code of the empty line
    return codes if len(codes) == 0 or codes[-1] == boundary else np.append(codes, boundary)
