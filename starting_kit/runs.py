"""All runs of the log: a table, and a picture to compare them.

python runs.py [--out runs.svg] [--kind train]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tracker
from picture import draw

from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.tasks import TASKS

SECONDS = ("duration", "seconds")
"""What a run took: of an evaluation, of a training."""
LONGEST = 28
JOULES = ("energy.gpu_joules", "energy.cpu_joules")


@dataclass(frozen=True)
class Run:
    """One run; None where something was not measured.

    Attributes:
        began: when it was written to the log.
        kind: `train`, `evaluate` or `crossval`.
        name: what tells it from others: its tricks, its zip or its encoder.
        commit: of the repository that it was started in.
        score: on dev examples, 0-100.
        tasks: score by task.
        seconds: of an evaluation the duration, of a training its seconds.
        joules: of all that has a counter (GPUs, processors); of a training the whole machine's, of an evaluation what
            was above the idle machine's.
        on: the dev examples that were scored, see `scored.words`.

    """

    began: datetime
    kind: str
    name: str
    commit: str
    score: float | None
    tasks: dict[str, float]
    seconds: float | None
    joules: float | None = None
    on: str = ""


def read(kind: str = "") -> list[Run]:
    """Every run of the log, oldest first.

    Raises:
        OrganizerFault: E201 if there is no log, or nothing to read it with.

    """
    if not tracker.folder().is_dir():
        raise OrganizerFault("E201", str(tracker.folder()), "no log of runs", "Train or evaluate something first.")
    if not tracker.installed():
        raise OrganizerFault("E201", str(tracker.folder()), "MLflow is missing", "pip install mlflow-skinny")
    with tracker.store() as mlflow:
        client = mlflow.MlflowClient()
        # Two programs that are the first to write to a shared folder may each make an experiment of this name.
        named = list(pages(client.search_experiments, filter_string=f"name = '{tracker.EXPERIMENT}'"))
        numbers = [one.experiment_id for one in named]
        found = list(pages(client.search_runs, experiment_ids=numbers)) if numbers else []
    made = [_run(one.info.start_time, one.data.tags, one.data.params, one.data.metrics) for one in found]
    return sorted((run for run in made if kind in ("", run.kind)), key=lambda run: run.began)


def pages(search: Callable[..., Any], **what: object) -> Iterator[Any]:
    """Everything that an MLflow search finds; it answers in parts, each with the token of the next one."""
    token = None
    while True:
        page = search(page_token=token, **what)
        yield from page
        token = page.token
        if not token:
            return


def _run(start: int, tags: dict[str, str], params: dict[str, str], metrics: dict[str, float]) -> Run:
    tasks = {task: _task(task, metrics) for task in TASKS}
    name = params.get("tricks") or params.get("submission") or params.get("encoder") or "run"
    return Run(
        datetime.fromtimestamp(start / 1000, UTC),
        tags.get("kind", ""),
        short(Path(name).name),
        tags.get("git.commit", "")[:8],
        metrics.get("dev.score"),
        {task: score for task, score in tasks.items() if score is not None},
        next((metrics[key] for key in SECONDS if key in metrics), None),
        sum(measured) if (measured := [metrics[key] for key in JOULES if key in metrics]) else None,
        tags.get("dev.on", ""),
    )


def short(name: str) -> str:
    """At most so many characters; where some are left out there are dots."""
    return name if len(name) <= LONGEST else name[: LONGEST - 2] + ".."


def _task(task: str, metrics: dict[str, float]) -> float | None:
    """The mean over the languages that were logged, each as `dev.tasks.TASK[.languages].LANG`."""
    start = f"dev.tasks.{task}."
    values = [value for key, value in metrics.items() if key.startswith(start) and not key.endswith(".score")]
    return sum(values) / len(values) if values else None


def table(runs: Sequence[Run]) -> list[str]:
    """One line for each run, with its number in the picture; joules are the last column, `-` where not measured.

    Scores compare where `examples`, those that were scored, are the same.
    """
    head = ["", "began", "kind", "run", "commit", "examples", "score", *TASKS, "seconds", "joules"]
    rows = [
        [
            str(number),
            f"{run.began:%Y-%m-%d %H:%M}",
            run.kind,
            run.name,
            run.commit,
            run.on or "-",
            *(
                _figure(value)
                for value in (run.score, *(run.tasks.get(task) for task in TASKS), run.seconds, run.joules)
            ),
        ]
        for number, run in enumerate(runs, start=1)
    ]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    left = set(head[1:6])  # words; all else are numbers, with their points below each other
    return [
        "  ".join(
            cell.ljust(width) if name in left else cell.rjust(width)
            for name, cell, width in zip(head, row, widths, strict=True)
        )
        for row in [head, *rows]
    ]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, draw the picture if one is named; every fault is one line."""
    parser = argparse.ArgumentParser(description="Compare the runs of the log.")
    parser.add_argument("--out", type=Path, help="picture to write, .svg or .png")
    parser.add_argument("--kind", default="", help="train, evaluate or crossval only")
    given = parser.parse_args(arguments)
    try:
        runs = read(given.kind)
        print("\n".join(table(runs)))
        if given.out:
            draw(runs, given.out)
            print(given.out)
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
