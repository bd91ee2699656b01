"""Frames: what travels between parent and child. Five bytes of header (kind, length), then JSON in UTF-8.

JSON and not pickle, because whatever the child sends is the team's to choose. `child_main.py` states the same
header again: it runs alone and imports nothing of this package.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xtreme_tasks.faults import TeamFault

HEADER = struct.Struct("!cI")
QUESTION, READY, ANSWERS, FAULT = b"Q", b"R", b"A", b"F"
SMALL = 4096
"""Largest payload in bytes of a frame that carries no answers."""


@dataclass(frozen=True)
class Frame:
    """One complete message of the child; `payload` is untrusted."""

    kind: bytes
    payload: bytes


def encode(kind: bytes, payload: bytes) -> bytes:
    """A frame as bytes."""
    return HEADER.pack(kind, len(payload)) + payload


def decode(payload: bytes, where: str) -> Any:  # noqa: ANN401 - JSON that a team wrote can be anything
    """The JSON value of an untrusted payload.

    Raises:
        TeamFault: E135 if it is not JSON in UTF-8.

    """
    try:
        return json.loads(payload.decode())
    except (ValueError, RecursionError):
        raise TeamFault("E135", where, "its message is not JSON") from None


class Assembler:
    """Puts one frame together from whatever pieces arrive.

    Args:
        limits: the kinds that may come now, each with its largest payload in bytes.
        where: the place that a fault names.

    """

    def __init__(self, limits: Mapping[bytes, int], where: str) -> None:
        self.limits, self.where = limits, where
        self._data = bytearray()
        self._needed = HEADER.size

    @property
    def complete(self) -> bool:
        """Whether the whole frame is there."""
        return len(self._data) == self._needed > HEADER.size or self._is_empty_frame()

    def _is_empty_frame(self) -> bool:
        return len(self._data) == HEADER.size and HEADER.unpack_from(self._data)[1] == 0

    def feed(self, piece: bytes) -> None:
        """Add a piece.

        Raises:
            TeamFault: E133 (too long), E135 (a kind that may not come now, or bytes after the frame).

        """
        headed = len(self._data) >= HEADER.size
        self._data += piece
        if not headed and len(self._data) >= HEADER.size:
            self._needed = HEADER.size + self._checked_length()
        if len(self._data) > max(self._needed, HEADER.size):
            raise TeamFault("E135", self.where, "more bytes than announced")

    def _checked_length(self) -> int:
        kind, length = HEADER.unpack_from(self._data)
        if kind not in self.limits:
            raise TeamFault("E135", self.where, "an unexpected message")
        if length > self.limits[kind]:
            raise TeamFault("E133", self.where, f"{length} bytes, at most {self.limits[kind]}")
        return int(length)

    def frame(self) -> Frame:
        """The frame, once it is complete."""
        kind, _ = HEADER.unpack_from(self._data)
        return Frame(kind, bytes(memoryview(self._data)[HEADER.size :]))
