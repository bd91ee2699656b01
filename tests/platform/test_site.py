"""The emulated site behaves as the platform is known to."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from organizer.build.bundle import Build
from organizer.local_worker.permit import score_key
from organizer.local_worker.upload import read_upload
from tests.conftest import ROOT
from tests.platform.site.board import standing
from tests.platform.site.contest import Contest, crowd, open_contest
from tests.platform.site.forge import Forge, Run
from tests.platform.site.outcome import Outcome
from tests.platform.site.server import Site
from tests.platform.site.visitor import Visitor, packed
from tests.platform.site.workers import RunningWorker
from worker.gate.history import begun
from xtreme_tasks.files import sha256
from xtreme_tasks.journal import read_journal
from xtreme_tasks.record import verify

SHEET = {"method": "m", "base_model": "b", "training_compute": "c"}


class Fixed:
    """A worker whose outcome is set beforehand."""

    def __init__(self, *scores):
        self.scores = list(scores)

    def run(self, *_):
        return Outcome("Finished", self.scores.pop(0), page=b"<p>page</p>", logs={"scoring_stdout": b"ok"})


@pytest.fixture
def organizer(site):
    with Visitor(site, "organizer") as visitor:
        yield visitor


@pytest.fixture
def published(organizer, built: Build) -> int:
    number = organizer.create(built.archive.read_bytes())
    organizer.post(f"/api/competitions/{number}/toggle_publish/")
    return number


def test_a_submission_from_upload_to_leaderboard(site: Site, organizer: Visitor, published: int) -> None:
    site.worker = Fixed({"adjusted_score": 80.125, "score": 80.125, "duration": 3.5})
    with Visitor(site, "alia") as alia, Visitor(site) as anybody:
        assert alia.post(f"/api/competitions/{published}/register/") == {"participant_status": "pending"}
        part = organizer.get("/api/participants/", competition=published, status="pending")[0]["id"]
        assert organizer.ask("PATCH", f"/api/participants/{part}/", json={"status": "approved"}).ok
        phase = organizer.get(f"/api/competitions/{published}/")["phases"][0]["id"]
        number = alia.submit(phase, packed({"submission.py": "x"}), fact_sheet_answers=SHEET)
        site.settle()
        row = anybody.get(f"/api/phases/{phase}/get_leaderboard/")["submissions"][0]
        assert (row["id"], row["owner"], row["scores"][0]["score"]) == (number, "alia", "80.125")
        assert alia.ask("GET", f"/api/submissions/{number}/get_details/").status_code == 403  # hide_output
        details = organizer.get(f"/api/submissions/{number}/get_details/")
        assert organizer.fetch(details["detailed_result"]) == b"<p>page</p>"
        logs = {log["name"]: organizer.fetch(log["data_file"]) for log in details["logs"]}
        assert len(logs) == 8
        assert logs["scoring_stdout"] == b"ok"
        assert anybody.fetch(anybody.get(f"/api/submissions/{number}/get_detail_result/")) == b"<p>page</p>"
        again = {"data": alia.upload("submission", b"x")["key"], "phase": phase}
        assert alia.ask("POST", "/api/submissions/", json=again).status_code == 500


def test_the_known_contest_stands_on_the_boards_of_all_phases(contest: Contest) -> None:
    with Visitor(contest.site) as anybody:
        for phase in contest.competition.phases:
            rows = anybody.get(f"/api/phases/{phase.id}/get_leaderboard/")["submissions"]
            assert [row["owner"] for row in rows] == ["A", "B", "C"]


def test_a_real_run_is_scored_and_signed(
    site: Site, built: Build, organizer: Visitor, published: int, tmp_path: Path
) -> None:
    site.worker = RunningWorker(built.worker, tmp_path / "runs")
    phase = organizer.get(f"/api/competitions/{published}/")["phases"][0]
    number = organizer.submit(phase["id"], packed(folder_of("constant")), fact_sheet_answers=SHEET)
    site.settle()
    found = organizer.get(f"/api/submissions/{number}/")
    assert (found["status"], found["on_leaderboard"]) == ("Finished", True)
    details = organizer.get(f"/api/submissions/{number}/get_details/")
    with zipfile.ZipFile(io.BytesIO(organizer.fetch(details["scoring_result"]))) as archive:
        record = archive.read("score_record.json")
    upload = read_upload(built.archive)
    run = verify(record, "score", score_key(upload, built.worker, upload.phases[0]), "record")["run"]
    assert (run["submission"], run["verdict"], run["began"]) == (number, "ok", True)
    assert b"<html" in organizer.fetch(details["detailed_result"])


def test_a_real_run_of_a_swapped_task_is_refused(
    site: Site, built: Build, organizer: Visitor, published: int, tmp_path: Path
) -> None:
    site.worker = RunningWorker(built.worker, tmp_path / "runs")
    phase = site.state.competitions[published].phases[0]
    phase.tasks[0].input_data = phase.tasks[0].reference_data
    number = organizer.submit(phase.id, packed(folder_of("constant")), fact_sheet_answers=SHEET)
    site.settle()
    assert site.state.submissions[number].status == "Failed"


def folder_of(example: str) -> dict[str, bytes]:
    folder = ROOT / "examples" / example
    return {path.name: path.read_bytes() for path in folder.glob("*.py")}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("Force_Last", [2]), ("Force_Best", [1]), ("Force_Latest_Multiple", [1, 2]), ("Add", [])],
)
def test_the_rule_decides_what_stands_on_the_board(
    site: Site, organizer: Visitor, published: int, rule: str, expected: list[int]
) -> None:
    site.worker = Fixed({"adjusted_score": 80}, {"adjusted_score": 70})
    phase = site.state.competitions[published].phases[0]
    phase.leaderboard.submission_rule, phase.has_max_submissions = rule, False
    for _ in range(2):
        organizer.submit(phase.id, packed({"submission.py": "x"}), fact_sheet_answers=SHEET)
    site.settle()
    assert [item.id for item in standing(site.state, phase)] == expected


@pytest.mark.parametrize(
    ("scores", "kept"),
    [
        ({"score": 1.5, "unknown": 3.0}, {"score": "1.5000000000"}),
        ({"score": 1 / 3}, {"score": "0.3333333333"}),
        ({"score": 1.0, "duration": 1e12, "xnli": 2.0}, {"score": "1.0000000000"}),
        ({"score": 1.0, "duration": "fast", "xnli": 2.0}, {"score": "1.0000000000"}),
    ],
)
def test_scores_are_kept_as_the_platform_keeps_them(
    site: Site, organizer: Visitor, published: int, scores: dict[str, object], kept: dict[str, str]
) -> None:
    site.worker = Fixed(scores)
    phase = site.state.competitions[published].phases[0]
    number = organizer.submit(phase.id, packed({"submission.py": "x"}), fact_sheet_answers=SHEET)
    site.settle()
    found = organizer.get(f"/api/submissions/{number}/")
    assert {score["column_key"]: score["score"] for score in found["scores"]} == kept
    assert found["on_leaderboard"] == (len(kept) == len([name for name in scores if name != "unknown"]))


def test_a_missing_score_comes_first_in_a_descending_column(contest: Contest) -> None:
    phase = contest.competition.phases[0]
    last = standing(contest.site.state, phase)[-1]
    last.scores = [score for score in last.scores if score.column.key != "adjusted_score"]
    assert standing(contest.site.state, phase)[0] is last


def test_records_of_the_contest_are_signed_and_in_the_journal(contest: Contest) -> None:
    upload = read_upload(contest.build.archive)
    key = score_key(upload, contest.build.worker, upload.phases[0])
    entries = read_journal(contest.journal)
    assert len(begun(entries)) == len(contest.site.state.submissions) == 12
    for submission in contest.site.state.submissions.values():
        with zipfile.ZipFile(io.BytesIO(contest.site.storage.blobs[submission.scoring_result])) as archive:
            record = archive.read("score_record.json")
        run = verify(record, "score", key, "record")["run"]
        assert (run["submission"], run["user"]) == (submission.id, submission.owner.id)
        assert run["phase"] == submission.phase.tasks[0].name
        ended = [entry for entry in entries if entry.event == "ended" and entry.values["submission"] == submission.id]
        assert [entry.values["role"] for entry in ended] == ["ingestion", "scoring"]
        assert ended[1].values["records"]["score_record.json"] == sha256(record)


def test_a_failed_run_does_not_count_and_shows_why(contest: Contest) -> None:
    contest.runs["D"] = Run(verdict="E111", began=False)
    contest.join("D")
    phase = contest.competition.phases[0]
    made = contest.submit("D", phase)
    contest.site.settle()
    assert (made.status, made.scores, made.on_leaderboard) == ("Failed", [], False)
    assert contest.site.obstacle(phase, made.owner) is None
    contest.runs["D"] = Run(verdict="E121")
    counted = contest.submit("D", phase)
    contest.site.settle()
    assert (counted.status, counted.scores[0].score) == ("Finished", 0)
    assert contest.site.obstacle(phase, made.owner) == "Reached maximum allowed submissions for today for this phase"
    contest.site.clock.advance(86400)
    assert contest.site.obstacle(phase, made.owner) == "Reached maximum allowed submissions for this phase"


def test_an_organizers_second_run_replaces_the_row(contest: Contest) -> None:
    phase = contest.competition.phases[0]
    old = standing(contest.site.state, phase)[0]
    with Visitor(contest.site, "organizer") as organizer:
        number = organizer.post(f"/api/submissions/{old.id}/re_run_submission/")["id"]
        contest.site.settle()
        rows = organizer.get(f"/api/phases/{phase.id}/get_leaderboard/")["submissions"]
    assert (rows[0]["id"], rows[0]["owner"]) == (number, old.owner.username)
    assert not old.on_leaderboard


def test_a_crowd_can_be_made(site: Site, built: Build, forge: Forge, tmp_path: Path) -> None:
    contest = open_contest(site, built, forge, tmp_path / "journal", pages=False)
    crowd(contest, 4, 2)
    contest.close()
    assert len(site.state.submissions) == 4 * 4 * 2
    assert [len(standing(site.state, phase)) for phase in contest.competition.phases] == [4] * 4
