"""What a report is made of: the right runs, the right names, and nothing for the public that is not theirs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from organizer.report.command import read_source
from organizer.report.document import document
from organizer.report.read import OTHER_HARDWARE, PROVISIONAL, public, read_view
from organizer.report.write import table
from tests.report import made
from tests.report.conftest import RULES
from xtreme_tasks.faults import OrganizerFault


def test_the_known_outcome_comes_out_in_every_phase(view):
    found = view(made.KNOWN)
    assert [phase.key for phase in found.phases] == list(made.PHASES)
    for phase in found.phases:
        assert [row.team for row in phase.standings.rows] == ["B", "C", "A"]
    assert found.last.key == "final"
    assert not found.official
    assert found.notes == (PROVISIONAL,)


def test_the_last_finished_submission_of_a_team_stands(view):
    found = view(made.KNOWN, attempts=3)
    entry = found.phases[0].entries["A"]
    assert (entry.submission, entry.score) == (3, 85.0)
    assert [(one.team, one.submissions, one.finished) for one in found.phases[0].tries] == [
        ("A", 3, 3),
        ("B", 3, 3),
        ("C", 3, 3),
    ]


def test_what_is_not_measured_is_none(view):
    found = view([made.Made("a", 80, 2, energy=0.0), made.Made("b", 70, 3)])
    entries = found.last.entries
    assert (entries["a"].energy, entries["b"].energy) == (0.0, None)
    assert entries["b"].band is None
    assert "not measured" in document(found)


def test_the_public_edition_has_no_account_without_a_team(view):
    found = view(made.HOSTILE)
    assert any(one.team == "secret-account" and not one.named for one in found.phases[0].tries)
    assert "secret-account" in document(found)
    open_ = public(found)
    assert "secret-account" not in document(open_) + table(open_)
    assert open_.phases[0].unnamed == 1
    for team in made.HOSTILE[:-1]:
        assert f">{team.account}<" not in document(open_)


def test_a_roster_gives_accounts_their_teams(view, tmp_path: Path):
    roster = tmp_path / "roster.csv"
    roster.write_text("account,team\nA,Birch\nB,Birch\n")
    found = view(made.KNOWN, roster=roster)
    assert set(found.last.entries) == {"Birch"}
    assert [(one.team, one.named) for one in found.last.tries] == [("Birch", True), ("C", False)]
    assert {one.team for one in public(found).last.tries} == {"Birch"}


def test_the_final_shows_languages_to_the_public_only_after_its_end(view):
    before = view(made.KNOWN, now=made.START + 3.5 * made.WEEK)
    during = public(before)
    assert not during.last.detail
    assert all(entry.parts == {} for entry in during.last.entries.values())
    assert "shown after its end" in document(during)
    assert all(len(entry.parts) == 95 for entry in before.last.entries.values())
    assert all(len(entry.parts) == 95 for entry in during.phases[0].entries.values())
    rows = [line.split(",") for line in table(during).splitlines()]
    final = [row for row in rows if row[0] == "final"]
    assert final
    assert all(set(row[-95:]) == {""} for row in final)
    after = public(view(made.KNOWN))
    assert all(len(entry.parts) == 95 for entry in after.last.entries.values())


def test_findings_are_for_the_organizer_only(view):
    found = view(made.KNOWN)
    assert [one.source for one in found.findings] == ["look-up"]
    assert 'id="findings"' in document(found)
    assert 'id="findings"' not in document(public(found))
    assert public(found).findings == ()


def test_flags_of_the_look_up_detector_are_shown(tmp_path: Path):
    made.write(tmp_path, made.KNOWN)
    test = {"kind": "ceiling", "task": "xnli", "language": "sw", "observed": 99.0, "threshold": 85.0, "adjusted": 1e-9}
    runs = [
        {"name": "final/A-1", "split": "final", "findings": [{**test, "flagged": True}, {**test, "flagged": False}]}
    ]
    (tmp_path / "look-up.json").write_text(json.dumps({"runs": runs, "skipped": {}}))
    found = read_view(read_source(tmp_path, RULES, None, made.AFTER))
    assert [(one.about, one.text) for one in found.findings] == [
        ("final/A-1 (final)", "ceiling xnli sw: 99.0, above 85.0 (adjusted p 1e-09)")
    ]
    (tmp_path / "look-up.json").write_text("[]")
    with pytest.raises(OrganizerFault, match="E267"):
        read_source(tmp_path, RULES, None, made.AFTER)


def test_a_record_that_was_changed_since_is_refused(tmp_path: Path):
    made.write(tmp_path, made.KNOWN)
    path = tmp_path / "submissions" / "1" / "score_record.json"
    path.write_bytes(path.read_bytes().replace(b"85.0", b"95.0"))
    with pytest.raises(OrganizerFault, match="E267"):
        read_view(read_source(tmp_path, RULES, None, made.AFTER))


def test_nobody_has_a_result(view):
    found = view([made.Made("a", 1, 1, status="Failed")])
    assert found.last is None
    assert "Nobody has a result yet" in document(found)


def test_other_hardware_is_said(view):
    teams = [made.Made("a", 80, 2), made.Made("b", 70, 3, hardware="gpu-y")]
    assert OTHER_HARDWARE in view(teams).notes
    assert OTHER_HARDWARE not in view(teams[:1]).notes
    unknown = [made.Made("a", 80, 2), made.Made("b", 70, 3, hardware="")]
    assert OTHER_HARDWARE in view(unknown).notes
    assert OTHER_HARDWARE not in view([*teams[:1], made.Made("c", 0, 3600.0, hardware="")]).notes
