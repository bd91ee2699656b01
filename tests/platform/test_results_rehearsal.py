"""A rehearsal's folder is a results folder: what audit, ranking and report read needs no site."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from rich.console import Console

from organizer.build.bundle import Build
from organizer.local_worker.engine import ProcessEngine
from organizer.local_worker.permit import score_key
from organizer.local_worker.upload import read_upload
from organizer.rehearsal.command import rehearse
from organizer.rehearsal.plan import Team
from organizer.results.folder import PAGE, ResultsFolder
from tests.local_worker.test_run import HONEST
from tests.local_worker.test_run import submission as zipped
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.record import verify


@pytest.fixture(scope="module")
def rehearsed(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsed")
    good = zipped(folder, {"submission.py": HONEST})
    (folder / "damaged.zip").write_bytes(b"PK no zip")
    teams = [Team("steady", {"evaluation-1": (folder / "damaged.zip", good, good)})]
    upload = read_upload(built.archive)
    upload = dataclasses.replace(upload, phases=upload.phases[:1])
    rehearse(Console(quiet=True), upload, built.worker, teams, folder / "out", ProcessEngine())
    return folder / "out"


def test_a_rehearsal_reads_as_a_results_folder(rehearsed: Path, built: Build) -> None:
    folder = ResultsFolder.read(rehearsed)
    assert folder.competition.id == 0
    assert [phase.key for phase in folder.competition.phases] == ["evaluation-1"]
    assert folder.competition.primary == "adjusted_score"
    # The damaged zip failed, the second run counted, the third was refused: the site would not know of that one.
    assert [(one.id, one.status, one.on_leaderboard) for one in folder.submissions] == [
        (1, "Failed", False),
        (2, "Finished", True),
    ]
    assert folder.score_record(folder.submissions[0]) is None
    second = folder.submissions[1]
    key = score_key(read_upload(built.archive), built.worker, read_upload(built.archive).phases[0])
    values = verify(folder.score_record(second) or b"", "score", key, "score record")
    assert values["row"]["score"] == pytest.approx(second.row["score"])
    assert folder.run_record(second)
    assert folder.started_record(second)
    assert b"<html" in (folder.file(second, PAGE) or b"")
    (row,) = folder.leaderboards["evaluation-1"]
    assert (row.place, row.account, row.submission) == (1, "steady", 2)


def test_a_rehearsal_that_did_not_end_is_refused(rehearsed: Path, tmp_path: Path) -> None:
    (tmp_path / ".rehearsal").touch()
    with pytest.raises(OrganizerFault, match="E201"):
        ResultsFolder.read(tmp_path)
    (tmp_path / "contest.json").write_text(json.dumps({"title": "T"}))
    with pytest.raises(OrganizerFault, match="E267"):
        ResultsFolder.read(tmp_path)
