"""What the team's process sends: frames, the channel, answers, reports of faults, printed text."""

from __future__ import annotations

import os
from pathlib import Path

from fuzz import seeds
from fuzz.target import JSON_WORDS, Target, require
from ingestion_program import answers as answer_check
from ingestion_program import frames
from ingestion_program.channel import Channel, Gone
from ingestion_program.child import WHILE_ANSWERING, WHILE_LOADING, Child
from ingestion_program.console import KEPT_BYTES, Console
from ingestion_program.folder import TeamFolder
from ingestion_program.questions import question
from scoring_program.read import read_answers
from xtreme_tasks.faults import FAULTS, Fault
from xtreme_tasks.files import answer_row, dumps, encode_rows, parse_inputs
from xtreme_tasks.tasks import TASKS

_LIMITS = {frames.ANSWERS: 1024, frames.FAULT: 256, frames.READY: 256}
_TEAM = TeamFolder(Path("/nowhere"), {"submission.py": 9, "lib/a.py": 3}, "00")
_QUESTIONS = {
    name: question(task, task.languages[0], parse_inputs(seeds.inputs(task), task, name))
    for name, task in TASKS.items()
}


def _fed(pieces: list[bytes]) -> frames.Frame | str | None:
    assembler = frames.Assembler(_LIMITS, "fuzz")
    try:
        for piece in pieces:
            assembler.feed(piece)
    except Fault as fault:
        return fault.code
    return assembler.frame() if assembler.complete else None


def run_frames(data: bytes) -> None:
    """Pieces or one piece: the same frame, the same fault, and never more than the limit is kept."""
    if not data:
        return
    size, stream = 1 + data[0] % 16, data[1:]
    whole = _fed([stream])
    pieces = _fed([stream[start : start + size] for start in range(0, len(stream), size)])
    require(whole == pieces, "a frame depends on how it is cut")
    if isinstance(whole, frames.Frame):
        require(frames.encode(whole.kind, whole.payload) == stream, "a frame is not what was sent")
        require(len(whole.payload) <= _LIMITS[whole.kind], "a frame is larger than allowed")


def run_channel(data: bytes) -> None:
    """Bytes in a pipe whose writer then closes it: a frame, a team's fault, or `Gone`; never a wait."""
    if not data:
        return
    ours, theirs = os.pipe()
    asked, asking = os.pipe()
    os.set_blocking(theirs, False)
    channel = Channel(ours, asking)
    pieces = [data[1 : len(data) // 2], data[len(data) // 2 :]]

    def watch() -> bool:
        nonlocal theirs
        if pieces and pieces[0]:
            os.write(theirs, pieces.pop(0))
            return True
        if pieces:
            pieces.pop(0)
            return True
        if theirs >= 0:
            os.close(theirs)
            theirs = -1
        return False

    try:
        sent = frames.encode(frames.QUESTION, b"x" * (data[0] * 512)) if data[0] & 1 else b""
        if not sent:
            watch()
        frame = channel.exchange(sent, frames.Assembler(_LIMITS, "fuzz"), watch)
        require(frames.encode(frame.kind, frame.payload) in data, "a frame is not what was sent")
    except Gone:
        pass
    finally:
        channel.close()
        for descriptor in (theirs, asked):
            if descriptor >= 0:
                os.close(descriptor)


def run_answers(data: bytes) -> None:
    """What ingestion accepts, scoring reads, and as the same labels."""
    task, payload = seeds.chosen(data)
    asked = _QUESTIONS[task.name]
    found = answer_check.check(payload, asked)
    rows = [answer_row(task, name, answer) for name, answer in zip(asked.ids, found, strict=True)]
    codes = read_answers(encode_rows(rows), task, "fuzz").codes.tolist()
    read = [task.labels[code] if code < len(task.labels) else None for code in codes]
    expected: list[str | None] = []
    for answer in found:
        expected += [answer] if isinstance(answer, str) else [*answer, None]
    require(read == expected, "scoring reads other labels than ingestion accepted")


def run_report(data: bytes) -> None:
    """A fault that the child reports: a known code, and a place only if the team's folder has it."""
    child = object.__new__(Child)
    child.team, child._where = _TEAM, "xnli/de"
    for possible in (WHILE_LOADING, WHILE_ANSWERING):
        fault = child._reported(data, possible)
        require(fault.code in {*possible, "E135"} and fault.code in FAULTS, "an impossible fault")
        named = {"xnli/de"} | {
            f"xnli/de {name} line {n}" for name, last in _TEAM.lines.items() for n in range(1, last + 1)
        }
        require(fault.where in named and not (fault.detail and fault.code != "E135"), "a place that does not exist")
    raise fault


def run_console(data: bytes) -> None:
    """Whatever is printed becomes few lines of printable ASCII."""
    console = Console()
    for start in range(0, len(data), 700):
        console.feed(data[start : start + 700])
    text = console.text()
    require(all(character == "\n" or " " <= character <= "~" for character in text), "not printable")
    require(len(text) <= 2 * KEPT_BYTES + 1, "too long")


def _answers() -> list[bytes]:
    found = []
    for number, task in enumerate(TASKS.values()):
        one, other = task.labels[0], task.labels[-1]
        value = [[one, other], [other]] if task.answer == "tags" else [one, other]
        found.append(bytes([number]) + dumps(value).encode())
    return found


def _frames() -> list[bytes]:
    found = [frames.encode(frames.ANSWERS, dumps(["neutral"]).encode()), frames.encode(frames.READY, b"{}")]
    found += [frames.encode(frames.FAULT, report) for report in _reports()] + [frames.encode(b"A", b"")]
    return [bytes([number]) + frame for frame in found for number in (0, 1, 3, 255)]


def _reports() -> list[bytes]:
    return [
        dumps({"fault": code, "file": "submission.py", "line": 3}).encode() for code in ("E111", "E121", "E124", "E9")
    ]


_LABELS = tuple(f'"{label}"'.encode() for task in TASKS.values() for label in task.labels)
TARGETS = (
    Target("frames", run_frames, _frames, (b"A\0\0\0\0", b"F\0\0\1\0", b"R\xff\xff\xff\xff")),
    Target("channel", run_channel, _frames, (b"A\0\0\0\0", b"F\0\0\1\0")),
    Target("answers", run_answers, _answers, JSON_WORDS + _LABELS),
    Target("report", run_report, _reports, (*JSON_WORDS, b'"fault"', b'"file"', b'"line"', b'"submission.py"')),
    Target("console", run_console, lambda: [b"text\n\x1b[2J\xff\n", "\u2028 \x85 \u0928".encode()], max_bytes=6000),
)
