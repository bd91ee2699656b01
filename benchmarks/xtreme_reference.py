"""XTREME's evaluation of the four tasks, stated again: the yardstick of `benchmarks.scoring`.

It does what XTREME's evaluate.py does, in the same steps: read both files line by line into Python lists, then for
tags three passes of seqeval (F1, precision, recall), for labels one loop; means over the languages. Two things are
set right so that it is not slower than it has to be and gives the published numbers with today's seqeval:

* XTREME's part-of-speech numbers are those of seqeval up to 0.0.12, where the whole tag is the type. With seqeval
  1.2.2 the same numbers come from tags `t[0] + "-" + t`; the reader makes them through a dictionary.
* seqeval 1.2.2 calls `warnings.warn` for each tag that does not look like IOB. Older ones did not, so the call is
  replaced by one that does nothing, unless `warnings` is given.

Usage: python -m benchmarks.xtreme_reference FOLDER [warnings]
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from pathlib import Path
from types import SimpleNamespace

import seqeval.metrics.sequence_labeling as sequence_labeling
from seqeval.metrics import f1_score, precision_score, recall_score

from xtreme_tasks.tasks import TASKS, UDPOS, Task

POS_TAGS = {tag: f"{tag[0]}-{tag}" for tag in UDPOS.labels}


def read_tags(path: Path, names: dict[str, str]) -> list[list[str]]:
    """Sentences of tags: one tag per line, an empty line after each sentence."""
    sentences: list[list[str]] = []
    sentence: list[str] = []
    with path.open() as stream:
        for line in stream:
            tag = line.strip()
            if tag:
                sentence.append(names.get(tag, tag))
            else:
                sentences.append(sentence)
                sentence = []
    if sentence:
        sentences.append(sentence)
    return sentences


def read_labels(path: Path) -> list[str]:
    """One label per line."""
    with path.open() as stream:
        return [line.strip() for line in stream]


def score_file(task: Task, labels_path: Path, predictions_path: Path) -> float:
    """F1 or accuracy of one language, 0-100."""
    if task.answer == "tags":
        names = POS_TAGS if task is UDPOS else {}
        predicted_tags, actual_tags = read_tags(predictions_path, names), read_tags(labels_path, names)
        f1 = f1_score(actual_tags, predicted_tags)
        precision_score(actual_tags, predicted_tags)
        recall_score(actual_tags, predicted_tags)
        return float(f1 * 100)
    predicted, actual = read_labels(predictions_path), read_labels(labels_path)
    assert len(predicted) == len(actual)
    correct = sum([int(one == other) for one, other in zip(predicted, actual, strict=True)])
    return float(correct) / len(predicted) * 100


def evaluate(folder: Path, order: dict[str, tuple[str, ...]]) -> dict[str, float]:
    """Each task's mean over its languages.

    Args:
        folder: holds `labels/TASK/test-LANG.tsv` and `predictions/TASK/test-LANG.tsv`.
        order: the languages of each task in the order in which they are added up.

    """
    means: dict[str, float] = {}
    for name, languages in order.items():
        total = 0.0
        for language in languages:
            file = Path(name) / f"test-{language}.tsv"
            total += score_file(TASKS[name], folder / "labels" / file, folder / "predictions" / file)
        means[name] = total / len(languages)
    return means


def main() -> None:
    """Evaluate a folder and print the means and the seconds without the imports."""
    from scoring_program.metrics import language_order

    if "warnings" in sys.argv[2:]:
        warnings.simplefilter("ignore")
    else:
        sequence_labeling.warnings = SimpleNamespace(warn=lambda *_arguments: None)
    imported = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began, cpu = time.perf_counter(), time.process_time()
    means = evaluate(Path(sys.argv[1]), {name: language_order(task) for name, task in TASKS.items()})
    seconds, cpu_work = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps(means | {"seconds": seconds, "cpu_work_seconds": cpu_work, "imports_mib": imported}))


if __name__ == "__main__":
    main()
