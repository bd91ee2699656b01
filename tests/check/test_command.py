"""What the command prints and returns, and the documentation's table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from organizer.check import check as main_path
from organizer.check.check import CHECKS
from organizer.check.command import check_command
from organizer.check.problem import MOST, Check
from organizer.check.table import table
from tests.check.draft import valid

ROOT = Path(__file__).resolve().parents[2]


def run(path: Path, as_json: bool = False) -> tuple[int, str]:
    console = Console(record=True, width=80, file=(path.parent / "printed").open("w"))
    code = check_command(console, path, as_json)
    console.file.close()
    return code, console.export_text()


def test_a_note_is_no_failure(tmp_path: Path):
    draft = valid()
    draft.yaml["enable_detailed_results"] = True
    code, text = run(draft.write(tmp_path))
    assert code == 0
    assert "0 errors, 0 warnings, 1 note" in text
    assert "C142 note: detailed results are public" in text


def test_an_error_is_one_and_markup_is_not_read(tmp_path: Path):
    draft = valid()
    draft.phases[0]["hide_output"] = "[red]maybe"
    draft.yaml["[bold]x"] = 1
    del draft.yaml["title"]
    code, text = run(draft.write(tmp_path))
    assert code == 1
    assert '"[bold]x" is no key of competition' in text
    assert "C111 error" in text


def test_json_holds_the_same(tmp_path: Path):
    draft = valid()
    del draft.yaml["title"]
    code, text = run(draft.write(tmp_path), as_json=True)
    (problem,) = json.loads(text)
    assert code == 1
    assert (problem["id"], problem["severity"], problem["place"]) == ("C111", "error", "competition.yaml line 1")


def test_a_flood_is_cut(tmp_path: Path):
    draft = valid()
    draft.yaml |= {f"unknown{number}": 1 for number in range(100)}
    _, text = run(draft.write(tmp_path))
    assert f"and {100 - MOST} more of the same kind" in text


def test_the_bundle_is_judged_by_the_clock_if_nothing_else_is_said(tmp_path: Path):
    draft = valid()
    for phase, year in zip(draft.phases, ("2001", "2002"), strict=True):
        phase["start"], phase["end"] = f"{year}-01-01 00:00:00", f"{year}-02-01 00:00:00"
    assert "C209 warning" in run(draft.write(tmp_path))[1]


def test_identifiers_are_unique_and_no_check_is_forgotten():
    modules = [value for name, value in vars(main_path).items() if name.startswith("checks_")]
    written = {item.id for module in modules for item in vars(module).values() if isinstance(item, Check)}
    assert len(modules) > 10
    assert len({one.id for one in CHECKS}) == len(CHECKS)
    assert written == {one.id for one in CHECKS}


def test_every_title_and_remedy_is_one_line_of_ascii():
    for one in CHECKS:
        for text in (one.title, one.remedy):
            assert text.isascii(), one.id
            assert text.isprintable(), one.id
            assert text == text.strip() != "", one.id
        assert one.remedy.endswith("."), one.id


def test_the_documented_table_is_current():
    assert (ROOT / "docs" / "check.md").read_text() == table(), "python -m organizer.check.table > docs/check.md"


def test_the_table_is_what_its_command_prints():
    command = [sys.executable, "-m", "organizer.check.table"]
    assert subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout == table()
