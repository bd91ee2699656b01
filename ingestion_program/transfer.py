"""From one machine to another: how long a submission would take on the organizer's worker, from a run at home.

The kit's `worker_facts.json` holds the worker's calibration (what its reference work takes) and the number of hidden
examples of each language. The same reference work is done here, before and after the run; the ratio of the two speeds
carries the run's seconds over. It is an estimate: code that does not live on matrix products behaves otherwise.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion_program.calibration import Calibration, parse_calibration
from ingestion_program.slices import SLICES_FILE
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.record import RunRecord

FACTS_FILE = "worker_facts.json"
SECONDS, SLICE = 1.5, 0.3
"""So long reference work is done before the run, and again after it; in slices of so many seconds."""
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Facts:
    """What the build says of the worker: nothing secret.

    Attributes:
        calibration: None where the worker was not calibrated before the build.
        counts: hidden examples by split, task and language, as the pages show them.

    """

    calibration: Calibration | None
    counts: Mapping[str, Counts]


@dataclass(frozen=True)
class Ratio:
    """Seconds there for each second here: most likely, and the ends of what is believed."""

    middle: float
    low: float
    high: float


def read_facts(path: Path) -> Facts:
    """The kit's facts; none of them where there is no file, as in the repository.

    Raises:
        OrganizerFault: E231 if it is damaged.

    """
    if not path.is_file():
        return Facts(None, {})
    try:
        raw = json.loads(read_file(path))
        calibration = raw["calibration"]
        found = parse_calibration(json.dumps(calibration).encode(), path.name) if calibration else None
        counts = {split: {task: dict(row) for task, row in tasks.items()} for split, tasks in raw["counts"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OrganizerFault("E231", path.name, "damaged", "Take the file from a fresh starting kit.") from None
    return Facts(found, counts)


def obstacle(facts: Facts, here: Mapping[str, str]) -> str:
    """Why nothing can be estimated; empty if it can.

    Args:
        facts: the worker's.
        here: the environment of this machine, as in a run record.

    """
    calibration = facts.calibration
    if calibration is None:
        return "the worker had not been calibrated when this kit was made"
    gpu = here.get("gpu", "none") != "none"
    if calibration.backend == "torch-cuda":
        return "" if gpu else "the worker computes on a GPU, and here is none"
    if not calibration.hardware.endswith("GPU none"):
        return "the worker has a GPU, but only its processor was calibrated"
    return "here is a GPU, and the worker has none" if gpu else ""


def ratio(slices: Sequence[tuple[float, int]], workers: int, calibration: Calibration) -> Ratio:
    """Seconds on the worker by seconds here.

    With another number of cores here and there, code that uses all of them and code that uses one fare differently:
    both are ends of the range. The slices' own scatter and the worker's noise widen it, as for 95 %.

    Args:
        slices: seconds and steps of each slice that was done here; at least 2.
        workers: cores that did them here.
        calibration: of the worker.

    """
    speeds = [steps / seconds for seconds, steps in slices]
    every = statistics.fmean(speeds) * calibration.nominal / calibration.steps
    one = every * calibration.workers / workers
    scatter = statistics.stdev(speeds) / statistics.fmean(speeds) / math.sqrt(len(speeds))
    reach = 1.96 * math.hypot(scatter, calibration.noise)
    low, high = min(every, one), max(every, one)
    return Ratio(math.sqrt(low * high), low * max(0.0, 1 - reach), high * (1 + reach))


def seconds(record: RunRecord, asked: Counts, hidden: Counts) -> tuple[float, tuple[str, ...]]:
    """What the run would take here with as many examples as are hidden.

    A language that was not run here takes what the task's others take for each example.

    Args:
        record: of the run here.
        asked: examples of that run, by task and language.
        hidden: hidden examples, by task and language.

    Returns:
        Raw seconds, start-up included, and the tasks that were not run and are in no second of it.

    """
    total, missing = record.startup, []
    for task, languages in hidden.items():
        ran = {code: record.parts.get(f"{task}/{code}") for code, count in asked.get(task, {}).items() if count}
        rates = {code: took / asked[task][code] for code, took in ran.items() if took is not None}
        if not rates:
            missing.append(task)
            continue
        usual = statistics.fmean(rates.values())
        total += sum(count * rates.get(code, usual) for code, count in languages.items())
    return total, tuple(missing)


def sentence(split: str, took: float, missing: Sequence[str], there: Ratio, limit: float) -> str:
    """The estimate in words."""
    low, high = took * there.low, took * there.high
    told = (
        f"Estimate for the organizer's worker, {split} test set: about {took * there.middle:.2g} s "
        f"({low:.2g} to {high:.2g} s), at {1 / there.middle:.2g} times this machine's speed"
    )
    if missing:
        told += f", without {', '.join(missing)}, which did not run here"
    warning = f" The limit is {limit:g} s." if high > limit else ""
    return f"{told}.{warning}"


def measure(backend: str, folder: Path, place: Path) -> tuple[list[tuple[float, int]], int]:
    """Slices of the worker's reference work on this machine; none where that cannot be computed here.

    Args:
        backend: the calibration's.
        folder: for what the program writes.
        place: where `ingestion_program` lies.

    Returns:
        Seconds and steps of each slice, and the number of cores that did them.

    """
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--output", str(folder), "--seconds", str(SECONDS), "--slice-seconds", str(SLICE), "--backend", backend]
    command = [sys.executable, "-B", "-m", "ingestion_program.slices", *options]
    done = subprocess.run(command, cwd=place, env=dict(os.environ), capture_output=True, check=False)
    if done.returncode != 0:
        return [], 0
    found = json.loads((folder / SLICES_FILE).read_bytes())
    return [(taken, steps) for taken, steps, _ in found["slices"][0]], found["workers"]


def estimates(
    facts: Facts,
    record: RunRecord,
    asked: Counts,
    slices: Sequence[tuple[float, int]],
    workers: int,
    limit: float,
) -> str:
    """One sentence for each hidden test set, or why there is none."""
    reason = obstacle(facts, record.environment)
    if not reason and len(slices) < 2:
        reason = f"the worker's reference work ({facts.calibration and facts.calibration.backend}) does not run here"
    if reason or facts.calibration is None:
        return f"No estimate of the duration on the worker: {reason}."
    there = ratio(slices, workers, facts.calibration)
    return " ".join(
        sentence(split, *seconds(record, asked, hidden), there, limit) for split, hidden in facts.counts.items()
    )
