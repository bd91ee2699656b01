"""What the halts for reference work cost a team: the same submission with and without them, in turn.

A halted team's clock stands still, but its caches are cold afterwards, and its threads have to be woken again. One pair
of runs gives one ratio of their own seconds and one of their processor seconds; which comes first alternates. The
seconds are those of the parts: what loading took is not in them.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks.result import save
from benchmarks.timing_record import LIMIT_SECONDS, Sampled, end
from benchmarks.timing_workload import KINDS, Kind, asked, team
from ingestion_program import isolation, timing
from ingestion_program.log import Log
from ingestion_program.reference import Reference, workers
from xtreme_tasks.settings import Limits, Timing

PAIRS, QUESTIONS = 3, 48
BACKEND = "torch-cpu"


def one(root: Path, log: Log, kind: Kind, reference: Reference, halted: bool) -> tuple[float, float, float, float]:
    """One run: seconds of its parts, their processor seconds, the halts by its own seconds, and slices."""
    settings = Timing()
    pace = Sampled(reference, settings) if halted else Unhalted(reference, settings)
    run = timing.run(team(root, kind, 0), Limits(), LIMIT_SECONDS, asked()[:QUESTIONS], log, pace=pace)
    if pace.void or pace.failed:
        raise SystemExit(f"no result: {pace.void or pace.failed}")
    (begin, used), (last, used_at_last) = pace.begins[0], pace.begins[-1]
    return last - begin, used_at_last - used, pace.halted / run.duration, len(pace.marks)


class Unhalted(Sampled):
    """Notes the parts' begins as `Sampled` does, and never halts anybody."""

    def __init__(self, reference: Reference, settings: Timing) -> None:
        super().__init__(reference, settings)
        self._reference = None


def measure(root: Path, log: Log, kind: Kind) -> dict[str, object]:
    """Pairs of runs of one kind."""
    ratios, processor, shares, slices = [], [], [], []
    reference = Reference(BACKEND, workers(BACKEND), Timing().slice_seconds)
    try:
        for number in range(PAIRS):
            first = one(root, log, kind, reference, halted=bool(number % 2))
            second = one(root, log, kind, reference, halted=not number % 2)
            with_halts, without = (first, second) if number % 2 else (second, first)
            ratios.append(with_halts[0] / without[0])
            processor.append(with_halts[1] / without[1])
            shares.append(with_halts[2])
            slices.append(with_halts[3])
    finally:
        end(reference)
    return {
        "pairs": PAIRS,
        "own_seconds_ratios": sorted(ratios),
        "processor_seconds_ratios": sorted(processor),
        "share_halted": statistics.median(shares),
        "slices_a_run": statistics.median(slices),
    }


def main() -> None:
    """Measure both kinds."""
    isolation.protect_parent()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        log = Log(root)
        figures = {str(kind): measure(root, log, kind) for kind in KINDS}
    ratio = statistics.median(figures["workers"]["processor_seconds_ratios"])  # type: ignore[arg-type]
    goal = "a team's processor seconds with halts for reference work / without, median of pairs; 1: they cost nothing"
    save("halts", ratio, figures, goal)


if __name__ == "__main__":
    main()
