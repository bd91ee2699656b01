from __future__ import annotations

from pathlib import Path

import pytest

from organizer.rehearsal.plan import read_teams, same_in_all
from xtreme_tasks.faults import OrganizerFault

PHASES = ("evaluation-1", "final")


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_every_layout(tmp_path):
    put(tmp_path, "zipped.zip", "folder/submission.py", "README.md", ".DS_Store", ".git/HEAD")
    put(tmp_path, "phased/final.zip", "phased/evaluation-1_try10.zip", "phased/evaluation-1_try2.zip")
    put(tmp_path, "phased/evaluation-1.zip", "phased/notes.txt")
    teams = {team.name: team.tries for team in read_teams(tmp_path, PHASES)}
    assert list(teams) == ["folder", "phased", "zipped"]
    assert teams["zipped"] == dict.fromkeys(PHASES, (tmp_path / "zipped.zip",))
    assert teams["folder"] == same_in_all("folder", tmp_path / "folder", PHASES).tries
    tries = ("evaluation-1.zip", "evaluation-1_try2.zip", "evaluation-1_try10.zip")
    assert teams["phased"] == {
        "evaluation-1": [tmp_path / "phased" / name for name in tries],
        "final": [tmp_path / "phased" / "final.zip"],
    }


def test_a_phase_may_have_no_submission(tmp_path):
    put(tmp_path, "late/final.zip")
    (team,) = read_teams(tmp_path, PHASES)
    assert team.tries["evaluation-1"] == []


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ((), "E233 .*holds no team"),
        (("README.md",), "E233 .*holds no team"),
        (("empty/notes.txt",), "E233 .*no submission of this team"),
        (("team/evaluation-9.zip",), "E233 .*tells no phase"),
        (("team/final_trylast.zip",), "E233 .*tells no phase"),
        (("team/final_try.zip",), "E233 .*tells no phase"),
        (("team/final_try0.zip",), "E233 .*tells no phase"),
        (("twice.zip", "twice/submission.py"), "E233 .*one name"),
    ],
)
def test_what_is_no_plan(tmp_path, names, code):
    put(tmp_path, *names)
    with pytest.raises(OrganizerFault, match=code):
        read_teams(tmp_path, PHASES)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OrganizerFault, match="E201"):
        read_teams(tmp_path / "nowhere", PHASES)
