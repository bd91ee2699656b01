"""What a run takes: seconds, processor seconds of this process, and the machine's energy, over all its lives.

Energy is what the hardware's own counters say, read as the platform's ingestion reads them: every GPU and every
processor package that this machine shows, whoever used it, the power of the idle machine included. Where there is no
counter it is `not measured`: nothing is estimated.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Mapping, Sequence

from ingestion_program.counters import meter
from ingestion_program.energy import Meter

NAMES = ("seconds", "processor_seconds", "gpu_joules", "cpu_joules")
"""Of the numbers that `Spent.read` returns."""
NOT_MEASURED = "not measured"


class Spent:
    """Counts from now on.

    Args:
        counters: of energy; None: all that this machine has.

    """

    def __init__(self, counters: Meter | None = None) -> None:
        self._meter = meter() if counters is None else counters
        self._before = [0.0] * len(NAMES)
        self._began = self._now()

    def _now(self) -> list[float]:
        used = self._meter.read()
        joules = (math.nan if value is None else value for value in (used.gpu, used.cpu))
        return [time.monotonic(), time.process_time(), *joules]

    def resume(self, spent: Sequence[float]) -> None:
        """Count from now on what comes on top of earlier lives; what they did not count stays not measured."""
        self._before = [*spent, *[math.nan] * len(NAMES)][: len(NAMES)]
        self._began = self._now()

    def keep(self) -> None:
        """To be called in every step: no counter starts again at 0 unseen."""
        self._meter.keep(time.monotonic())

    def read(self) -> list[float]:
        """What was taken until now, by `NAMES`; nan where it was not measured in this life or in an earlier one."""
        return [before + now - began for before, now, began in zip(self._before, self._now(), self._began, strict=True)]


def as_dict(spent: Sequence[float]) -> dict[str, float | Mapping[str, float | str]]:
    """For a result: `seconds`, `processor_seconds`, and `energy` in joules by `gpu_joules` and `cpu_joules`."""
    named = dict(zip(NAMES, spent, strict=True))
    return {
        **{name: value for name, value in named.items() if not name.endswith("_joules")},
        "energy": energy(named["gpu_joules"], named["cpu_joules"]),
    }


def energy(gpu: float, cpu: float) -> dict[str, float | str]:
    """Joules by their names; `not measured` in place of nan, and of the -1 of a run record."""
    pairs = {"gpu_joules": gpu, "cpu_joules": cpu}
    return {name: value if value >= 0 else NOT_MEASURED for name, value in pairs.items()}


def peak_mib(system: str = sys.platform) -> float:
    """The largest resident memory of this process so far: Linux counts KiB, macOS bytes (getrusage(2) of each)."""
    import resource  # Windows has none, and evaluate.py needs none

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if system == "darwin" else 1 << 10)
