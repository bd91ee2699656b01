"""The hub's data set `google/xtreme`: which configuration holds what, and how its rows read.

`XNLI` holds all languages in one table (`language`, `sentence1`, `sentence2`, `gold_label`) and has no train split;
`PAWS-X.de` has `sentence1`, `sentence2`, `label`; `PAN-X.de` has `tokens`, `ner_tags`; `udpos.German` has
`tokens`, `pos_tags`. Tags are class numbers with their names in the table's features.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from organizer.data.rows import RowBuilder
from organizer.data.table import SourceSplit, Table
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import LANGUAGE_NAMES, PANX, PAWSX, UDPOS, XNLI, Task

DATASET = "google/xtreme"
_SPLITS: Mapping[str, SourceSplit] = {"train": "train", "validation": "dev", "test": "test"}
_ANSWERS = {XNLI.name: "gold_label", PAWSX.name: "label", UDPOS.name: "pos_tags", PANX.name: "ner_tags"}

Loader = Callable[[str, str], Any]
"""`datasets.load_dataset`, or something of its shape: (data set, configuration) -> split name -> table."""


def hub_loader() -> Loader:
    """`datasets.load_dataset`.

    Raises:
        OrganizerFault: E233 when the package is not installed.

    """
    try:
        loader: Loader = importlib.import_module("datasets").load_dataset
    except ImportError:
        raise OrganizerFault("E233", "--hub", "datasets is not installed", "Run: pip install 'datasets>=4'.") from None
    return loader


def configuration(task: Task, language: str) -> str:
    """Name of the configuration that holds a task and language."""
    if task is XNLI:
        return "XNLI"
    if task is UDPOS:
        return f"udpos.{LANGUAGE_NAMES[language]}"
    return f"{'PAWS-X' if task is PAWSX else 'PAN-X'}.{language}"


def read_hub(task: Task, dataset: str, load: Loader) -> list[Table]:
    """All tables of a task, in the order of languages; bad examples are left out and counted.

    Raises:
        OrganizerFault: E207 with the configuration and the reason, when it cannot be loaded or misses a column.

    """
    by_name: dict[str, list[str]] = {}
    for language in task.languages:
        by_name.setdefault(configuration(task, language), []).append(language)
    return [table for name, languages in by_name.items() for table in _read(task, dataset, name, languages, load)]


def _read(task: Task, dataset: str, name: str, languages: list[str], load: Loader) -> Iterable[Table]:
    try:
        splits = load(dataset, name)
    except Exception as error:  # whatever the hub's client raises: no network, no such configuration
        reason = f"{type(error).__name__}: {str(error)[:150]}"
        raise OrganizerFault("E207", f"{dataset} {name}", reason, "See the hub's client for the reason.") from None
    for split_name, split in _SPLITS.items():
        if split_name not in splits:
            continue
        where = f"{dataset} {name} {split_name}"
        builders = {language: RowBuilder(task, language, split, where, True) for language in languages}
        _fill(task, splits[split_name], builders, where)
        yield from (builder.table() for builder in builders.values() if builder.texts or builder.left_out)


def _fill(task: Task, rows: Any, builders: Mapping[str, RowBuilder], where: str) -> None:  # noqa: ANN401
    answer = _ANSWERS[task.name]
    names = ("tokens",) if task.answer == "tags" else ("sentence1", "sentence2")
    missing = {answer, *names, *(["language"] if len(builders) > 1 else [])} - set(rows.column_names)
    if missing:
        raise OrganizerFault("E207", where, f"no column {', '.join(sorted(missing))}")
    label = _label_reader(rows.features[answer])
    only = next(iter(builders.values()))
    for number, row in enumerate(rows, start=1):
        builder = builders.get(row["language"]) if len(builders) > 1 else only
        if builder is None:
            continue
        if task.answer == "tags":
            builder.tokens(number, [token or "" for token in row["tokens"]], [label(tag) for tag in row[answer]])
        else:
            builder.sentences(number, [row[name] or "" for name in names], label(row[answer]))


def _label_reader(feature: Any) -> Callable[[object], str]:  # noqa: ANN401
    """How a cell reads as a label: text as it is, a class number by its name, anything else as no label."""
    inner = getattr(feature, "feature", feature)
    names: list[str] = list(getattr(inner, "names", []))

    def read(value: object) -> str:
        if isinstance(value, bool) or value is None:
            return ""
        if isinstance(value, int):
            return (names[value] if value < len(names) else "") if names and value >= 0 else str(value)
        return str(value)

    return read
