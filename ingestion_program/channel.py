"""The channel: the two pipes to the child, read and written at the same time, never waiting longer than a tick.

Both directions run in one loop, because a child that answers while its question is still being written would
otherwise block both sides for ever.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
from collections.abc import Callable

from ingestion_program.console import Console
from ingestion_program.frames import Assembler, Frame
from xtreme_tasks.faults import TeamFault

TICK = 0.1
"""Longest wait in seconds before the watch is called again."""
PIPE_BYTES = 1 << 20
READ_BYTES = 1 << 20


class Gone(Exception):
    """The child has ended, or has closed a pipe, before the frame was complete."""


class Channel:
    """The parent's ends of the pipes; both are closed by `close`."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = reading, writing
        for descriptor in (reading, writing):
            os.set_blocking(descriptor, False)
            with contextlib.suppress(OSError):  # the size only saves system calls
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._printed: tuple[int, Console] | None = None
        self._selector = selectors.DefaultSelector()
        self._selector.register(reading, selectors.EVENT_READ)

    def listen(self, descriptor: int, console: Console) -> None:
        """Also read what the team's code prints, until the channel is closed."""
        os.set_blocking(descriptor, False)
        self._printed = (descriptor, console)
        self._selector.register(descriptor, selectors.EVENT_READ)

    def close(self) -> None:
        """Close all pipes."""
        if self._printed:
            while self._hear():
                pass
            os.close(self._printed[0])
        self._selector.close()
        os.close(self.reading)
        os.close(self.writing)

    def exchange(self, question: bytes, incoming: Assembler, watch: Callable[[], bool]) -> Frame:
        """Send a question (may be empty) and receive one frame.

        Args:
            question: a whole frame.
            incoming: says what may come back.
            watch: called at least every tick; raises what ends the run, returns whether the child lives.

        Raises:
            TeamFault: of `incoming`, of `watch`, or E135 for an answer before the question.
            Gone: the child has ended or closed a pipe.

        """
        unsent = memoryview(question)
        if unsent:
            self._refuse_early(incoming)
            self._selector.register(self.writing, selectors.EVENT_WRITE)
        while not incoming.complete:
            for key, _ in self._selector.select(TICK):
                if key.fd == self.reading:
                    self._receive(incoming)
                elif key.fd != self.writing:
                    self._hear()
                elif unsent:
                    unsent = unsent[self._send(unsent) :]
            if question and not unsent:
                self._stop_writing()
            if not watch() and not incoming.complete:
                self._drain(incoming)
        if unsent:
            self._stop_writing()
            raise TeamFault("E135", incoming.where, "it answered before it had read the question")
        return incoming.frame()

    def _stop_writing(self) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(self.writing)

    def _send(self, unsent: memoryview) -> int:
        try:
            return os.write(self.writing, unsent)
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            raise Gone from None

    def _receive(self, incoming: Assembler) -> bool:
        """Whether there may be more to read at once."""
        try:
            piece = os.read(self.reading, READ_BYTES)
        except BlockingIOError:
            return False
        if not piece:
            raise Gone
        incoming.feed(piece)
        return not incoming.complete

    def _hear(self) -> bool:
        """Whether there was something to hear."""
        if not self._printed:
            return False
        descriptor, console = self._printed
        try:
            piece = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return False
        if not piece:
            with contextlib.suppress(KeyError):
                self._selector.unregister(descriptor)
        console.feed(piece)
        return bool(piece)

    def _drain(self, incoming: Assembler) -> None:
        # The child has ended; what it wrote before may still lie in the pipe, and nothing else is believed.
        while self._receive(incoming):
            pass
        if not incoming.complete:
            raise Gone

    def _refuse_early(self, incoming: Assembler) -> None:
        with contextlib.suppress(BlockingIOError):
            if os.read(self.reading, 1):
                raise TeamFault("E135", incoming.where, "it answered before it was asked")
            raise Gone
