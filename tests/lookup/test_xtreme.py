"""Real data and a real model: the linear example team, and what two cheats make of its answers."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from organizer.data.checks import check_prepared
from organizer.data.hidden_rows import Changes
from organizer.data.prepare import PrepareOptions, prepare
from organizer.data.sources import FolderSource
from organizer.lookup.command import look_up_command
from organizer.teams import pack
from tests.examples.ask import ask, unpack
from tests.lookup.files import lines, public_table, write_three
from xtreme_tasks.files import part_path
from xtreme_tasks.tasks import TASKS

Found = dict[str, dict[tuple[str, str, str], dict[str, float]]]


@pytest.fixture(scope="module")
def found(xtreme_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Every test of the three runs by name, kind, task and language."""
    folder = tmp_path_factory.mktemp("real")
    source, data = FolderSource(xtreme_dir), folder / "prepared"
    prepare(source, data, bytes(range(32)), PrepareOptions(changes=Changes(perturb=0.5, canaries=10)))
    team = unpack(pack("linear", data / "public", folder), folder / "team")
    parts = [(task, code) for task, codes in check_prepared(data).languages("final").items() for code in codes]
    questions = []
    for task, code in parts:
        rows = lines(data / "final" / "inputs" / part_path(task, code))
        questions.append((task, code, [{name: row[name] for name in TASKS[task].fields} for row in rows]))
    honest = dict(zip(parts, ask(team, questions), strict=True))
    write_three(folder / "results", data, "final", honest, public_table(source))
    look_up_command(Console(file=io.StringIO()), folder / "results", data, None, folder)
    print((folder / "look-up.md").read_text())
    report = json.loads((folder / "look-up.json").read_text())
    return {
        run["name"].split("/")[0]: {(one["kind"], one["task"], one["language"]): one for one in run["findings"]}
        for run in report["runs"]
    }


def flagged(tests: dict) -> set:
    return {key for key, one in tests.items() if one["flagged"]}


@pytest.mark.long
def test_the_honest_model_is_not_flagged(found: Found) -> None:
    assert flagged(found["honest"]) == set()
    for (kind, task, _), one in found["honest"].items():
        if kind in ("digits", "canaries") and not one["note"]:
            assert one["p"] > 0.05, (kind, task)
        if kind == "copying":
            assert one["observed"] < 50


@pytest.mark.long
def test_the_look_up_is_flagged_by_every_gap_that_can_be_tested(found: Found) -> None:
    gaps = {key for key, one in found["looks-up"].items() if key[0] in ("digits", "canaries") and not one["note"]}
    assert len(gaps) >= 7  # xnli has hardly any digits that are safe to change, for some keys too few
    assert gaps <= flagged(found["looks-up"])
    assert {("ceiling", "xnli", ""), ("ceiling", "udpos", "")} <= flagged(found["looks-up"])


@pytest.mark.long
def test_the_copy_is_flagged_in_every_language(found: Found) -> None:
    tests = {key for key in found["copies"] if key[0] == "copying"}
    assert len(tests) == 14 + 6
    assert flagged(found["copies"]) == tests
