"""The shortest input that is easily found for a crash: pieces are left out as long as it stays the same crash."""

from __future__ import annotations

from collections.abc import Callable


def shortest(data: bytes, same: Callable[[bytes], bool], tries: int = 500) -> bytes:
    """A part of the data for which `same` still holds.

    Args:
        data: `same(data)` holds.
        same: whether an input shows the same defect.
        tries: calls of `same` at most.

    """
    size = len(data) // 2
    while size and tries > 0:
        start = 0
        while start < len(data) and tries > 0:
            shorter = data[:start] + data[start + size :]
            tries -= 1
            if same(shorter):
                data = shorter
            else:
                start += size
        size //= 2
    return data
