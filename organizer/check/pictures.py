"""What a picture's first bytes say: kind and size. No decoding."""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """Kind (`png`, `jpeg`, `gif`, `webp`) and size in pixels; 0 where the header does not tell."""

    kind: str
    width: int
    height: int


def look(data: bytes) -> Picture | None:
    """The picture whose bytes these are; None if they are none that the platform takes.

    Formats: PNG (ISO 15948, IHDR), GIF89a, JPEG (ITU T.81, frame header), WebP (RIFF container).
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return Picture("png", width, height)
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return Picture("gif", width, height)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Picture("webp", 0, 0)
    return None


def _jpeg(data: bytes) -> Picture | None:
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        (length,) = struct.unpack(">H", data[position + 2 : position + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return Picture("jpeg", width, height)
        position += 2 + max(length, 2)
    return None
