"""The program on a machine with energy counters: `python -m tests.ingestion.metered FOLDER ...`.

NVML is a stand-in with one GPU: 10 W, and 110 W from the first hidden example on; the powercap tree is FOLDER.
"""

# ruff: noqa: N802, ARG002 - NVML's own names and arguments
from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from ingestion_program import nvml, rapl
from ingestion_program.__main__ import main
from tests.ingestion.nvml_double import Double


class Metered(Double):
    """Its energy follows the clock."""

    def __init__(self, begun: Path) -> None:
        super().__init__()
        self.begun, self.last, self.used = begun, time.monotonic(), 5e6

    def nvmlDeviceGetTotalEnergyConsumption(self, gpu: int) -> int:
        now = time.monotonic()
        self.used += 1000 * (110 if self.begun.exists() else 10) * (now - self.last)
        self.last = now
        return int(self.used)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as the program does
    output = Path(sys.argv[sys.argv.index("--output") + 1])
    found = nvml.open_gpus(Metered(output / "started_record.json"))
    nvml.gpus = lambda: found
    rapl.POWERCAP = Path(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
