"""The log: what happened and when, in a file, because the platform loses long console output."""

from __future__ import annotations

import os
from pathlib import Path

from ingestion_program import clock
from xtreme_tasks.faults import OrganizerFault, printable

LOG_FILE = "ingestion.log"


class Log:
    """A log file in the output folder. Lines are written at once: after a crash the last one tells where it was."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOG_FILE
        self._begin = clock.read().seconds

    def write(self, text: str) -> None:
        """Append one line with the seconds since the start.

        Raises:
            OrganizerFault: E232 (a full disk shows here first).

        """
        line = f"{clock.read().seconds - self._begin:10.3f} {printable(text, 2000)}\n"
        try:
            with self.path.open("ab", buffering=0) as stream:
                written = stream.write(line.encode())
        except OSError as error:
            raise OrganizerFault("E232", LOG_FILE, error.strerror or str(error)) from None
        if written != len(line):
            raise OrganizerFault("E232", LOG_FILE, os.strerror(28))
