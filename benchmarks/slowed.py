"""The same submission on a slowed machine: whether its normalised duration is the same within the noise bands.

From the runs that `python -m benchmarks.timing_record` recorded: every quiet run against every run of the same
submission beside a busy neighbour (`loaded`) or with a part of the cores' time (`quota`). Quiet runs against each other
are the control. Two durations are the same within their bands if they differ by no more than the square root of the sum
of the squared half widths; with 95 % bands that are right, 95 % of the pairs are.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.result import save
from benchmarks.timing import usable
from benchmarks.timing_decisions import wilson
from benchmarks.timing_record import CONDITIONS, read
from benchmarks.timing_workload import KINDS

Run = Mapping[str, Any]


def within(one: Run, other: Run) -> bool:
    """Whether two normalised durations are the same within their bands."""
    bands = [run["estimate"]["high"] - run["estimate"]["low"] for run in (one, other)]
    apart = abs(one["estimate"]["duration"] - other["estimate"]["duration"])
    return bool(apart <= math.hypot(*bands) / 2)


def pairs(recorded: Mapping[str, Any], condition: str, kind: str) -> list[tuple[Run, Run]]:
    """Quiet runs with runs under the condition of the same submission."""
    quiet, other = usable(recorded, "quiet", kind), usable(recorded, condition, kind)
    every = itertools.combinations(quiet, 2) if condition == "quiet" else itertools.product(quiet, other)
    return [(first, second) for first, second in every if first["more"] == second["more"]]


def compared(found: list[tuple[Run, Run]]) -> dict[str, object]:
    """What the pairs say."""
    share = statistics.fmean(within(*pair) for pair in found)
    runs = len({run["unix"] for _, run in found})
    return {
        "pairs": len(found),
        "within_bands": share,
        "within_bands_interval_by_runs": wilson(share, runs),
        "raw_ratio": statistics.median(other["seconds"] / quiet["seconds"] for quiet, other in found),
        "normalised_ratio": statistics.median(
            other["estimate"]["duration"] / quiet["estimate"]["duration"] for quiet, other in found
        ),
        "band_half_width": statistics.median(
            (run["estimate"]["high"] - run["estimate"]["low"]) / 2 / run["estimate"]["duration"] for _, run in found
        ),
        "clipped": sum(run["estimate"]["speed"] != run["estimate"]["measured"] for _, run in found),
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
