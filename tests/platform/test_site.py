"""The emulated site behaves as the platform is known to."""

from __future__ import annotations

import pytest

from organizer.build.bundle import Build
from tests.platform.site.contest import Contest
from tests.platform.site.outcome import Outcome
from tests.platform.site.server import Site
from tests.platform.site.visitor import Visitor, packed

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
