"""What lower precision costs a trained model in score, and what it saves in time, on public dev examples.

    python -m benchmarks.precision --model FOLDER --public FOLDER [--limit 100]

FOLDER of `--model` is what `starting_kit/train.py` leaves in `OUT/model`, that of `--public` what `competition prepare`
writes. The same examples are answered in float32, bfloat16 and int8, part by part in turns and in one thread. Beside
the scores stands that of PAN-X without `starting_kit/iob2.py`, tags one by one. Without a trained model there is
nothing to compare, and nothing is written.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.result import save
from scoring_program.metrics import PartScore, score_all
from xtreme_tasks.tasks import TASKS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "starting_kit"))
PRECISIONS = ("float32", "bfloat16", "int8")
GOAL = (
    "points that the score loses with int8 (float32 minus int8), a trained model on dev examples: at most 0.5, so that "
    "int8's speed may be used"
)


def measure(model: Path, public: Path, limit: int, tasks: Sequence[str]) -> dict[str, Any]:
    """Scores, CPU seconds and agreement with float32, by precision."""
    import data
    import iob2
    import torch
    from dev_scores import score_rows
    from inference import Predictor

    torch.set_num_threads(1)
    predictors = {name: Predictor(model, "cpu", name) for name in PRECISIONS}  # type: ignore[arg-type]
    parts: dict[str, dict[tuple[str, str], PartScore]] = {name: {} for name in PRECISIONS}
    seconds, same = dict.fromkeys(PRECISIONS, 0.0), dict.fromkeys(PRECISIONS, 0)
    alone: dict[tuple[str, str], PartScore] = {}
    examples = 0
    for task, table in data.load(public, "dev", tasks, ()).items():
        for language, places in data.rows_by_language(table).items():
            rows = table.select(places[:limit]).to_list()
            exact = predictors["float32"].predict(task, rows)  # the words are looked up for all of them
            examples += len(rows)
            for name, predictor in predictors.items():
                began = time.process_time()
                answers = predictor.predict(task, rows)
                seconds[name] += time.process_time() - began
                same[name] += sum(left == right for left, right in zip(answers, exact, strict=True))
                parts[name][task, language] = score_rows(predictor, TASKS[task], rows)
            if task == "panx":
                with mock.patch.object(iob2, "broken", return_value=False):
                    alone[task, language] = score_rows(predictors["float32"], TASKS[task], rows)
    scores = {name: score_all(found) for name, found in parts.items()}
    return {
        "examples": examples,
        "scores": {name: score.score for name, score in scores.items()},
        "task_scores": {name: _tasks(score.tasks) for name, score in scores.items()},
        "tags_one_by_one": _tasks(score_all(alone).tasks) if alone else {},
        "answers_as_float32": {name: count / examples for name, count in same.items()},
        "times_float32_cpu": {name: seconds["float32"] / value for name, value in seconds.items()},
    }


def _tasks(tasks: Mapping[str, Any]) -> dict[str, float]:
    return {name: task.score for name, task in tasks.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, measure, print and save."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--public", type=Path)
    parser.add_argument("--limit", type=int, default=100, help="examples of each task and language")
    parser.add_argument("--tasks", default="", help="those that the model was trained for, like udpos,panx; empty: all")
    parser.add_argument("--no-save", action="store_true", help="print only")
    options = parser.parse_args(arguments)
    if options.model is None or options.public is None or importlib.util.find_spec("torch") is None:
        print("skipped: needs torch, --model (of starting_kit/train.py) and --public (of competition prepare)")
        return 0
    tasks = [name for name in options.tasks.split(",") if name]
    figures = measure(options.model, options.public, options.limit, tasks)
    ratio = figures["scores"]["float32"] - figures["scores"]["int8"]
    if options.no_save:
        print(figures)
    else:
        save("precision", ratio, figures, GOAL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
