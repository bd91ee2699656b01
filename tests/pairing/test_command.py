"""The command as an organizer runs it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from typer.testing import CliRunner

from organizer.cli import app
from organizer.pairing.command import teams_csv
from organizer.pairing.people import Person
from organizer.pairing.programme import Division
from xtreme_tasks.faults import OrganizerFault

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str):
    return CliRunner().invoke(app, ["pair-teams", *arguments])


def test_the_example_of_the_docs(tmp_path: Path):
    out = tmp_path / "teams.csv"
    result = run(str(ROOT / "docs" / "people.csv"), "--out", str(out), "--topic", "nlp")
    assert result.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert len(rows) == 9
    teams: dict[str, set[str]] = {}
    for row in rows:
        teams.setdefault(row["team"], set()).add(row["name"])
    assert {"Elif Yılmaz", "Farid Haddad"} <= next(team for team in teams.values() if "Elif Yılmaz" in team)
    assert sorted(map(len, teams.values())) == [2, 2, 2, 3]
    assert not any({"Hana 山田", "Bo Lindqvist"} <= team for team in teams.values())
    # Three people know nlp, four teams need it: one lacks it, and says so.
    assert len({row["team"] for row in rows if "lacks nlp" in row["why"]}) == 1


def test_demands_that_cannot_be_met_are_named(tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text("name,level,avoid\na,senior,b;c\nb,junior,\nc,junior,\nd,senior,a\n")
    result = run(str(path), "--out", str(tmp_path / "teams.csv"))
    assert isinstance(result.exception, OrganizerFault)
    assert result.exception.line() == (
        "E281 avoid: no division into teams meets every demand. Take back one of these: a and b, a and c, a and d."
    )
    assert not (tmp_path / "teams.csv").exists()


def test_a_name_like_a_formula_stays_text_in_a_spreadsheet():
    team = (Person("=1+1", "senior", 5), Person("b", "junior", 5))
    rows = list(csv.DictReader(io.StringIO(teams_csv(Division((team,), ()), ()).decode())))
    assert [row["name"] for row in rows] == ["'=1+1", "b"]
