"""Looking for hidden strings in every byte of a bundle, nested zips too, without a pass for every string."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

WINDOW = 8
"""Bytes. A shorter string cannot be told from chance: 4 random bytes meet some 4-byte string in any large file."""


def blobs(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """The bytes of a zip as it lies there, and of every member, opened, to any depth."""
    yield name, data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                yield from blobs(archive.read(entry), f"{name}/{entry.filename}")


def hidden_strings(prepared: Path, splits: Iterable[str] = ("evaluation", "final")) -> set[bytes]:
    """Every string of every hidden input and label: texts, tokens, ids, whole lines, token and tag sequences."""
    found: set[bytes] = set()
    for split in splits:
        for path in (prepared / split).glob("*/*/*.jsonl"):
            for line in path.read_bytes().splitlines():
                found.add(line)
                for value in json.loads(line).values():
                    texts = value if isinstance(value, list) else [value]
                    found |= {text.encode() for text in texts}
                    found |= {json.dumps(text).encode()[1:-1] for text in texts}  # as ASCII escapes
                    if isinstance(value, list):
                        found |= {" ".join(texts).encode(), json.dumps(texts, ensure_ascii=False).encode()}
    return {text for text in found if len(text) >= WINDOW}


def find(strings: set[bytes], data: bytes) -> set[bytes]:
    """Those of the strings (each of at least `WINDOW` bytes) that occur in the data."""
    if len(data) < WINDOW:
        return set()
    by_start: dict[int, list[bytes]] = {}
    for text in strings:
        by_start.setdefault(int.from_bytes(text[:WINDOW], "little"), []).append(text)
    starts = np.sort(np.fromiter(by_start, dtype=np.uint64, count=len(by_start)))
    windows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(data, np.uint8), WINDOW)
    found: set[bytes] = set()
    for begin in range(0, len(windows), 1 << 22):
        block = np.ascontiguousarray(windows[begin : begin + (1 << 22)]).view("<u8").ravel()
        place = np.minimum(np.searchsorted(starts, block), len(starts) - 1)
        for offset in np.flatnonzero(starts[place] == block):
            at = begin + int(offset)
            found |= {text for text in by_start[int(block[offset])] if data.startswith(text, at)}
    return found
