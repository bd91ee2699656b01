"""docs/benchmarks.md from the committed results: `python -m benchmarks.table > docs/benchmarks.md`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from benchmarks import timing_tables
from benchmarks.result import RESULTS

HEAD = """# Benchmarks

`make bench` runs them all, `python -m benchmarks.NAME` one; each measures two things side by side in one run and
writes `benchmarks/results/NAME.json`, from which this page is made (`python -m benchmarks.table > docs/benchmarks.md`).
Seconds depend on the machine and on what else it does; ratios less so.

| benchmark | ratio | what the ratio is, and the aim | measured on |
|---|---:|---|---|
"""
FULL = """
## XTREME's full size

The generated sample at scale 1 has the size of XTREME's four test sets. Each step runs in a fresh process; its peak
memory is its own.

| step | wall seconds | CPU seconds | peak MiB | what it does |
|---|---:|---:|---:|---|
"""
WAYS = """
## Ways to run the baseline's encoder

{files} files of the four tasks as they come, {examples:,} examples, {sub_words:,} sub-words, {layers} layers of
width {width}; CPU seconds in one thread, as the time of batches of 32, padded to their longest, by the way's own: with
the examples of all files mixed, and with each file in its own order. The last column counts the work of real sub-words
alone, by the rate of the fastest of three products of large matrices in the same type, measured in turns with the rest.

| way | times mixed padding | times padding within a task | share of the product's rate |
|---|---:|---:|---:|
"""
TOKENISATION = """
To sub-words, by one text at a time through `transformers`: wall and CPU.

| way | times (wall) | times (CPU) |
|---|---:|---:|
"""
PRECISION = """
## Precision

A trained model on {examples:,} dev examples, and how many times as fast as float32 it is, in CPU time. `tags one by
one`: without the mending of `starting_kit/iob2.py`.

| precision | XNLI | PAWS-X | UD-POS | PAN-X | score | answers as float32 | times float32 |
|---|---:|---:|---:|---:|---:|---:|---:|
"""
HARNESS = """
## What the harness costs

{records:,} sentence pairs through parent and child, beside the same calls within one process; and beside an encoder of
12 layers of width 384 on the same records.

| what | |
|---|---:|
| microseconds a record on top | {microseconds_a_record:.1f} |
| of these within the timed region | {of_these_within_the_timed_region:.1f} |
| microseconds that the encoder takes for a record | {encoder_microseconds_a_record:.0f} |
| share of the harness in a run of the encoder | {harness:.3f} % |
| start-up of a submission that imports PyTorch and model classes, seconds | {startup_with_imports_seconds:.1f} |
| share of that start-up in a run of the encoder | {startup:.2f} % |
"""
STEPS = {
    "prepare": "source files to {hidden_examples:,} hidden and {public_examples:,} public examples, all checks",
    "build": "prepared data to a sealed bundle of {bundle_bytes:,} bytes, and the worker folder",
    "ingestion": "the final phase with a constant answer; {timed_seconds:.2f} s of it are the timed run",
    "scoring": "{examples:,} examples of the final phase: evidence, metrics, records, page",
}

TIMING = {"timing": timing_tables.decisions, "slowed": timing_tables.slowed, "halts": timing_tables.halts}


def load() -> dict[str, dict[str, Any]]:
    """Results by benchmark."""
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(RESULTS.glob("*.json"))}


def render(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The page."""
    lines = [
        f"| `{name}` | {result['ratio']:.3g} | {result['goal']} | {_machine(result)} |"
        for name, result in results.items()
    ]
    text = HEAD + "\n".join(lines) + "\n"
    if {"prepare", "full_size"} <= set(results):
        figures = {"prepare": results["prepare"]["figures"]["prepare"], **results["full_size"]["figures"]}
        text += FULL + "\n".join(_step(name, figures[name], what) for name, what in STEPS.items()) + "\n"
    if "throughput" in results:
        text += _ways(results["throughput"]["figures"])
    if "precision" in results:
        text += _precision(results["precision"]["figures"])
    if "harness" in results:
        figures = results["harness"]["figures"]
        harness, startup = figures["share_of_a_run_of_the_encoder"], figures["share_of_that_startup_in_the_run"]
        text += HARNESS.format(**figures, harness=100 * harness, startup=100 * startup)
    for name, part in TIMING.items():
        if name in results:
            text += part(results[name]["figures"])
    return text


def _ways(figures: Mapping[str, Any]) -> str:
    lines = []
    for name, times in figures["times_padded_mixed_order"].items():
        share = figures["share_of_product_rate"].get(name.removeprefix("unpadded_"))
        cells = [f"{times:.2f}", f"{figures['times_padded_within_a_task'][name]:.2f}", f"{share:.2f}" if share else ""]
        lines.append(f"| {name.replace('_', ' ')} | {' | '.join(cells)} |")
    wall, cpu = (figures[f"tokenisation_times_one_by_one_{kind}"] for kind in ("wall", "cpu"))
    tokens = [f"| {name.replace('_', ' ')} | {wall[name]:.2f} | {cpu[name]:.2f} |" for name in wall]
    return WAYS.format(**figures) + "\n".join(lines) + "\n" + TOKENISATION + "\n".join(tokens) + "\n"


def _precision(figures: Mapping[str, Any]) -> str:
    lines = []
    for name, score in figures["scores"].items():
        tasks = [f"{value:.2f}" for value in figures["task_scores"][name].values()]
        rest = [f"{100 * figures['answers_as_float32'][name]:.1f} %", f"{figures['times_float32_cpu'][name]:.2f}"]
        lines.append(f"| {name} | {' | '.join([*tasks, f'{score:.2f}', *rest])} |")
    alone = figures.get("tags_one_by_one", {}).get("panx")
    lines += [f"| float32, tags one by one | | | | {alone:.2f} | | | |"] if alone is not None else []
    return PRECISION.format(**figures) + "\n".join(lines) + "\n"


def _machine(result: Mapping[str, Any]) -> str:
    machine = result["machine"]
    return f"{machine['cores']} cores {machine['cpu']}, Python {machine['python']}, {result['date']}"


def _step(name: str, figures: Mapping[str, Any], what: str) -> str:
    cells = [f"{figures['wall_seconds']:.1f}", f"{figures['cpu_seconds']:.1f}", f"{figures['peak_mib']:.0f}"]
    return f"| {name} | {' | '.join(cells)} | {what.format(**figures)} |"


if __name__ == "__main__":
    print(render(load()), end="")
