"""The generated sample through the whole preparation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from organizer.data.checks import check_prepared
from organizer.data.prepare import PrepareOptions, prepare
from organizer.data.report import Report
from organizer.data.sample.sizes import DEFAULT, PARALLEL_POS, parallel_blocks
from organizer.data.sources import sample_source
from organizer.data.split import DECLARED_TINY
from xtreme_tasks.tasks import TASKS, UDPOS


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report, dict[str, list[str]]]:
    out = tmp_path_factory.mktemp("sample") / "data"
    with sample_source(None, 3) as source:
        report = prepare(source, out, bytes(range(32)), PrepareOptions())
        texts = {table.language: table.texts for table in source.tables(UDPOS) if table.split == "test"}
    return out, report, texts


def test_every_task_and_language_is_there(sample: tuple[Path, Report, dict[str, list[str]]]) -> None:
    counts = check_prepared(sample[0]).counts
    for name, task in TASKS.items():
        assert tuple(counts["final"][name]) == task.languages
        divided = tuple(language for language in task.languages if (name, language) not in DECLARED_TINY)
        assert tuple(counts["evaluation"][name]) == divided


def test_parallel_sentences_are_in_one_split_in_all_languages(
    sample: tuple[Path, Report, dict[str, list[str]]],
) -> None:
    out, _, texts = sample
    where: dict[tuple[str, str], str] = {}
    for split in ("evaluation", "final"):
        for language in PARALLEL_POS:
            for line in (out / split / "inputs" / "udpos" / f"{language}.jsonl").read_text().splitlines():
                where[language, "\t".join(json.loads(line)["tokens"])] = split
    blocks = parallel_blocks(DEFAULT)
    lengths = {last - first + 1 for first, last in blocks.values()}
    seen: list[str] = []
    for offset in range(min(lengths)):
        splits = {where[language, texts[language][first - 1 + offset]] for language, (first, _) in blocks.items()}
        assert len(splits) == 1
        seen += splits
    assert set(seen) == {"evaluation", "final"}
