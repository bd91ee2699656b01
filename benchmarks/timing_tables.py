"""The timing benchmarks' part of docs/benchmarks.md, from their results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DECISIONS = """
## Decisions between two submissions

From recorded runs through ingestion's own code ({runs} in all, `python -m benchmarks.timing_record`),
{count:,} decisions a row, by the mean of so many repetitions of each submission (`median`: as ingestion takes it of
repeats); a repetition is one run, {shortest:.0f} to {longest:.0f} s long.
`workers`: one process a core; `openmp`: one process, as many threads as cores; `single`: one thread.
`loaded`: a busy neighbour on one of the two cores; `either`: each repetition finds the machine in one of both states.
Right: for equal work a ratio within 2 %, else the one that does more is found slower. 5 % found or false: the ratio
says more than 2.5 %. In brackets the 95 % range over resampled recordings.

| machine, submission | method | repetitions | equal within 2 % | false 5 % | 5 % right | 5 % found | 10 % right |
|---|---|---:|---:|---:|---:|---:|---:|
"""
CELLS = """
Coefficient of variation of single runs, by method. Needed: with so many repetitions of each submission a true 5 % is
found in 99 % of the decisions, if runs scatter normally. Others: the processor time that went to programs other than
the run, the reference work and the neighbour, from its start to its end: what the run left unused, too.

| machine, submission | runs | others: median (most) | raw | CPU | before and after | interleaved, by the clock \
| interleaved | needed: raw | needed: interleaved | recorded +5 % | recorded +10 % |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
"""
LONGER = """
Interleaved, by the length of a run. Longer ones than recorded are made of recorded runs, drawn independently.

| machine, submission | seconds | slices | repetitions | within 2 % | false 5 % | 5 % right | 5 % found | 10 % right |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
"""
SLOWED = """
## A slowed machine

The same submission on the quiet machine and on the slowed one: every pair of recorded runs. `loaded`: a busy neighbour
on one of the cores; `quota`: a cgroup with 130 % of the 200 % of two cores; `quiet`: the control. Shares have the 95 %
interval of as many trials as there are runs. Taken: share of the cores' time that others took from the slowed run.

| machine, submission | pairs | taken | raw, times quiet | normalised, times quiet | band of the slowed run \
| same within the bands |
|---|---:|---:|---:|---:|---:|---:|
"""
HALTS = """
## What halts cost a team

Its seconds and its processor seconds with halts, by those without: median of pairs (and their range).

| submission | pairs | slices a run | halted, of its own seconds | seconds | processor seconds |
|---|---:|---:|---:|---:|---:|
"""


def _share(value: float, interval: tuple[float, float] | None = None) -> str:
    text = f"{100 * value:.1f} %"
    return f"{text} ({100 * interval[0]:.1f}-{100 * interval[1]:.1f})" if interval else text


def _table(head: str, rows: list[list[str]]) -> str:
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def decisions(figures: Mapping[str, Any]) -> str:
    """Tables of `benchmarks.timing`."""
    cells = figures["cells"]
    seconds = [cell["median_seconds_a_run"] for cell in cells.values() if cell["rows"]]
    counts = {"runs": figures["recorded_runs"], "count": figures["decisions_a_row"]}
    head = DECISIONS.format(**counts, shortest=min(seconds), longest=max(seconds))
    rows = [[name, *_decision(row)] for name, cell in cells.items() for row in cell["rows"]]
    longer = [[name, *_longer(cell, row)] for name, cell in cells.items() for row in cell["longer"]]
    scatters = [[name, *_cell(cell)] for name, cell in cells.items()]
    return _table(head, rows) + _table(CELLS, scatters) + _table(LONGER, longer)


def _decision(row: Mapping[str, Any]) -> list[str]:
    none, five, ten = (row[f"{more}_percent"] for more in (0, 5, 10))
    return [
        row["method"],
        str(row["repetitions"]),
        _share(none["within_2_percent"], none["right_range"]),
        _share(none["false"], none["found_range"]),
        _share(five["right"], five["right_range"]),
        _share(five["found"], five["found_range"]),
        _share(ten["right"], ten["right_range"]),
    ]


def _cell(cell: Mapping[str, Any]) -> list[str]:
    others = f"{_share(cell['median_share_of_others'])} ({_share(cell['largest_share_of_others'])})"
    recorded = cell["recorded_difference_percent"]
    differences = [
        f"{recorded[more][0]:.1f} ± {recorded[more][1]:.1f} %" if more in recorded else "" for more in "5 10".split()
    ]
    needed = [str(cell["needed_repetitions"][method]) for method in ("raw wall", "interleaved reference")]
    return [str(cell["runs"]), others, *map(_share, cell["scatter_of_runs"].values()), *needed, *differences]


def _longer(cell: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    joined = row["joined_runs"]
    lengths = (cell["median_seconds_a_run"] * joined, cell["median_slices_a_run"] * joined)
    return [*(f"{length:.0f}" for length in lengths), *_decision(row)[1:]]


def slowed(figures: Mapping[str, Any]) -> str:
    """Table of `benchmarks.slowed`."""
    rows = [
        [
            name,
            str(row["pairs"]),
            _share(row["contended"]),
            f"{row['raw_ratio']:.3f}",
            f"{row['normalised_ratio']:.3f}",
            f"-{_share(row['band_below'])}, +{_share(row['band_above'])}",
            _share(row["within_bands"], row["within_bands_interval_by_runs"]),
        ]
        for name, row in figures.items()
    ]
    return _table(SLOWED, rows)


def halts(figures: Mapping[str, Any]) -> str:
    """Table of `benchmarks.halts`."""
    rows = [
        [
            name,
            str(row["pairs"]),
            f"{row['slices_a_run']:.0f}",
            _share(row["share_halted"]),
            _ratios(row["own_seconds_ratios"]),
            _ratios(row["processor_seconds_ratios"]),
        ]
        for name, row in figures.items()
    ]
    return _table(HALTS, rows)


def _ratios(values: list[float]) -> str:
    middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    return f"{middle:.3f} ({values[0]:.3f}-{values[-1]:.3f})"
