"""Fetching an archive: http and https only, never more than a limit, never into anything but the named file."""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault

CHUNK = 1 << 20
ATTEMPTS = 3
SILENCE_SECONDS = 120


def _opener() -> urllib.request.OpenerDirector:
    # Not urlopen: that would also open file: and ftp: addresses, and follow a redirect to them.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def fetch(url: str, path: Path, limit: int, attempts: int = ATTEMPTS) -> None:
    """Fetch an archive.

    Args:
        url: with its signature; never repeated in a message.
        path: the new file.
        limit: bytes; one more than that is fetched at most, so that the caller sees that it is too large.
        attempts: how often a broken connection is tried again.

    Raises:
        OrganizerFault: E247 with the reason.

    """
    reason = "no attempt"
    for _ in range(attempts):
        try:
            _once(url, path, limit)
            return
        except urllib.error.HTTPError as error:
            error.close()
            raise OrganizerFault("E247", path.name, f"HTTP {error.code}") from None
        except (OSError, HTTPException, ValueError) as error:
            reason = type(error).__name__
    raise OrganizerFault("E247", path.name, f"cannot be fetched: {reason}")


def _once(url: str, path: Path, limit: int) -> None:
    answer = _opener().open(url, timeout=SILENCE_SECONDS)
    if answer is None:  # no handler for this kind of address
        raise OrganizerFault("E247", path.name, "not an http or https address")
    with answer, path.open("wb") as stream:
        declared = answer.headers.get("Content-Length")
        got = 0
        while got <= limit and (chunk := answer.read(min(CHUNK, limit + 1 - got))):
            stream.write(chunk)
            got += len(chunk)
        if got <= limit and declared is not None and got != int(declared):
            raise OSError("the connection ended early")
