"""Large files to and from signed addresses: streamed, resumed, their length checked, whole or not there at all."""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

import requests

from organizer.platform.client import Client, reason, shown
from organizer.platform.retry import NETWORK
from xtreme_tasks.faults import OrganizerFault

Seen = Callable[[int, int], None]
"""Is told of bytes done and bytes in all (0 = not known)."""
BLOCK = 1 << 18
TRIES = 6
EXPIRED = frozenset((400, 401, 403))
"""What storages answer to an address whose signature has ended."""


class Expired(Exception):
    """The address no longer works: ask the site for a new one."""


class Absent(Exception):
    """The storage has no such file."""


@dataclass(frozen=True)
class Fetched:
    """A file that was fetched: `whole` is False for a zip that cannot be read although it came twice alike."""

    sha256: str
    size: int
    whole: bool


def fetch(client: Client, address: str, path: Path, seen: Seen | None = None) -> Fetched:
    """Fetch a file; what an earlier call left in `path.part` is continued.

    Args:
        client: for time-outs and repeats.
        address: signed.
        path: where it goes, by a rename at the end; a name in `.zip` must be one, or empty.
        seen: progress.

    Raises:
        Expired: ask for another address; the part stays.
        Absent: there is no such file.
        OrganizerFault: E261, E265 (incomplete after many tries), E232.

    """
    part = part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = ""
        for _ in range(TRIES):
            _fill(client, address, part, seen)
            digest, size = _digest(part)
            whole = path.suffix != ".zip" or not size or _is_whole_zip(part)
            if whole or digest == before:  # a team may well have sent a damaged zip: then it comes alike again
                os.replace(part, path)
                return Fetched(digest, size, whole)
            before = digest
            part.unlink()
    except OSError as error:
        raise OrganizerFault("E232", str(path), error.strerror or str(error)) from None
    raise OrganizerFault("E265", shown(address), "it comes differently each time")


def part_of(path: Path) -> Path:
    """Where a file grows."""
    return path.with_name(f".{path.name}.part")


def _fill(client: Client, address: str, part: Path, seen: Seen | None) -> None:
    """Until the part is as long as the storage says the file is."""
    fault = "its length is wrong"
    for _ in range(TRIES):
        have = part.stat().st_size if part.exists() else 0
        response = client.storage(lambda session, have=have: _get(client, session, address, have), address)  # type: ignore[misc]
        with contextlib.closing(response):
            if response.status_code == 416:  # the part is as long as the file, or longer: from the start
                part.unlink()
                continue
            _judge(response, address)
            resumed = response.status_code == 206 and _starts_at(response, have)
            if response.status_code == 206 and not resumed:
                part.unlink(missing_ok=True)
                continue
            total = _total(response, have if resumed else 0)
            try:
                with part.open("ab" if resumed else "wb") as stream:
                    _copy(response, stream, have if resumed else 0, total, seen)
            except NETWORK as error:
                fault = reason(error)
            except OSError:
                part.unlink(missing_ok=True)  # most likely a full disk: leave it some room
                raise
        if total in (0, part.stat().st_size):
            return
    raise OrganizerFault("E265", shown(address), fault)


def _get(client: Client, session: requests.Session, address: str, have: int) -> requests.Response:
    # Identity: the length that the storage names must be that of the file.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    return session.get(address, headers=headers, stream=True, timeout=client.patience.timeouts)


def _judge(response: requests.Response, address: str) -> None:
    if response.status_code in EXPIRED:
        raise Expired
    if response.status_code in (404, 410):
        raise Absent
    if response.status_code not in (200, 206):
        raise OrganizerFault("E265", shown(address), f"HTTP {response.status_code}")


def _starts_at(response: requests.Response, have: int) -> bool:
    return response.headers.get("Content-Range", "").replace("=", " ").startswith(f"bytes {have}-")


def _total(response: requests.Response, offset: int) -> int:
    length = response.headers.get("Content-Length", "")
    return offset + int(length) if length.isascii() and length.isdigit() else 0


def _copy(response: requests.Response, stream: IO[bytes], offset: int, total: int, seen: Seen | None) -> None:
    done = offset
    for block in response.iter_content(BLOCK):
        stream.write(block)
        done += len(block)
        if seen is not None:
            seen(done, total)
    stream.flush()
    os.fsync(stream.fileno())


def _digest(path: Path) -> tuple[str, int]:
    digest = sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest(), path.stat().st_size


def _is_whole_zip(path: Path) -> bool:
    """Its table of contents is there and every member begins where that says; members' bytes are not read."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with contextlib.suppress(RuntimeError, NotImplementedError):  # encrypted, or another compression
                    archive.open(member).close()
    except (OSError, zipfile.BadZipFile, ValueError, EOFError):
        return False
    return True


class _Reading:
    """A file as the body of a request: its length is known, and every block read is told."""

    def __init__(self, stream: IO[bytes], size: int, seen: Seen | None) -> None:
        self._stream, self._size, self._seen = stream, size, seen

    def __len__(self) -> int:
        return self._size

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(BLOCK if size < 0 else size)
        if self._seen is not None:
            self._seen(self._stream.tell(), self._size)
        return block


def put(client: Client, address: str, path: Path, seen: Seen | None = None) -> None:
    """Send a file to a signed address; a connection that breaks means from the start again.

    Raises:
        OrganizerFault: E201 (cannot be read), E261, E266 (the storage refuses it).

    """
    size = path.stat().st_size
    # The content type is part of the signature; the second header is asked for by Azure and ignored by others.
    headers = {"Content-Type": "application/zip", "x-ms-blob-type": "BlockBlob", "Content-Length": str(size)}

    def send(session: requests.Session) -> requests.Response:
        with path.open("rb") as stream:
            body = _Reading(stream, size, seen)
            return session.put(address, data=body, headers=headers, timeout=client.patience.timeouts)

    try:
        response = client.storage(send, address)
    except OSError as error:
        raise OrganizerFault("E201", str(path), error.strerror or str(error)) from None
    if not 200 <= response.status_code < 300:
        hint = "Repeat the command; if it stays, the platform's storage is not set up to take uploads of this size."
        raise OrganizerFault("E266", shown(address), f"the storage answers HTTP {response.status_code}", hint)
