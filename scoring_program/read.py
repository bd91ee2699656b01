"""Labels and predictions as numpy codes, from the bytes of canonical JSON Lines.

No Python object is made for a row or a tag. Every byte is accounted for: a file that is not exactly the canonical
form goes through `xtreme_tasks.files.parse_answers`, which accepts or refuses it by file and line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_program.words import Words, gather_words, spelled, word
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import answer_row, encode_rows, parse_answers
from xtreme_tasks.tasks import Task

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]

PAD = bytes(16)
"""Stands behind the data so that a word can be read at its last byte."""
_COMMA, _NEWLINE, _QUOTE, _OPEN, _CLOSE, _END = b',\n"[]}'
_ID, _LABEL, _TAGS = b'\n{"id":"', b',"label":', b',"tags":'
_ALNUM = np.frombuffer(bytes(chr(byte).isascii() and chr(byte).isalnum() for byte in range(256)), np.bool_)


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers of one file.

    Attributes:
        codes: labels: position in `task.labels` of each example. Tags: of each token, and after each example the
            boundary's code, `len(task.labels)`.
        ends: tags: position of each example's boundary in `codes`; labels: of the example.
        text: the file's bytes after one newline.
        id_starts, id_lengths: where in `text` the id of each example is.

    """

    codes: NDArray[np.uint8]
    ends: Places
    text: Bytes
    id_starts: Places
    id_lengths: Places

    @property
    def examples(self) -> int:
        """The number of examples."""
        return len(self.ends)


def read_answers(data: bytes, task: Task, where: str) -> Answers:
    """Labels or predictions of one (task, language).

    Raises:
        OrganizerFault: E202, E203, E204 with file and line, exactly where `parse_answers` refuses the file.

    """
    answers = _read_canonical(data, task)
    if answers is None:
        rows = parse_answers(data, task, where)
        answers = _read_canonical(encode_rows(answer_row(task, row["id"], row[task.answer]) for row in rows), task)
    if answers is None:
        raise OrganizerFault("E239", where, "canonical rows were not understood")
    return answers


def check_same_examples(labels: Answers, predictions: Answers, where: str) -> None:
    """Compare ids, order and numbers of tags.

    Raises:
        OrganizerFault: E225 with the file and the first line that differs.

    """
    common = min(labels.examples, predictions.examples)
    differs = labels.id_lengths[:common] != predictions.id_lengths[:common]
    for length in np.unique(labels.id_lengths[:common][~differs]):
        rows = np.flatnonzero((labels.id_lengths[:common] == length) & ~differs)
        one, other = (_windows(side.text, side.id_starts[rows], int(length)) for side in (labels, predictions))
        differs[rows] = (one != other).any(axis=1)
    if differs.any():
        raise OrganizerFault("E225", f"{where} line {int(differs.argmax()) + 1}", "not the id of that line's label")
    if labels.examples != predictions.examples:
        numbers = f"{predictions.examples} answers for {labels.examples} examples"
        raise OrganizerFault("E225", f"{where} line {common + 1}", numbers)
    if not np.array_equal(labels.ends, predictions.ends):
        row = int((labels.ends != predictions.ends).argmax())
        start = int(labels.ends[row - 1]) + 1 if row else 0
        numbers = f"{int(predictions.ends[row]) - start} tags for {int(labels.ends[row]) - start} tokens"
        raise OrganizerFault("E225", f"{where} line {row + 1}", numbers)


def _read_canonical(data: bytes, task: Task) -> Answers | None:
    """The answers, or None if any byte is not as the canonical form has it, or an id occurs twice."""
    if data and not data.endswith(b"\n"):
        return None
    # With one newline before and some bytes behind, every row looks alike and every 8-byte word lies inside.
    buffer = b"\n" + data + PAD
    text = np.frombuffer(buffer, np.uint8)
    body = text[: len(data) + 1]
    marks = np.flatnonzero((body == _COMMA) | (body == _NEWLINE))
    rows = np.flatnonzero(text[marks] == _NEWLINE)  # positions in marks; the first is before the first row
    if (np.diff(rows) < 2).any():
        return None  # a row without a comma
    starts = marks[rows[:-1]] + len(_ID)
    lengths = marks[rows[:-1] + 1] - 1 - starts
    if not _ids_canonical(text, starts, lengths, gather_words(buffer, marks[rows[:-1]])):
        return None
    codes = _tag_codes(buffer, marks, rows, task) if task.answer == "tags" else _label_codes(text, marks, rows, task)
    if codes is None:
        return None
    ends = rows[1:] - 1 if task.answer == "tags" else np.arange(len(codes))
    return Answers(codes, ends, text, starts, lengths)


def _ids_canonical(text: Bytes, starts: Places, lengths: Places, heads: Words) -> bool:
    """Whether each row begins as it must, has an id of ASCII letters and digits in quotes, and no id occurs twice."""
    if (heads != word(_ID)).any() or (lengths < 1).any() or (text[starts + lengths] != _QUOTE).any():
        return False
    for length in np.unique(lengths):
        found = _windows(text, starts[lengths == length], int(length))
        if not _ALNUM[found].all() or not _distinct(found):
            return False
    return True


def _distinct(found: Bytes) -> bool:
    """Whether the rows of a table differ from each other."""
    rows, length = found.shape
    for first in range(0, length - 7, 8):  # distinct pieces make distinct ids; sorting numbers is fast
        pieces = np.sort(np.ascontiguousarray(found[:, first : first + 8]).view(np.uint64)[:, 0])
        if bool((pieces[1:] != pieces[:-1]).all()):
            return True
    return bool(len(set(found.view(f"S{length}")[:, 0].tolist())) == rows)


def _windows(text: Bytes, starts: Places, length: int) -> Bytes:
    """`length` bytes from each start, shape (starts, length)."""
    return np.lib.stride_tricks.sliding_window_view(text, length)[starts]


def _tag_codes(buffer: bytes, marks: Places, rows: Places, task: Task) -> NDArray[np.uint8] | None:
    """Codes of all tags, with the boundary's code at each row's newline; None if anything is not canonical.

    Each comma stands before one tag: `,"tags":["TAG"` at a row's first, `,"TAG"` at the others. What follows the tag is
    the next mark: a comma, or `]}` and the newline. So the distance between marks is the length of the tag.
    """
    text = np.frombuffer(buffer, np.uint8)
    firsts, lasts = rows[:-1] + 1, rows[1:] - 1
    words = gather_words(buffer, marks)
    opened = marks[firsts] + len(_TAGS)
    ends = marks[rows[1:]]
    lengths = np.diff(marks, append=0) - len(',""')
    lengths[firsts] -= len(_TAGS)
    lengths[lasts] -= len("]}")
    if (
        (words[firsts] != word(_TAGS)).any()
        or (text[opened] != _OPEN).any()
        or (text[ends - 2] != _CLOSE).any()
        or (text[ends - 1] != _END).any()
    ):
        return None
    words[firsts] = gather_words(buffer, opened)
    words >>= np.uint64(8)  # the comma or bracket is known; what is left is the tag in its quotes
    codes, known = spelled(task.labels, '"', '"').look_up(words, lengths)
    known[rows] = True
    codes[rows] = len(task.labels)
    return codes[1:] if known.all() else None


def _label_codes(text: Bytes, marks: Places, rows: Places, task: Task) -> NDArray[np.uint8] | None:
    """Code of each row's label; None if anything is not canonical."""
    if len(marks) != 1 + 2 * (len(rows) - 1):
        return None
    commas, ends = marks[1::2], marks[2::2]
    return code_texts(text, commas, ends - commas, [_LABEL + f'"{label}"}}'.encode() for label in task.labels])


def code_texts(text: Bytes, starts: Places, lengths: Places, texts: Sequence[bytes]) -> NDArray[np.uint8] | None:
    """Which of a few texts stands at each place: its position in `texts`; None if any place holds none of them."""
    codes = np.full(len(starts), len(texts), np.uint8)
    for code, expected in enumerate(texts):
        candidates = np.flatnonzero(lengths == len(expected))
        if len(candidates):
            found = _windows(text, starts[candidates], len(expected))
            codes[candidates[(found == np.frombuffer(expected, np.uint8)).all(axis=1)]] = code
    return None if (codes == len(texts)).any() else codes
