"""Compression before sealing: zstandard as the build does it, beside zlib at level 6 one file after another.

The data are the inputs and labels of a prepared sample, or of the prepared folder that `PREPARED` names.
"""

from __future__ import annotations

import os
import tempfile
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import zstandard

from benchmarks.result import save
from organizer.data.command import prepare_command
from sealing.seal import LEVEL, compress

SCALE = 0.2
ROUNDS = 3


def measure(pack: Callable[[list[bytes]], list[bytes]], files: list[bytes]) -> tuple[float, int]:
    """Best seconds of a few rounds, and the packed bytes."""
    best, size = float("inf"), 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        packed = pack(files)
        best = min(best, time.perf_counter() - began)
        size = sum(map(len, packed))
    return best, size


def serial_zlib(files: list[bytes]) -> list[bytes]:
    """What `zipfile` does by default."""
    return [zlib.compress(data, 6) for data in files]


def as_built(files: list[bytes]) -> list[bytes]:
    """What `competition build` does: zstandard in threads, which it lets run side by side."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(compress, files))


def one_thread(level: int) -> Callable[[list[bytes]], list[bytes]]:
    """Zstandard at a level, one file after another."""
    return lambda files: [zstandard.ZstdCompressor(level=level).compress(data) for data in files]


def main() -> None:
    """Measure and save."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("PREPARED", temporary + "/prepared"))
        if not folder.exists():
            prepare_command(folder, scale=SCALE)
        paths = sorted(path for split in ("evaluation", "final") for path in (folder / split).glob("*/*/*.jsonl"))
        files = [path.read_bytes() for path in paths]
    plain = sum(map(len, files))
    zlib_seconds, zlib_bytes = measure(serial_zlib, files)
    our_seconds, our_bytes = measure(as_built, files)
    levels = {}
    for level in (3, 5, 6, 7, 9):
        seconds, size = measure(one_thread(level), files)
        levels[str(level)] = {"time_share": seconds / zlib_seconds, "size_share": size / zlib_bytes}
    figures = {
        "files": len(files),
        "plain_bytes": plain,
        "zlib_seconds": zlib_seconds,
        "zlib_bytes": zlib_bytes,
        "build_seconds": our_seconds,
        "build_bytes": our_bytes,
        "size_share": our_bytes / zlib_bytes,
        "level": LEVEL,
        "one_thread_by_level": levels,
    }
    goal = "time of the build's compression by that of serial zlib level 6: at most 0.6, with size_share at most 1"
    save("compression", our_seconds / zlib_seconds, figures, goal)


if __name__ == "__main__":
    main()
