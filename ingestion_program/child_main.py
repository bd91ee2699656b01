"""What runs in the child: loads the team's submission.py and answers questions until it is killed.

Run as a script in isolated mode with `QUESTION_FD ANSWER_FD FOLDER [--show]`. Standard library only, and nothing of the
project: the team's code shares this process, so nothing here is believed by the parent. A fault is reported as a
code and a place in the team's own code, never as text.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import json
import os
import struct
import sys
import traceback
from time import perf_counter
from typing import Any, NoReturn

HEADER = struct.Struct("!cI")
SHOW = "--show"
HIGH = 500
"""The protocol's descriptors are moved up here, out of the way of code that closes or reuses small numbers."""


class Pipes:
    """The child's ends of the two pipes."""

    def __init__(self, questions: int, answers: int) -> None:
        self.questions, self.answers = _move_up(questions), _move_up(answers)

    def receive(self) -> dict[str, Any]:
        """The next question; ends the process when there is none."""
        _, length = HEADER.unpack(self._exactly(HEADER.size))
        question: dict[str, Any] = json.loads(self._exactly(length))
        return question

    def _exactly(self, size: int) -> bytearray:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            count = os.readv(self.questions, [view])
            if count == 0:
                os._exit(0)
            view = view[count:]
        return data

    def send(self, kind: bytes, value: object) -> None:
        """Send one frame. What JSON does not know becomes an empty object, which the parent refuses by position."""
        payload = json.dumps(value, separators=(",", ":"), default=lambda _: {}).encode()
        for data in (HEADER.pack(kind, len(payload)), payload):
            view = memoryview(data)
            while view:
                view = view[os.write(self.answers, view) :]

    def fail(self, code: str, folder: str, error: BaseException | None = None) -> NoReturn:
        """Report a fault and end."""
        if error is not None and SHOW in sys.argv:
            with contextlib.suppress(BaseException):
                traceback.print_exception(error)
                sys.stdout.flush()
                sys.stderr.flush()
        file, line = "", 0
        with contextlib.suppress(Exception):
            file, line = _place(folder, error)
        self.send(b"F", {"fault": code, "file": file, "line": line})
        os._exit(1)


def _move_up(descriptor: int) -> int:
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, HIGH)
    os.close(descriptor)
    return moved


def _place(folder: str, error: BaseException | None) -> tuple[str, int]:
    """File and line of the innermost frame inside the team's folder."""
    places = []
    trace = error.__traceback__ if error is not None else None
    while trace is not None:
        places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    if isinstance(error, SyntaxError):
        places.append((error.filename or "", error.lineno or 0))
    for name, line in reversed(places):
        if name.startswith(folder + os.sep):
            return os.path.relpath(name, folder), line
    return "", 0


def _load(pipes: Pipes, folder: str) -> tuple[Any, list[float]]:
    """The team's object, and the moments between which its constructor ran: for information only."""
    sys.path.insert(0, folder)
    try:
        module = importlib.import_module("submission")
    except BaseException as error:
        pipes.fail("E111", folder, error)
    kind = getattr(module, "Submission", None)
    if not isinstance(kind, type) or not callable(getattr(kind, "predict", None)):
        pipes.fail("E112", folder)
    from pathlib import Path

    begin = perf_counter()
    try:
        return kind(Path(folder)), [begin, perf_counter()]
    except BaseException as error:
        pipes.fail("E113", folder, error)


def _answer(pipes: Pipes, folder: str, submission: Any, question: dict[str, Any]) -> None:  # noqa: ANN401
    try:
        answers = submission.predict(question["task"], question["language"], question["examples"])
    except BaseException as error:
        pipes.fail("E121", folder, error)
    if not isinstance(answers, list):
        pipes.fail("E122", folder)
    try:
        pipes.send(b"A", answers)
    except (ValueError, TypeError, RecursionError):
        pipes.fail("E124", folder)


def main() -> None:
    """Load, say that it is loaded, then answer one question after the other."""
    pipes, folder = Pipes(int(sys.argv[1]), int(sys.argv[2])), sys.argv[3]
    submission, loading = _load(pipes, folder)
    pipes.send(b"R", loading)
    while True:
        _answer(pipes, folder, submission, pipes.receive())


if __name__ == "__main__":
    main()
