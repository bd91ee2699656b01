"""A target: one reader of untrusted bytes, valid examples of what it reads, and what must hold whatever it reads."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


class Broken(Exception):
    """What must hold for every input did not hold for this one."""


@dataclass(frozen=True)
class Target:
    """One reader.

    Attributes:
        name: of the target; also the folder of its saved crashes.
        run: reads the bytes and checks what came of them. It may raise a `Fault`, which is a refusal; anything else
            that it raises is a crash.
        seeds: valid inputs, from the project's own writers.
        words: what the format is made of, for the mutator.
        max_bytes: longest input that is tried.

    """

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]
    words: tuple[bytes, ...] = ()
    max_bytes: int = 4096


def require(condition: bool, what: str) -> None:
    """Raise `Broken` unless the condition holds."""
    if not condition:
        raise Broken(what)


@functools.cache
def scratch() -> Path:
    """This process's folder for readers that want a path; whoever started the process sets TMPDIR and removes it."""
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def file_with(data: bytes, name: str = "input") -> Path:
    """A file in the scratch folder that holds the data."""
    path = scratch() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


JSON_WORDS = (
    b'{"', b'":', b'",', b"[]", b"{}", b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"\\ud800", b"\\u0000",
    b"9" * 320, b"[" * 100, b"-1", b'""',
)  # fmt: skip
