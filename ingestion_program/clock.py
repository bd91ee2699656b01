"""The clock: the only place of this program that reads the time, so that what is timed can be audited."""

from __future__ import annotations

import time
from typing import NamedTuple


class Instant(NamedTuple):
    """One reading.

    Attributes:
        seconds: monotonic seconds, for durations; unaffected by a change of the system's date.
        unix: Unix seconds, for the phase's window and the record.

    """

    seconds: float
    unix: float


def read() -> Instant:
    """The time now."""
    return Instant(time.perf_counter(), time.time())
