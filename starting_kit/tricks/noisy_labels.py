"""Wrong labels in the training data: found by models that did not see them, and left out.

`python -m tricks.noisy_labels --public public_data --encoder FOLDER_OR_NAME --out suspects.jsonl` trains one model for
each fold on the other folds, and has cleanlab compare its probabilities with the labels (confident learning: Northcutt
et al. 2021, arXiv:1911.00068; of tokens: Wang and Mueller 2022, arXiv:2210.03920).
`--tricks noisy_labels:suspects=suspects.jsonl` then trains without the worst of them. After a kill the same command
goes on where it was.

Languages are translations of each other here, so a fold's models have seen the other languages of many of its examples:
a label that is wrong in all languages is found less easily.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import data
import numpy as np
from datasets import Dataset
from options import AT_LEAST_0, AT_LEAST_1, FRACTION, POSITIVE, SEED, Allowed, option, parse_list, parse_options
from torch import softmax

from tricks.trick import Trick
from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.files import encode_rows, parse_lines, read_file, write_whole
from xtreme_tasks.tasks import TASKS, Task

CLEANLAB = "cleanlab"
FOLDS = Allowed("2 or more", lambda value: value >= 2)


@dataclass(frozen=True)
class NoisyLabels(Trick):
    """Leaves out the examples of the file `suspects`, at most the share `most` of each task, worst first."""

    suspects: str = "suspects.jsonl"
    most: float = option(0.1, allowed=FRACTION)

    def select(self, tables: Mapping[str, Dataset]) -> Mapping[str, Dataset]:
        """The tables without them."""
        rows = [row for _, row in parse_lines(read_file(Path(self.suspects)), self.suspects)]
        kept = {}
        for name, table in tables.items():
            worst = sorted((row["quality"], row["id"]) for row in rows if row["task"] == name)
            out = {identifier for _, identifier in worst[: int(self.most * len(table))]}
            kept[name] = table.select([place for place, one in enumerate(table["id"]) if one not in out])
        return kept


@dataclass(frozen=True)
class Fold(Trick):
    """Leaves out every example whose place in its table is `number` modulo `folds`."""

    number: int = option(0, allowed=AT_LEAST_0)
    folds: int = option(3, allowed=FOLDS)

    def select(self, tables: Mapping[str, Dataset]) -> Mapping[str, Dataset]:
        """The other folds."""
        return {name: table.select(self.places(len(table), inside=False)) for name, table in tables.items()}

    def places(self, count: int, inside: bool) -> list[int]:
        """Places inside or outside of the fold."""
        return [place for place in range(count) if (place % self.folds == self.number) == inside]


def suspects(task: Task, rows: Sequence[Mapping[str, Any]], probabilities: Sequence[Any]) -> list[dict[str, Any]]:
    """Examples whose label cleanlab holds for wrong: `task`, `id`, `quality` (0 is worst).

    Args:
        task: the task.
        rows: examples with their answers.
        probabilities: of each example, [labels] or [words, labels], by models that were not trained on it.

    """
    from cleanlab import filter as pairs  # type: ignore[import-untyped]
    from cleanlab import rank
    from cleanlab.token_classification import filter as tokens  # type: ignore[import-untyped]
    from cleanlab.token_classification import rank as token_rank

    numbers = {label: number for number, label in enumerate(task.labels)}
    if task.answer == "label":
        labels = np.array([numbers[row["label"]] for row in rows])
        stacked = np.stack(probabilities)
        found = pairs.find_label_issues(labels, stacked, n_jobs=1)
        quality = rank.get_label_quality_scores(labels, stacked)
        wrong = np.flatnonzero(found).tolist()
    else:
        tags = [[numbers[tag] for tag in row["tags"]] for row in rows]
        issues = tokens.find_label_issues(tags, list(probabilities), n_jobs=1)
        quality, _ = token_rank.get_label_quality_scores(tags, list(probabilities))
        wrong = sorted({int(sentence) for sentence, _ in issues})
    return [{"task": task.name, "id": rows[place]["id"], "quality": float(quality[place])} for place in wrong]


@dataclass(frozen=True)
class Settings:
    """Options of the command line; those that train.py has too mean the same."""

    public: str = option("public_data", "folder of the extracted public data")
    encoder: str = option("", "a local folder or a name on the hub")
    work: str = option("folds", "folder for the runs of the folds")
    out: str = option("suspects.jsonl", "file to write")
    folds: int = option(3, "models to train", FOLDS)
    tasks: str = option("", "see train.py")
    languages: str = option("", "like en,de; empty: all")
    steps: int = option(2000, "optimizer steps of each model", AT_LEAST_1)
    batch: int = option(16, "examples in a batch", AT_LEAST_1)
    rate: float = option(1e-4, "learning rate of the encoder's last layer", POSITIVE)
    precision: Literal["fp32", "bf16", "fp16"] = option("fp32", "of the products; weights are always fp32")
    seed: int = option(1, "of all models", SEED)


def find(settings: Settings) -> list[dict[str, Any]]:
    """Train the folds' models and collect the suspects of all tasks.

    Raises:
        OrganizerFault: E201 without cleanlab, and see `train.train`.

    """
    if importlib.util.find_spec(CLEANLAB) is None:  # known before hours of training, not after them
        raise OrganizerFault("E201", CLEANLAB, "not installed", "pip install cleanlab")
    import train
    from inference import Predictor
    from model import merge
    from plan import parse_shares

    tables = data.load(Path(settings.public), "train", parse_shares(settings.tasks), parse_list(settings.languages))
    probabilities: dict[str, list[Any]] = {name: [None] * len(table) for name, table in tables.items()}
    common = {name: value for name, value in asdict(settings).items() if name in train.Settings.__dataclass_fields__}
    for number in range(settings.folds):
        fold = Fold(number, settings.folds)
        out = Path(settings.work) / f"fold-{number}"
        tricks = f"fold:number={number}:folds={settings.folds}"
        train.train(replace(train.Settings(**common), out=str(out), tricks=tricks, dev=0))
        predictor = Predictor(out / "model")
        for name, table in tables.items():
            places = fold.places(len(table), inside=True)
            features = predictor.text.encode(name, table.select(places).to_list())
            found = merge(predictor.logits(name, features), features, len(places), name)
            for place, logits in zip(places, found, strict=True):
                probabilities[name][place] = softmax(logits, -1).numpy()
    return [
        row for name, table in tables.items() for row in suspects(TASKS[name], table.to_list(), probabilities[name])
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the suspects; every fault is one line."""
    try:
        settings = parse_options(Settings, arguments, "Find wrong labels in the training data.")
        rows = find(settings)
        write_whole(Path(settings.out), encode_rows(rows))
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    for name in TASKS:
        print(f"{name:<6} {sum(row['task'] == name for row in rows)} suspects")
    return 0


if __name__ == "__main__":
    sys.exit(main())
