"""The command on an audited contest of the emulated platform, as an organizer runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from organizer.audit.audited import Audited, PhaseResults
from organizer.calibrate_rules import command
from organizer.cli import app
from tests.calibrate_rules.test_proposal import result
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Baseline, Rule

TEAMS = (result("A", 70, 300, half=0.02), result("B", 66, 90, half=0.02), result("[red]C", 65, 200, half=0.02))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch):
    """Reading the folder is the audit's to test: here two phases with the same results are what it holds."""

    def give(*results, baseline: Baseline = Baseline()) -> None:  # noqa: B008
        phases = tuple(PhaseResults(key, key, Rule(), baseline, results) for key in ("evaluation-1", "final"))
        found = Audited("b", 1, "t", 0.0, 0.0, 0, "", True, (), phases)
        monkeypatch.setattr(command.ResultsFolder, "read", classmethod(lambda cls, path: path))
        monkeypatch.setattr(command, "read_audited", lambda folder: found)

    return give


def run(*arguments: str):
    return CliRunner().invoke(app, ["calibrate-rules", "folder", *arguments], env={"COLUMNS": "200"})


def test_proposals_consequences_and_a_table_to_paste(read):
    read(*TEAMS, baseline=Baseline(60.0, 200.0))
    result = run()
    assert result.exit_code == 0
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.output.splitlines() if "│" in line]
    same = [cells for cells in lines if cells[:2] == ["score_gap", "2"]]
    assert same == [["score_gap", "2", "all", "A, B, [red]C", "0", "3", "0"]]
    assert [cells[1] for cells in lines if cells[0] == "weight" and cells[1].endswith("*")]
    assert '[rule]\nname = "places"\n' in result.output


def test_a_team_may_be_the_baseline(read):
    read(*TEAMS)
    assert run("--baseline", "B").exit_code == 0
    fault = run().exception
    assert isinstance(fault, OrganizerFault)
    assert fault.where == "--baseline"


def test_without_results_there_is_nothing_to_propose(read, tmp_path: Path):
    read()
    fault = run().exception
    assert isinstance(fault, OrganizerFault)
    assert fault.detail == "no team has an official result"
