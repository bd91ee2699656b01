"""The log of `watch`: one line for each event, on the screen and in a file that is rotated."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import time
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault, printable

LOG_FILE = "watch.log"
LARGEST = 1_000_000
KEPT = 5


class _Plain(logging.Formatter):
    """Time in UTC, level, one line of printable ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(record.created))
        return f"{moment} {record.levelname:<7} {printable(record.getMessage())}"


class _File(logging.handlers.RotatingFileHandler):
    """The file; a full disk costs lines here, not the watch: the screen still has them."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - the library's name
        error = sys.exc_info()[1]
        print(f"E232 {self.baseFilename}: {error}", file=sys.stderr)


def open_log(folder: Path) -> logging.Logger:
    """A logger for screen and file.

    Raises:
        OrganizerFault: E232.

    """
    log = logging.Logger("watch", logging.INFO)
    try:
        file = _File(folder / LOG_FILE, maxBytes=LARGEST, backupCount=KEPT, encoding="ascii")
    except OSError as error:
        raise OrganizerFault("E232", str(folder / LOG_FILE), error.strerror or str(error)) from None
    for handler in (file, logging.StreamHandler(sys.stdout)):
        handler.setFormatter(_Plain())
        log.addHandler(handler)
    return log


def close_log(log: logging.Logger) -> None:
    """Close the file."""
    for handler in log.handlers:
        handler.close()
