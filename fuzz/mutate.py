"""Mutation without coverage: for the short fixed pass of the tests, and where atheris is not installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from fuzz.target import Target

_BYTES = (b"\0", b"\n", b"\xff", b'"', b"\\", b"\r", b"[", b"]", b"{", b"}", b"\x80", b"-", b"9")


def inputs(target: Target, seed: int) -> Iterator[bytes]:
    """Inputs without end: the valid ones, then changed ones; the same for the same seed."""
    draw = Random(f"{seed} {target.name}")  # noqa: S311 - must be repeatable
    seeds = [data[: target.max_bytes] for data in target.seeds()] or [b""]
    yield from seeds
    while True:
        data = draw.choice(seeds)
        for _ in range(1 + int(draw.expovariate(0.5))):
            data = changed(data, seeds, target.words, draw)
        yield data[: target.max_bytes]


def changed(data: bytes, seeds: Sequence[bytes], words: Sequence[bytes], draw: Random) -> bytes:
    """The data with one change."""
    start = draw.randrange(len(data) + 1)
    end = min(len(data), start + 1 + int(draw.expovariate(0.1)))
    head, middle, tail = data[:start], data[start:end], data[end:]
    match draw.randrange(8):
        case 0:
            return head + tail
        case 1:
            return head + middle * draw.choice((2, 3, 50)) + tail
        case 2:
            return head + draw.choice(words or _BYTES) + middle + tail
        case 3:
            return head + draw.choice(words or _BYTES) + tail
        case 4:
            return head + draw.choice(_BYTES) + middle + tail
        case 5:
            return head + bytes(byte ^ (1 << draw.randrange(8)) for byte in middle) + tail
        case 6:
            other = draw.choice(seeds)
            return head + other[draw.randrange(len(other) + 1) :]
        case _:
            return head if draw.random() < 0.5 else head + draw.randbytes(len(middle)) + tail
