"""The secret order: an organizer's key decides order, ids and halves, so nothing in the data tells the item.

Same source and same key give the same bytes; without the key an id or a place in one language says nothing about
any other.
"""

from __future__ import annotations

import hmac
import os
import stat
from collections.abc import Callable
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, write_whole

KEY_BYTES = 32


class Order:
    """Keyed pseudo-random values: HMAC-SHA256 over what they are for.

    Args:
        key: the organizer's 32 secret bytes.

    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise OrganizerFault("E211", "order key", f"must be {KEY_BYTES} bytes")
        self._key = key

    def value(self, purpose: str, *parts: object) -> bytes:
        """32 bytes for one purpose and thing."""
        return hmac.digest(self._key, dumps([purpose, *parts]).encode(), "sha256")

    def by_line(self, purpose: str, *parts: object) -> Callable[[int], bytes]:
        """As `value`, as a function of one more number: two million calls should not encode the same parts again."""
        prefix = dumps([purpose, *parts]).encode()
        return lambda line: hmac.digest(self._key, b"%s %d" % (prefix, line), "sha256")


def order_key(path: Path) -> bytes:
    """The order key in a file; made on first use, readable by its owner alone.

    Raises:
        OrganizerFault: E211 when it cannot be read, has a wrong size, or others may read it; E232 when it cannot be
            written.

    """
    if not path.exists():
        key = os.urandom(KEY_BYTES)
        write_whole(path, key.hex().encode() + b"\n", mode=0o600)
        return key
    try:
        mode = path.stat().st_mode
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise OrganizerFault("E211", str(path), error.strerror or str(error)) from None
    except ValueError:
        raise OrganizerFault("E211", str(path), "not hexadecimal") from None
    if stat.S_IMODE(mode) & 0o077:
        raise OrganizerFault("E211", str(path), "others may read it", "Set its mode to 0600.")
    if len(key) != KEY_BYTES:
        raise OrganizerFault("E211", str(path), f"must be {KEY_BYTES} bytes in hexadecimal")
    return key
