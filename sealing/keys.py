"""Keys: one secret per bundle, a subkey for each purpose, and the worker folder that holds them by role."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, write_whole

SECRET_BYTES = 32
KEY_FILE = "keys.json"
ROLES: Mapping[str, tuple[str, ...]] = {
    "ingestion": ("input", "record"),
    "scoring": ("reference", "record", "score"),
}
"""The purposes whose subkeys each program may hold: ingestion cannot open labels, nor sign scores."""


def subkey(secret: bytes, bundle: str, purpose: str) -> bytes:
    """64 bytes for one purpose of one bundle: HMAC-SHA512 as a key derivation (NIST SP 800-108, one block)."""
    if len(secret) != SECRET_BYTES:
        raise OrganizerFault("E211", "secret", f"must be {SECRET_BYTES} bytes")
    return hmac.new(secret, dumps(["subkey", 1, bundle, purpose]).encode(), hashlib.sha512).digest()


@dataclass(frozen=True)
class Keys:
    """Subkeys by purpose, as one program holds them."""

    bundle: str
    subkeys: Mapping[str, bytes]

    def get(self, purpose: str) -> bytes:
        """The subkey.

        Raises:
            OrganizerFault: E211 if this program does not hold it.

        """
        try:
            return self.subkeys[purpose]
        except KeyError:
            raise OrganizerFault("E211", purpose, "this program does not hold that key") from None


def role_keys(secret: bytes, bundle: str, program: str) -> Keys:
    """The subkeys of one program (`ingestion` or `scoring`)."""
    return Keys(bundle, {purpose: subkey(secret, bundle, purpose) for purpose in ROLES[program]})


def key_folder(worker: Path, bundle: str, program: str) -> Path:
    """Where a program's keys lie in the worker folder."""
    return worker / bundle / program


def write_keys(worker: Path, keys: Keys, program: str) -> Path:
    """Write a program's keys below the worker folder, readable by their owner alone."""
    folder = key_folder(worker, keys.bundle, program)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (worker / keys.bundle, folder):
        path.chmod(0o700)
    body = {"bundle": keys.bundle, "keys": {name: key.hex() for name, key in keys.subkeys.items()}}
    path = folder / KEY_FILE
    write_whole(path, dumps(body).encode() + b"\n", mode=0o600)
    return path


def read_keys(worker: Path, bundle: str, program: str) -> Keys:
    """A program's keys.

    Raises:
        OrganizerFault: E211 with the path and the reason; a file that others may read is refused too.

    """
    path = key_folder(worker, bundle, program) / KEY_FILE
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            raw = json.loads(stream.read())
        subkeys = {str(name): bytes.fromhex(key) for name, key in raw["keys"].items()}
        named = raw["bundle"]
    except OSError as error:
        raise OrganizerFault("E211", str(path), error.strerror or str(error)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise OrganizerFault("E211", str(path), "malformed") from None
    if stat.S_IMODE(mode) & 0o077:
        raise OrganizerFault("E211", str(path), "others may read it; set mode 0600")
    if named != bundle or set(subkeys) != set(ROLES[program]) or any(len(key) != 64 for key in subkeys.values()):
        raise OrganizerFault("E211", str(path), "not the keys of this bundle and program")
    return Keys(bundle, subkeys)
