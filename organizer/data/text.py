"""When two texts are the same, and which characters no text may hold."""

from __future__ import annotations

import hashlib
import re
import unicodedata

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
"""Control characters but tab and newline, Unicode's line and paragraph separators, the byte order mark."""


def normal(text: str) -> str:
    """Text for comparison: Unicode NFC, case folded, every run of white space one space, none at the ends."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def digest64(text: str) -> int:
    """64 bits of BLAKE2b: two of two million different texts meet with a chance of about one in ten million."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def repair(text: str, filler: str) -> str:
    """Text without control characters.

    XTREME's files hold a few. U+0080 to U+009F are Windows-1252 bytes that were read as Latin-1 (quotes and
    dashes), so they become what was meant; all others become `filler`.
    """
    return CONTROL.sub(lambda match: _meant(match.group(), filler), text)


def _meant(character: str, filler: str) -> str:
    if not "\x80" <= character <= "\x9f":
        return filler
    return character.encode("latin-1").decode("cp1252", errors="replace")
