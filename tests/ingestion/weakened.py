"""The program with single filters off: `python -m tests.ingestion.weakened NAMES ...`, NAMES joined by commas.

It lies here and not in the program, which has no such switch: nothing of a team's or of the environment can weaken it.
"""

from __future__ import annotations

import signal
import sys
from dataclasses import replace

from ingestion_program import probe
from ingestion_program.__main__ import main

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as the program does
    found = probe.probe()
    weaker = replace(found, **dict.fromkeys(filter(None, sys.argv[1].split(",")), False))
    probe.probe = lambda: weaker
    sys.exit(main(sys.argv[2:]))
