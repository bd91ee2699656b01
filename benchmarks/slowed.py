"""The same submission on a slowed machine: whether its normalised duration is the same within the noise bands.

From the runs that `python -m benchmarks.timing_record` recorded: every quiet run against every run of the same
submission beside a busy neighbour (`loaded`) or with a part of the cores' time (`quota`). Quiet runs against each other
are the control. Two durations are the same within their bands if they differ by no more than the square root of the sum
of the squares of the sides that face each other; with 95 % bands that are right, 95 % of the pairs are.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.result import save
from benchmarks.timing import Used, usable
from benchmarks.timing_decisions import wilson
from benchmarks.timing_record import CONDITIONS, read
from benchmarks.timing_workload import KINDS
from ingestion_program.speed import Estimate


def within(one: Estimate, other: Estimate) -> bool:
    """Whether two normalised durations are the same within their bands."""
    lower, higher = sorted((one, other), key=lambda found: found.duration)
    facing = math.hypot(lower.high - lower.duration, higher.duration - higher.low)
    return higher.duration - lower.duration <= facing


def pairs(recorded: Mapping[str, Any], condition: str, kind: str) -> list[tuple[Used, Used]]:
    """Quiet runs with runs under the condition of the same submission."""
    quiet, other = usable(recorded, "quiet", kind), usable(recorded, condition, kind)
    every = itertools.combinations(quiet, 2) if condition == "quiet" else itertools.product(quiet, other)
    return [(first, second) for first, second in every if first.run["more"] == second.run["more"]]


def compared(found: list[tuple[Used, Used]]) -> dict[str, object]:
    """What the pairs say."""
    share = statistics.fmean(within(one.estimate, other.estimate) for one, other in found)
    slowed = [other.estimate for _, other in found]
    runs = len({other.run["unix"] for _, other in found})
    return {
        "pairs": len(found),
        "within_bands": share,
        "within_bands_interval_by_runs": wilson(share, runs),
        "raw_ratio": statistics.median(other.run["seconds"] / quiet.run["seconds"] for quiet, other in found),
        "normalised_ratio": statistics.median(
            other.estimate.duration / quiet.estimate.duration for quiet, other in found
        ),
        "contended": statistics.median(one.contended for one in slowed),
        "band_below": statistics.median(1 - one.low / one.duration for one in slowed),
        "band_above": statistics.median(one.high / one.duration - 1 for one in slowed),
        "clipped": sum(one.speed != one.measured for one in slowed),
    }


def main() -> None:
    """Compare and save."""
    recorded = read()
    figures = {
        f"{condition}, {kind}": compared(found)
        for condition in CONDITIONS
        for kind in KINDS
        if (found := pairs(recorded, condition, kind))
    }
    ratio = float(figures["loaded, workers"]["normalised_ratio"])  # type: ignore[arg-type]
    goal = "normalised duration beside a busy neighbour / on the quiet machine, one worker a core; 1"
    save("slowed", ratio, figures, goal)


if __name__ == "__main__":
    main()
