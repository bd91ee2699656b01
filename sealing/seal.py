"""Sealing one file: zstandard, then AES-SIV, which needs no random nonce: same bytes and key, same sealed bytes.

The associated data name bundle, role, phase, path and version, so a sealed file opens only in the place for
which it was made: labels handed over as inputs do not open.
"""

from __future__ import annotations

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from xtreme_tasks.faults import OrganizerFault

SUFFIX = ".sealed"
MAGIC = b"XSEAL1\n"
LEVEL = 6
MAX_PLAIN_BYTES = 1 << 31
PIECE_BYTES = 1 << 20


def compress(data: bytes, level: int = LEVEL) -> bytes:
    """Compressed bytes with the plain size in the header; benchmarks/compression.py gives the reason for the level."""
    return zstandard.ZstdCompressor(level=level).compress(data)


def seal_compressed(packed: bytes, key: bytes, bundle: str, role: str, phase: str, path: str) -> bytes:
    """A sealed file from bytes that `compress` gave; a split's files are compressed once for all its phases."""
    return MAGIC + AESSIV(key).encrypt(packed, _associated(bundle, role, phase, path))


def seal(data: bytes, key: bytes, bundle: str, role: str, phase: str, path: str) -> bytes:
    """A sealed file from plain bytes.

    Args:
        data: plain bytes, below 2 GiB.
        key: 64 bytes, the subkey of the role.
        bundle, role, phase, path: what the file is; needed again to open it.

    """
    return seal_compressed(compress(data), key, bundle, role, phase, path)


def unseal(sealed: bytes, key: bytes, bundle: str, role: str, phase: str, path: str) -> bytes:
    """The plain bytes of a sealed file.

    Raises:
        OrganizerFault: E212 if anything about it is not what was sealed.

    """
    if not sealed.startswith(MAGIC):
        raise OrganizerFault("E212", path, "not a sealed file")
    try:
        packed = AESSIV(key).decrypt(sealed[len(MAGIC) :], _associated(bundle, role, phase, path))
    except (InvalidTag, ValueError):
        raise OrganizerFault("E212", path, f"not sealed as {role} of {phase}, or changed") from None
    # Authentic from here on: only the organizer's build could have written these bytes.
    try:
        size = zstandard.get_frame_parameters(packed).content_size
        if size > MAX_PLAIN_BYTES:  # "unknown" is the largest number
            raise OrganizerFault("E212", path, "no size, or more than 2 GiB")
        # In pieces: in one call the size that the header claims would be allocated before a byte is there.
        plain = b"".join(zstandard.ZstdDecompressor().read_to_iter(packed, write_size=PIECE_BYTES))
    except zstandard.ZstdError:
        raise OrganizerFault("E212", path, "not what was compressed") from None
    if len(plain) != size:
        raise OrganizerFault("E212", path, "not what was compressed")
    return plain


def _associated(bundle: str, role: str, phase: str, path: str) -> list[bytes]:
    return [part.encode() for part in (bundle, role, phase, path, MAGIC.decode().strip())]
