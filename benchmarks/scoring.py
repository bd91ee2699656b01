"""Our scorer beside XTREME's evaluation, on generated answers of the full test size.

Usage: python -m benchmarks.scoring

453,568 examples and 4.8 million tokens a side in 95 files; each program runs in a fresh process. The seconds are
those from the first file opened to the last score, without interpreter and imports (seqeval imports scikit-learn:
with imports the ratios would flatter us); peak memory is that of the whole process, imports included.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.result import in_fresh_process, save
from scoring_program.metrics import PartScore, score_all, score_codes, score_part
from scoring_program.xtreme_files import read_xtreme
from xtreme_tasks.files import part_path
from xtreme_tasks.tasks import PANX, TASKS, Task, parts

SEED = 20240
REPEATS = 5
LONG = {"udpos": 42, "panx": 20}
"""Sentences have 1 to LONG - 1 tokens, evenly: on average about as many as the real ones."""
PANX_SMALL = {"jv": 100, "my": 100, "yo": 100} | dict.fromkeys("af bn hi kk ml mr ms sw ta te tl ur".split(), 1000)
UDPOS_KNOWN = {"de": 20436, "mr": 47, "tl": 55, "yo": 100}
UDPOS_TOTAL = 102118
ERRORS = 0.12
"""Share of labels, and of tags, that a prediction draws again."""
POS_WEIGHTS = {"NOUN": 18, "PUNCT": 13, "VERB": 11, "ADP": 10, "DET": 8, "PROPN": 8, "PRON": 7, "ADJ": 7, "ADV": 5}
"""Per cent, about as in running text; 1 for each other tag before they are made to add up."""


def sizes(task: Task) -> dict[str, int]:
    """Examples of each language: the real totals; where only the total is at hand, in equal shares."""
    if task.name == "xnli":
        return dict.fromkeys(task.languages, 5010)
    if task.name == "pawsx":
        return dict.fromkeys(task.languages, 2000)
    if task is PANX:
        return {language: PANX_SMALL.get(language, 10000) for language in task.languages}
    others = [language for language in task.languages if language not in UDPOS_KNOWN]
    share, left = divmod(UDPOS_TOTAL - sum(UDPOS_KNOWN.values()), len(others))
    shares = {language: share + (index < left) for index, language in enumerate(others)}
    return {language: (UDPOS_KNOWN | shares)[language] for language in task.languages}


def generate(folder: Path) -> None:
    """Write labels and predictions of all parts in XTREME's form and in ours."""
    rng = np.random.default_rng(SEED)
    examples = tokens = 0
    for name, language in parts():
        task = TASKS[name]
        count = sizes(task)[language]
        ends = np.arange(1, count + 1)
        if task.answer == "tags":
            ends = np.cumsum(rng.integers(1, LONG[name], count))
            tokens += int(ends[-1])
        examples += count
        labels = draw(task, rng, int(ends[-1]))
        again = rng.random(len(labels)) < ERRORS
        predictions = np.where(again, draw(task, rng, len(labels)), labels)
        ids = [f"{number:016x}" for number in rng.integers(0, 2**63, count)]
        for side, codes in (("labels", labels), ("predictions", predictions)):
            write(folder / side, task, language, ids, [task.labels[code] for code in codes], ends.tolist())
    print(json.dumps({"examples": examples, "tokens": tokens}))


def draw(task: Task, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Random labels: as frequent as in running text for POS tags; for PAN-X entities of one to four tokens."""
    if task.answer == "label":
        return rng.integers(0, len(task.labels), count)
    if task is not PANX:
        weights = np.array([POS_WEIGHTS.get(tag, 1) for tag in task.labels], float)
        return rng.choice(len(task.labels), count, p=weights / weights.sum())
    kinds, lengths = rng.integers(0, 5, count), rng.integers(1, 5, count)
    kinds, first = np.repeat(kinds, lengths)[:count], np.repeat(np.cumsum(lengths) - lengths, lengths)[:count]
    inside = np.arange(count) != first
    # task.labels: three B-, three I-, O; two of five stretches are outside any entity
    return np.where(kinds < 3, kinds + 3 * inside, 6)


def write(folder: Path, task: Task, language: str, ids: list[str], answers: list[str], ends: list[int]) -> None:
    """Write one side of one part in both forms."""
    (folder / task.name).mkdir(parents=True, exist_ok=True)
    if task.answer == "label":
        lines = [f"{answer}\n" for answer in answers]
        rows = [f'{{"id":"{name}","label":"{answer}"}}\n' for name, answer in zip(ids, answers, strict=True)]
    else:
        sentences = [answers[start:end] for start, end in pairwise([0, *ends])]
        lines = ["\n".join(sentence) + "\n\n" for sentence in sentences]
        rows = [
            f'{{"id":"{name}","tags":["' + '","'.join(tags) + '"]}\n' for name, tags in zip(ids, sentences, strict=True)
        ]
    (folder / task.name / f"test-{language}.tsv").write_text("".join(lines))
    (folder / part_path(task.name, language)).write_text("".join(rows))


def score_xtreme_files(folder: Path, task: Task, language: str) -> PartScore:
    """Score one part from XTREME's files."""
    file = f"{task.name}/test-{language}.tsv"
    labels, predictions = (
        read_xtreme((folder / side / file).read_bytes(), task, f"{side}/{file}") for side in ("labels", "predictions")
    )
    return score_codes(task, labels, predictions)


def score_json_lines(folder: Path, task: Task, language: str) -> PartScore:
    """Score one part from our files."""
    file = part_path(task.name, language)
    labels, predictions = ((folder / side / file).read_bytes() for side in ("labels", "predictions"))
    return score_part(task, labels, predictions, file)


def score_folder(form: str, folder: Path) -> None:
    """Score all parts and print the means and the seconds without the imports."""
    score = score_xtreme_files if form == "xtreme" else score_json_lines
    imported = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began, cpu = time.perf_counter(), time.process_time()
    scores = score_all({(name, language): score(folder, TASKS[name], language) for name, language in parts()})
    seconds, cpu_work = time.perf_counter() - began, time.process_time() - cpu
    means = {name: task.score for name, task in scores.tasks.items()}
    print(json.dumps(means | {"seconds": seconds, "cpu_work_seconds": cpu_work, "imports_mib": imported}))


def measure() -> None:
    """All programs on the same files, in turns, so that all see the same machine."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        # In its own process: a child's peak memory counts from that of the process that started it.
        made = in_fresh_process("benchmarks.scoring", "generate", folder)
        runs: dict[str, list[dict[str, float]]] = {"reference": [], "xtreme": [], "jsonl": [], "warnings": []}
        for _ in range(2):
            runs["reference"].append(in_fresh_process("benchmarks.xtreme_reference", folder))
            for _ in range(REPEATS):
                for form in ("xtreme", "jsonl"):
                    runs[form].append(in_fresh_process("benchmarks.scoring", form, folder))
        runs["warnings"].append(in_fresh_process("benchmarks.xtreme_reference", folder, "warnings"))
    means = [tuple(run[name] for name in TASKS) for group in runs.values() for run in group]
    assert len(set(means)) == 1, "the scores must agree to the last bit"
    report(made, runs, means[0], load)


def report(
    made: dict[str, float], runs: dict[str, list[dict[str, float]]], means: tuple[float, ...], load: float
) -> None:
    """Print and save: the fastest of the reference's runs against the median of ours.

    All run in one thread. Where other work shares the cores, CPU seconds tell the programs' own speed and elapsed
    seconds tell luck too, so the ratio is of CPU seconds.
    """
    fastest = {name: min(run[name] for run in runs["reference"]) for name in ("seconds", "cpu_work_seconds")}
    speed = {
        (form, name): fastest[name] / statistics.median(run[name] for run in runs[form])
        for form in ("xtreme", "jsonl")
        for name in fastest
    }
    peak = {form: max(run["peak_mib"] for run in runs[form]) for form in ("xtreme", "jsonl")}
    reference_peak = min(run["peak_mib"] for run in runs["reference"])
    ratio = speed["xtreme", "cpu_work_seconds"]
    figures = {
        "examples": int(made["examples"]),
        "tokens_a_side": int(made["tokens"]),
        "means": dict(zip(TASKS, means, strict=True)),
        "times_faster_on_xtreme_files": speed["xtreme", "seconds"],
        "times_faster_on_json_lines": speed["jsonl", "seconds"],
        "times_less_cpu_on_xtreme_files": ratio,
        "times_less_cpu_on_json_lines": speed["jsonl", "cpu_work_seconds"],
        "memory_share_on_xtreme_files": peak["xtreme"] / reference_peak,
        "memory_share_on_json_lines": peak["jsonl"] / reference_peak,
        "cpu_share_of_warnings": runs["warnings"][0]["cpu_work_seconds"] / fastest["cpu_work_seconds"] - 1,
        "load_before": load,
        "runs": {name: [_rounded(run) for run in group] for name, group in runs.items()},
    }
    goal = (
        "XTREME's evaluation (three seqeval passes) over ours, CPU seconds on XTREME's files: at least 60; "
        "on JSON Lines at least 30; peak memory at most 0.25 of it"
    )
    save("scoring", ratio, figures, goal)


def _rounded(run: dict[str, float]) -> dict[str, float]:
    names = ("seconds", "cpu_work_seconds", "wall_seconds", "cpu_seconds", "imports_mib", "peak_mib")
    return {name: round(run[name], 3) for name in names}


if __name__ == "__main__":
    if len(sys.argv) == 1:
        measure()
    elif sys.argv[1] == "generate":
        generate(Path(sys.argv[2]))
    else:
        score_folder(sys.argv[1], Path(sys.argv[2]))
