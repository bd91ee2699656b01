"""The worker's journal: append-only, hash-chained JSON Lines that survive a kill at any moment.

Each line names its number, the digest of the line before it, and its own digest: SHA-256, or HMAC-SHA256 where a key
is used. A line that was changed, removed or put in between breaks the chain. Lines missing at the end break nothing:
they show only against the last digest that somebody noted elsewhere, so the gate prints it.

A process that dies while it writes leaves a torn last line. Nothing is ever cut off: the next writer adds a line
`torn` with the number of bytes and their digest, and readers accept exactly those bytes.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, read_file, sha256

FIRST = "0" * 64
"""What stands for the digest of the line before the first one."""
TORN = "torn"
_FIELDS = {"number", "time", "event", "values", "previous", "digest"}


@dataclass(frozen=True)
class Entry:
    """One line.

    Attributes:
        number: from 1.
        time: Unix seconds at which it was written.
        event: what happened.
        values: of that event.
        previous, digest: hex; of the line before and of this one.

    """

    number: int
    time: float
    event: str
    values: Mapping[str, Any]
    previous: str
    digest: str


def read_journal(path: Path, key: bytes | None = None) -> list[Entry]:
    """Every entry, verified from the first to the last; a torn end, as a death leaves it, is not an entry.

    Raises:
        OrganizerFault: E201 (no such file), E252 with the number of the first line that cannot be believed.

    """
    return _load(read_file(path), key, path)[0]


def read_believed(path: Path, key: bytes | None = None) -> tuple[list[Entry], OrganizerFault | None, int]:
    """As much of a journal as can be believed, the fault that ends it, and how many bytes after it are torn.

    Raises:
        OrganizerFault: E201 (no such file).

    """
    data = read_file(path)
    try:
        entries, rest, whole = _load(data, key, path)
    except OrganizerFault as fault:
        return _scan(data, key)[0], fault, 0
    return (entries, None, len(rest)) if whole is None else ([*entries, whole], None, 0)


class Journal:
    """A journal that is open for writing, by this process alone.

    Args:
        path: made (mode 0600) where there is none; its folder must exist.
        key: for HMAC instead of a plain digest; the same one for the whole file.
        wait: wait until another process has closed it.
        now: the clock.

    Raises:
        OrganizerFault: E251 (cannot be opened or is in use), E252 (damaged).

    """

    def __init__(
        self, path: Path, key: bytes | None = None, wait: bool = True, now: Callable[[], float] = time.time
    ) -> None:
        self.path, self._key, self._now = path, key, now
        self._entries: list[Entry] = []
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise OrganizerFault("E251", str(path), error.strerror or str(error)) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            _sync_folder(path.parent)
            self._open()
        except OSError as error:
            self.close()
            in_use = "another process uses it" if isinstance(error, BlockingIOError) else ""
            raise OrganizerFault("E251", str(path), in_use or error.strerror or str(error)) from None
        except OrganizerFault:
            self.close()
            raise

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry so far."""
        return tuple(self._entries)

    def append(self, event: str, values: Mapping[str, Any]) -> Entry:
        """Write one entry and wait until it is on the disk.

        Raises:
            OrganizerFault: E251; the journal is then closed, since its end is not known.

        """
        entry = _make(len(self._entries) + 1, self._now(), event, values, self._last(), self._key)
        self._write(_line(entry), entry)
        return entry

    def close(self) -> None:
        """Release the file to others; closing twice is no error."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _last(self) -> str:
        return self._entries[-1].digest if self._entries else FIRST

    def _open(self) -> None:
        with os.fdopen(os.dup(self._descriptor), "rb") as stream:
            data = stream.read()
        self._entries, rest, whole = _load(data, self._key, self.path)
        if whole is not None:
            self._write(b"\n", whole)
            return
        if not rest:
            return
        note = {"bytes": len(rest), "sha256": sha256(rest)}
        entry = _make(len(self._entries) + 1, self._now(), TORN, note, self._last(), self._key)
        self._write(b"\n" + _line(entry), entry)

    def _write(self, data: bytes, entry: Entry) -> None:
        if self._descriptor < 0:
            raise OrganizerFault("E251", str(self.path), "it is closed")
        try:
            written = os.write(self._descriptor, data)
            os.fsync(self._descriptor)
        except OSError as error:
            self.close()
            raise OrganizerFault("E251", str(self.path), error.strerror or str(error)) from None
        if written != len(data):
            self.close()
            raise OrganizerFault("E251", str(self.path), "the disk is full")
        self._entries.append(entry)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(text: str, key: bytes | None) -> str:
    data = text.encode()
    return sha256(data) if key is None else hmac.new(key, data, hashlib.sha256).hexdigest()


def _make(number: int, now: float, event: str, values: Mapping[str, Any], previous: str, key: bytes | None) -> Entry:
    # Through JSON and back, so that what is returned is what a reader will see.
    plain = json.loads(dumps(dict(values)))
    body = {"number": number, "time": round(now, 3), "event": event, "values": plain, "previous": previous}
    return Entry(number, round(now, 3), event, plain, previous, _digest(dumps(body), key))


def _line(entry: Entry) -> bytes:
    return dumps(vars(entry)).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _entry(line: bytes, number: int, previous: str, key: bytes | None) -> Entry | None:
    """The entry of a line if it is the next one of the chain, byte for byte."""
    raw = _object(line)
    if raw is None or set(raw) != _FIELDS or not isinstance(raw["values"], dict):
        return None
    body = {name: raw[name] for name in ("number", "time", "event", "values", "previous")}
    if not isinstance(raw["digest"], str) or not raw["digest"].isascii():
        return None
    try:
        if (raw["number"], raw["previous"]) != (number, previous):
            return None
        text = dumps(body)
        if not hmac.compare_digest(raw["digest"], _digest(text, key)):
            return None
        # The line is what was digested and its digest: encoded once, since a journal has ten thousand lines.
        whole = f'{text[:-1]},"digest":{dumps(raw["digest"])}}}'
        return Entry(**raw) if whole.encode() == line else None
    except (ValueError, RecursionError):  # NaN, text that is no Unicode, or values that are nested too deeply
        return None


def _scan(data: bytes, key: bytes | None) -> tuple[list[Entry], int]:
    """Entries from the start on, and where the last one that can be believed ends."""
    entries: list[Entry] = []
    offset = 0
    while (found := _next(data, offset, entries, key)) is not None:
        entry, offset = found
        entries.append(entry)
    return entries, offset


def _next(data: bytes, offset: int, entries: list[Entry], key: bytes | None) -> tuple[Entry, int] | None:
    number, previous = len(entries) + 1, entries[-1].digest if entries else FIRST
    start = offset
    while (newline := data.find(b"\n", start)) >= 0:
        entry = _entry(data[start:newline], number, previous, key)
        if entry is not None and (start == offset or _covers(entry, data[offset : start - 1])):
            return entry, newline + 1
        start = newline + 1
    return None


def _covers(entry: Entry, torn: bytes) -> bool:
    return entry.event == TORN and dict(entry.values) == {"bytes": len(torn), "sha256": sha256(torn)}


def _load(data: bytes, key: bytes | None, path: Path) -> tuple[list[Entry], bytes, Entry | None]:
    """Every entry, the torn bytes after them, and the entry that these are if only a newline is missing.

    A whole object that does not continue the chain was never torn.
    """
    entries, end = _scan(data, key)
    rest = data[end:]
    completed, whole = _scan(data + b"\n", key) if rest else (entries, 0)
    if whole == len(data) + 1:
        return entries, rest, completed[-1]
    if any(_object(line) is not None for line in rest.split(b"\n")):
        raise OrganizerFault("E252", f"{path} line {len(entries) + 1}", "it does not continue the chain")
    return entries, rest, None
