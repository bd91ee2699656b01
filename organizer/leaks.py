"""Looking for hidden strings in any bytes, nested zips too, without a pass for every string."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.generic]
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
    """Every string of every hidden input and label of prepared data, as `strings_of_lines` gives them."""
    files = (path.read_bytes() for split in splits for path in (prepared / split).glob("*/*/*.jsonl"))
    return set().union(*map(strings_of_lines, files))


def strings_of_lines(data: bytes) -> set[bytes]:
    """Every string of JSON Lines: ids, texts, tokens, labels; token sequences as one string, too."""
    texts: set[str] = set()
    for line in data.splitlines():
        for name, value in json.loads(line).items():
            texts |= set(value) if isinstance(value, list) else {value}
            if name == "tokens":
                texts |= {" ".join(value), json.dumps(value, ensure_ascii=False, separators=(",", ":"))}
    plain = {text.encode() for text in texts}
    escaped = {json.dumps(text)[1:-1].encode() for text in texts}
    return {text for text in plain | escaped if len(text) >= WINDOW}


class Search:
    """Looks for all the strings (each of at least `WINDOW` bytes) in one pass over the data."""

    def __init__(self, strings: Iterable[bytes]) -> None:
        self._by_start: dict[int, list[bytes]] = {}
        for text in strings:
            self._by_start.setdefault(int.from_bytes(text[:WINDOW], "little"), []).append(text)
        self._starts: Numbers = np.sort(np.fromiter(self._by_start, dtype=np.uint64, count=len(self._by_start)))

    def find(self, data: bytes) -> set[bytes]:
        """Those that occur in the data."""
        found: set[bytes] = set()
        size = 1 << 22
        for begin in range(0, max(0, len(data) - WINDOW + 1), size):
            block = np.frombuffer(data[begin : begin + size + WINDOW - 1], np.uint8)
            windows = np.zeros(len(block) - WINDOW + 1, np.uint64)
            for byte in range(WINDOW):
                windows |= block[byte : byte + len(windows)].astype(np.uint64) << np.uint64(8 * byte)
            place = np.minimum(np.searchsorted(self._starts, windows), len(self._starts) - 1)
            offsets = np.flatnonzero(self._starts[place] == windows)
            found |= self._confirm(data, begin, offsets, windows[offsets])
        return found

    def _confirm(self, data: bytes, begin: int, offsets: Numbers, starts: Numbers) -> set[bytes]:
        found: set[bytes] = set()
        left = {int(start): set(self._by_start[int(start)]) for start in np.unique(starts)}
        for offset, start in zip(offsets.tolist(), starts.tolist(), strict=True):
            waiting = left[start]
            if waiting:
                hits = {text for text in waiting if data.startswith(text, begin + offset)}
                waiting -= hits
                found |= hits
        return found
