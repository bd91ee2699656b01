"""One `watch` for each results folder: a lock that ends with its process, however that ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault

LOCK_FILE = "watch.lock"


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock; its file names the process.

    A file that a dead process left is not locked any more, and is used again.

    Raises:
        OrganizerFault: E232, E233 with the number of the process that runs.

    """
    path = folder / LOCK_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise OrganizerFault("E232", str(path), error.strerror or str(error)) from None
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        hint = "End it first, or read its log."
        raise OrganizerFault("E233", str(path), f"another watch runs, process {other}", hint) from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise OrganizerFault("E232", str(path), error.strerror or str(error)) from None
