"""The bundle's secret: made once, kept beside the prepared data, never in the bundle."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sealing.keys import SECRET_BYTES
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, write_whole


def read_or_make_secret(path: Path) -> bytes:
    """The secret of a file of 64 hex digits; a new one is written (mode 0600) where there is none.

    Raises:
        OrganizerFault: E211 if the file holds something else or others may read it, E232 if it cannot be written.

    """
    if not path.exists():
        write_whole(path, os.urandom(SECRET_BYTES).hex().encode() + b"\n", mode=0o600)
    try:
        secret = bytes.fromhex(read_file(path).decode("ascii").strip())
    except ValueError:
        secret = b""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise OrganizerFault("E211", str(path), "others may read it", "Set its mode to 0600.")
    if len(secret) != SECRET_BYTES:
        raise OrganizerFault("E211", str(path), f"must hold {2 * SECRET_BYTES} hex digits")
    return secret
