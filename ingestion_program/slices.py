"""`python3 -B -m ingestion_program.slices`: slices of reference work on a quiet machine, for `competition calibrate`.

It lies beside ingestion so that it can run where ingestion will: in the competition's container, with its libraries.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ingestion_program import clock, environment
from ingestion_program.reference import Reference, ReferenceFailed, workers
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, write_whole

SLICES_FILE = "slices.json"
BACKENDS = ("torch-cuda", "torch-cpu", "numpy")
"""In the order in which they are tried."""


def measure(backends: list[str], seconds: float, slice_seconds: float) -> dict[str, object]:
    """Slices of the first backend that works here.

    Args:
        backends: names.
        seconds: for so long.
        slice_seconds: length of one.

    Returns:
        `backend`, `workers`, `hardware`, `measured` (Unix seconds) and `slices`: seconds, steps and
        busy seconds of each.

    Raises:
        OrganizerFault: E239 if none works.

    """
    for backend in backends:
        try:
            return _measure(backend, seconds, slice_seconds)
        except ReferenceFailed:
            continue
    raise OrganizerFault("E239", "reference work", f"none of {', '.join(backends)} works here")


def _measure(backend: str, seconds: float, slice_seconds: float) -> dict[str, object]:
    number = workers(backend)
    reference = Reference(backend, number, slice_seconds)
    try:
        found = []
        end = clock.read().seconds + seconds
        while clock.read().seconds < end:
            done = reference.slice()
            found.append([done.seconds, done.steps, done.busy])
    finally:
        reference.close()
    hardware = environment.hardware(environment.facts())
    return {
        "backend": backend,
        "workers": number,
        "hardware": hardware,
        "measured": clock.read().unix,
        "slices": found,
    }


def main(arguments: list[str]) -> int:
    """Measure and write `slices.json`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="ingestion_program.slices")
    parser.add_argument("--output", type=Path, default=Path("/app/output"))
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--slice-seconds", type=float, required=True)
    parser.add_argument("--backend", choices=("auto", *BACKENDS), default="auto")
    # What every program of the platform gets, so that the local worker can run this one too.
    parser.add_argument("--program", type=Path)
    parser.add_argument("--mountinfo", type=Path)
    parsed = parser.parse_args(arguments)
    try:
        backends = list(BACKENDS) if parsed.backend == "auto" else [parsed.backend]
        found = measure(backends, parsed.seconds, parsed.slice_seconds)
        write_whole(parsed.output / SLICES_FILE, dumps(found).encode() + b"\n")
    except OrganizerFault as fault:
        print(fault.line())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
