"""The logo, drawn by arithmetic: `python -m organizer.build.logo` writes `competition_bundle/logo.png`.

A gauge for "good and efficient": a dial of forty marks (the languages) in four coloured quarters (the tasks), its
needle near the fast end. Numbers alone draw it, so it needs no drawing program and comes out the same everywhere.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from organizer.build.options import ROOT
from xtreme_tasks.files import write_whole
from xtreme_tasks.tasks import LANGUAGES, TASKS

LOGO = ROOT / "competition_bundle" / "logo.png"
SIZE = 512
"""Width and height in pixels."""

_SAMPLES = 3  # per pixel and direction: smooth edges
_NIGHT, _PAPER = (24, 33, 58), (246, 244, 236)
_TASK_COLOURS = ((76, 166, 255), (67, 199, 158), (245, 190, 74), (238, 108, 92))
_SWEEP = 240.0  # degrees of the dial, open at the bottom
_NEEDLE = 0.82  # where it points, as a fraction of the sweep

Plane = NDArray[np.float64]
Image = NDArray[np.uint8]


def draw(size: int = SIZE) -> Image:
    """The logo as pixels, shape (size, size, 3)."""
    steps = (np.arange(size * _SAMPLES) + 0.5) / (size * _SAMPLES) * 2 - 1
    x, y = np.meshgrid(steps, -steps)  # the unit square's corners are (-1, -1) and (1, 1), y upwards
    y = y + 0.12  # the dial is open below: moved down, it stands in the middle
    picture = np.empty((*x.shape, 3))
    picture[:] = _NIGHT
    turn = _turn(x, y)
    for task, colour in zip(range(len(TASKS)), _TASK_COLOURS, strict=True):
        picture[_marks(x, y, turn, task)] = colour
        picture[_band(x, y, turn, task)] = colour
    picture[_needle(x, y)] = _PAPER
    picture[np.hypot(x, y) < 0.055] = _NIGHT
    mean = picture.reshape(size, _SAMPLES, size, _SAMPLES, 3).mean(axis=(1, 3))
    pixels: Image = np.rint(mean).astype(np.uint8)
    return pixels


def _turn(x: Plane, y: Plane) -> Plane:
    """Where on the dial each point lies: 0 at its beginning (lower left), 1 at its end, clockwise."""
    clockwise_from_top = np.degrees(np.arctan2(x, y))
    return (clockwise_from_top + _SWEEP / 2) / _SWEEP


def _marks(x: Plane, y: Plane, turn: Plane, task: int) -> NDArray[np.bool_]:
    """The outer marks of one quarter: one a language."""
    radius, position = np.hypot(x, y), turn * len(LANGUAGES)
    distance = np.abs(position - np.floor(position) - 0.5) * np.radians(_SWEEP) / len(LANGUAGES) * radius
    here = (turn >= task / len(TASKS)) & (turn < (task + 1) / len(TASKS))
    return np.asarray(here & (distance < 0.02) & (np.abs(radius - 0.76) < 0.07))


def _band(x: Plane, y: Plane, turn: Plane, task: int) -> NDArray[np.bool_]:
    """The inner band of one quarter, with a small gap to the next."""
    radius = np.hypot(x, y)
    first, last = task / len(TASKS), (task + 1) / len(TASKS)
    gap = 0.018 / (np.radians(_SWEEP) * np.maximum(radius, 0.1))
    return np.asarray((turn > first + gap) & (turn < last - gap) & (np.abs(radius - 0.56) < 0.055))


def _needle(x: Plane, y: Plane) -> NDArray[np.bool_]:
    """The needle and its hub."""
    angle = np.radians(_NEEDLE * _SWEEP - _SWEEP / 2)
    along = x * np.sin(angle) + y * np.cos(angle)
    across = np.abs(x * np.cos(angle) - y * np.sin(angle))
    blade = (along > 0) & (along < 0.62) & (across < 0.055 * (1 - along / 0.66))
    return np.asarray(blade | (np.hypot(x, y) < 0.12))


def to_png(image: Image) -> bytes:
    """A PNG of pixels of shape (height, width, 3): 8 bits a colour, each line stored as differences to its left."""
    height, width, _ = image.shape
    before = np.zeros_like(image)
    before[:, 1:] = image[:, :-1]
    lines = np.concatenate([np.ones((height, 1), np.uint8), (image - before).reshape(height, -1)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_logo(path: Path = LOGO) -> None:
    """Write the logo (E232)."""
    write_whole(path, to_png(draw()))


if __name__ == "__main__":
    write_logo()
