"""`python3 -B -m ingestion_program.slices`: slices of reference work on a quiet machine, for `competition calibrate`.

It lies beside ingestion so that it can run where ingestion will: in the competition's container, with its libraries.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from ingestion_program import clock, environment
from ingestion_program.reference import Reference, ReferenceFailed, workers
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, write_whole

SLICES_FILE = "slices.json"
BACKENDS = ("torch-cuda", "torch-cpu", "numpy")
"""In the order in which they are tried."""


def measure(backends: list[str], seconds: float, slice_seconds: float, pairs: int) -> dict[str, object]:
    """Slices of the first backend that works here.

    Args:
        backends: names.
        seconds: for so long, starting the processes left out.
        slice_seconds: length of one.
        pairs: so many pairs of fresh processes share the time; of each pair one is the reference and the other one
            plays a team, with a larger model, in turns: where a process lies in memory is luck, too. 0: a single
            process, a reference.

    Returns:
        `backend`, `workers`, `hardware`, `measured` (Unix seconds), and `slices`: for each pair the slices in turns,
        the reference's first, each with its seconds, steps and busy seconds.

    Raises:
        OrganizerFault: E239 if none works.

    """
    for backend in backends:
        try:
            return _measure(backend, seconds, slice_seconds, pairs)
        except ReferenceFailed:
            continue
    raise OrganizerFault("E239", "reference work", f"none of {', '.join(backends)} works here")


def _measure(backend: str, seconds: float, slice_seconds: float, pairs: int) -> dict[str, object]:
    models = ("reference", "team") if pairs else ("reference",)
    found = [_turns(backend, seconds / (pairs or 1), slice_seconds, models) for _ in range(pairs or 1)]
    return {
        "backend": backend,
        "workers": workers(backend),
        "hardware": environment.hardware(environment.facts()),
        "measured": clock.read().unix,
        "slices": found,
    }


def _turns(backend: str, seconds: float, slice_seconds: float, models: Sequence[str]) -> list[list[float]]:
    found: list[list[float]] = []
    with contextlib.ExitStack() as stack:
        players: list[Reference] = []
        for model in models:
            players.append(Reference(backend, workers(backend), slice_seconds, model))
            stack.callback(players[-1].close)
        end = clock.read().seconds + seconds
        while clock.read().seconds < end:
            for player in players:
                done = player.slice()
                found.append([done.seconds, done.steps, done.busy])
    return found


def main(arguments: list[str]) -> int:
    """Measure and write `slices.json`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="ingestion_program.slices")
    parser.add_argument("--output", type=Path, default=Path("/app/output"))
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--slice-seconds", type=float, required=True)
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--backend", choices=("auto", *BACKENDS), default="auto")
    # What every program of the platform gets, so that the local worker can run this one too.
    parser.add_argument("--program", type=Path)
    parser.add_argument("--mountinfo", type=Path)
    parsed = parser.parse_args(arguments)
    try:
        backends = list(BACKENDS) if parsed.backend == "auto" else [parsed.backend]
        found = measure(backends, parsed.seconds, parsed.slice_seconds, parsed.pairs)
        write_whole(parsed.output / SLICES_FILE, dumps(found).encode() + b"\n")
    except OrganizerFault as fault:
        print(fault.line())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
