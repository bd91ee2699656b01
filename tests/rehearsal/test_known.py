from __future__ import annotations

import io
import json
import zipfile

import pytest
from rich.console import Console

from organizer.local_worker.engine import ProcessEngine
from organizer.rehearsal import command
from organizer.rehearsal.known import EXPECTED, KNOWN, known_teams
from scoring_program.standings import Result
from tests.rehearsal.outcomes import outcome, phase
from xtreme_tasks.faults import OrganizerFault

PHASES = ("evaluation-1", "evaluation-2", "evaluation-3", "final")


def test_a_b_c_becomes_b_c_a_in_all_four_phases(built, prepared, tmp_path):
    said = io.StringIO()
    console = Console(file=said, width=200)
    out = tmp_path / "out"
    code = command.rehearse_command(console, built.archive, built.worker, None, prepared, out, ProcessEngine())
    assert (code, "as expected in all 4 phases: B, C, A" in said.getvalue()) == (0, True), said.getvalue()
    for key in PHASES:
        standings = json.loads((out / key / "standings.json").read_text())
        assert [row["team"] for row in standings["rows"]] == ["B", "C", "A"]
        assert {row["team"]: row["places_gained"] for row in standings["rows"]} == {"A": -2, "B": 1, "C": 1}
        assert {row["team"]: row["title"] for row in standings["rows"]} == {"A": 0, "B": 1, "C": 2}
        leaderboard = json.loads((out / key / "leaderboard.json").read_text())
        assert leaderboard[0]["team"] == "A"


def results(scores: dict[str, float], durations: dict[str, float]) -> list[Result]:
    return [Result(team, scores[team], durations[team]) for team in scores]


KNOWN_DURATIONS = {"A": 9.0, "B": 1.0, "C": 2.0}


@pytest.mark.parametrize(
    ("durations", "code"), [(KNOWN_DURATIONS, 0), ({"A": 1.0, "B": 9.0, "C": 2.0}, 1), ({"A": 9.0, "B": 1.0}, 1)]
)
def test_another_outcome_is_an_error(monkeypatch, built, prepared, tmp_path, durations, code):
    scores = {"A": 80.0, "B": 79.0, "C": 78.0}
    found = results({team: scores[team] for team in durations}, durations)
    outcomes = [outcome(results(scores, KNOWN_DURATIONS), tmp_path), outcome(found, tmp_path, phase("final", "Final"))]
    monkeypatch.setattr(command, "rehearse", lambda *_: outcomes)
    said = io.StringIO()
    arguments = (built.archive, built.worker, None, prepared, tmp_path / "out", ProcessEngine())
    assert command.rehearse_command(Console(file=said, width=200), *arguments) == code
    assert ("expected B, C, A, but final: " in said.getvalue()) == (code == 1)


def test_the_known_teams_differ_in_what_they_know(prepared, tmp_path):
    teams = known_teams(prepared, tmp_path, PHASES)
    assert [team.name for team in teams] == [known.name for known in KNOWN] == sorted(EXPECTED)
    sizes = {}
    for team in teams:
        assert set(team.tries) == set(PHASES)
        (path,) = team.tries["final"]
        with zipfile.ZipFile(path) as archive:
            sizes[team.name] = len(json.loads(archive.read("answers.json")))
    assert sizes["A"] > sizes["B"] > sizes["C"] > 0.9 * sizes["A"]


def test_prepared_data_that_are_not_there(built, tmp_path):
    with pytest.raises(OrganizerFault, match="E207"):
        command.rehearse_command(
            Console(quiet=True), built.archive, built.worker, None, tmp_path, tmp_path / "out", ProcessEngine()
        )
