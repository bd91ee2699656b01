"""Work on very many values without the garbage collector."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector off: as a context, or as a decorator of a function.

    A large contest is some million values, and no cycle among them. While they are read the collector would look
    through all of them again and again, which takes a fifth of an audit's time, and find nothing.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
