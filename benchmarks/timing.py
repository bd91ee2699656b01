"""How often decisions between two submissions come out right, by way of measuring: from the recorded runs.

`python -m benchmarks.timing_record` has recorded them; this evaluates `benchmarks/recordings/timing.json`.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.result import save
from benchmarks.timing_decisions import METHODS, Middle, Totals, decisions, measured_difference, needed, scatter, totals
from benchmarks.timing_record import estimate, read
from benchmarks.timing_workload import KINDS, MORE
from ingestion_program.calibration import Calibration
from ingestion_program.speed import Estimate

COUNT = 1000
REPETITIONS = (1, 3, 9, 15)
JOINED = (1, 4, 8)
FEWEST, ENOUGH = 3, 6
"""Runs of a kind and condition for its scatter to be told, and for decisions."""
MACHINES = {"quiet": ("quiet",), "loaded": ("loaded",), "either": ("quiet", "loaded")}
"""Conditions, and of which recorded runs they are made."""
INTERLEAVED = METHODS.index("interleaved reference")


@dataclass(frozen=True)
class Used:
    """A recorded run, and what ingestion says of it."""

    run: Mapping[str, Any]
    estimate: Estimate


def usable(recorded: Mapping[str, Any], condition: str, kind: str) -> list[Used]:
    """Recorded runs of one kind under one condition whose slices may be used."""
    calibration, wanted = Calibration(**recorded["calibration"]), MACHINES.get(condition, (condition,))
    chosen = [run for run in recorded["runs"] if run["condition"] in wanted and run["kind"] == kind]
    return [Used(run, found) for run in chosen if (found := estimate(run, calibration))]


def row(
    runs: Sequence[Totals], method: int, repetitions: int, joined: int, middle: Middle = "mean"
) -> dict[str, object]:
    """One line of the table: decisions between equal submissions, and such that differ by 5 % and by 10 %."""
    name = METHODS[method] + (", median" if middle == "median" else "")
    found: dict[str, object] = {"method": name, "repetitions": repetitions, "joined_runs": joined}
    for more in MORE:
        rates = decisions(runs, method, repetitions, joined, more, COUNT, middle)
        name = f"{more}_percent"
        found[name] = {
            "within_2_percent" if not more else "right": rates.right,
            "right_range": rates.right_range,
            "false" if not more else "found": rates.found,
            "found_range": rates.found_range,
            "spread": rates.spread,
        }
    return found


def cell(recorded: Mapping[str, Any], condition: str, kind: str) -> dict[str, object] | None:
    """Everything about one kind under one condition; None where there are too few runs."""
    runs = [used.run for used in usable(recorded, condition, kind)]
    if len(runs) < FEWEST:
        return None
    calibration = Calibration(**recorded["calibration"])
    rate = calibration.steps / calibration.nominal
    every = [totals(run, rate) for run in runs]
    by_amount = {more: [one for run, one in zip(runs, every, strict=True) if run["more"] == more] for more in MORE}
    scattered = {METHODS[method]: scatter(every, method) for method in range(len(METHODS))}
    enough = len(runs) >= ENOUGH
    kinds: list[tuple[int, Middle]] = [(method, "mean") for method in range(len(METHODS)) if enough]
    kinds += [(INTERLEAVED, "median")] if enough else []
    return {
        "runs": len(runs),
        "median_seconds_a_run": statistics.median(run["seconds"] for run in runs),
        "median_slices_a_run": statistics.median(one.stretches for one in every),
        "median_share_of_others": statistics.median(run["others_share"] for run in runs),
        "largest_share_of_others": max(run["others_share"] for run in runs),
        "scatter_of_runs": scattered,
        "needed_repetitions": {method: needed(value) for method, value in scattered.items()},
        "recorded_difference_percent": {
            str(more): measured_difference(by_amount, INTERLEAVED, more)
            for more in MORE
            if more and min(len(by_amount[0]), len(by_amount[more])) > 1
        },
        "rows": [row(every, method, number, 1, middle) for method, middle in kinds for number in REPETITIONS],
        "longer": [row(every, INTERLEAVED, number, joined) for joined in JOINED for number in (1, 15) if enough],
    }


def voids(recorded: Mapping[str, Any]) -> list[str]:
    """Why recorded runs could not be normalised."""
    calibration = Calibration(**recorded["calibration"])
    return [run["void"] or "too short" for run in recorded["runs"] if not estimate(run, calibration)]


def main() -> None:
    """Evaluate and save."""
    recorded = read()
    cells = {
        f"{condition}, {kind}": found
        for condition in MACHINES
        for kind in KINDS
        if (found := cell(recorded, condition, kind))
    }
    figures = {
        "decisions_a_row": COUNT,
        "recorded_runs": len(recorded["runs"]),
        "without_slices": voids(recorded),
        "calibration": recorded["calibration"],
        "hardware": recorded["hardware"],
        "cells": cells,
    }
    scatters = [found["scatter_of_runs"] for found in cells.values()]
    ratio = max(float(one[METHODS[INTERLEAVED]]) / float(one["raw wall"]) for one in scatters)  # type: ignore[index]
    goal = "scatter of runs with interleaved reference / in raw wall clock, in the worst of the cells below; below 1"
    save("timing", ratio, figures, goal)


if __name__ == "__main__":
    main()
