"""The log: what happened and when, in a file, because the platform loses long console output."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from ingestion_program import clock
from xtreme_tasks.faults import OrganizerFault, printable

LOG_FILE = "ingestion.log"


class Log:
    """A log file in an empty output folder. Lines are written at once: after a crash the last one tells where it was.

    The file stays open, and its name is not used again until all of the team's processes have ended: they could
    have put a named pipe in its place, on which opening waits for ever.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOG_FILE
        self._begin = clock.read().seconds
        self._lines: list[bytes] = []
        self._descriptor = self._open()

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW, 0o644)
        except OSError as error:
            raise OrganizerFault("E232", LOG_FILE, error.strerror or str(error)) from None

    def write(self, text: str) -> None:
        """Append one line with the seconds since the start.

        Raises:
            OrganizerFault: E232 (a full disk shows here first).

        """
        self._lines.append(f"{clock.read().seconds - self._begin:10.3f} {printable(text, 2000)}\n".encode())
        self._append(self._lines[-1])

    def _append(self, data: bytes) -> None:
        try:
            written = os.write(self._descriptor, data)
        except OSError as error:
            raise OrganizerFault("E232", LOG_FILE, error.strerror or str(error)) from None
        if written != len(data):
            raise OrganizerFault("E232", LOG_FILE, "no space left")

    def write_traceback(self, error: Exception) -> None:
        """Append where an internal error came from.

        Raises:
            OrganizerFault: E232.

        """
        for line in "".join(traceback.format_exception(error)).splitlines():
            self.write(line)

    def restore(self) -> None:
        """Write the whole log again into the emptied output folder.

        Raises:
            OrganizerFault: E232.

        """
        os.close(self._descriptor)
        self._descriptor = self._open()
        self._append(b"".join(self._lines))
