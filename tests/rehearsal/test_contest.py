"""One phase with two teams and toy answers through the built bundle: attempts, board, standings, result folder."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from rich.console import Console

from organizer.build.bundle import Build
from organizer.local_worker.engine import Engine, ProcessEngine, Step, StepResult
from organizer.local_worker.permit import score_key
from organizer.local_worker.upload import Upload, read_upload
from organizer.rehearsal.command import MARKER, rehearse, rehearse_command
from organizer.rehearsal.contest import PhaseOutcome, official_result
from organizer.rehearsal.plan import Team, same_in_all
from tests.local_worker.test_run import HONEST
from tests.local_worker.test_run import submission as zipped
from xtreme_tasks.faults import OrganizerFault

QUIET = Console(quiet=True)
EARLY = HONEST.replace('["0"] * len', '["2"] * len')
LATE = HONEST.replace('["0"] * len(examples)', '["0"] * min(len(examples), 2)')


def archive(folder: Path, source: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return zipped(folder, {"submission.py": source})


def one_phase(built: Build) -> Upload:
    upload = read_upload(built.archive)
    return dataclasses.replace(upload, phases=upload.phases[:1])


def play(built: Build, teams: Sequence[Team], out: Path, engine: Engine) -> PhaseOutcome:
    (outcome,) = rehearse(QUIET, one_phase(built), built.worker, teams, out, engine)
    return outcome


@pytest.fixture(scope="module")
def played(built: Build, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PhaseOutcome]:
    """`steady` answers; `clumsy` sends no zip, fails before the run, then in the run, then once too often."""
    folder = tmp_path_factory.mktemp("rehearsal")
    sources = {"steady": HONEST, "early": EARLY, "late": LATE}
    zips = {name: archive(folder / name, source) for name, source in sources.items()}
    (folder / "damaged.zip").write_bytes(b"PK no zip")
    clumsy = (folder / "damaged.zip", zips["early"], zips["late"], zips["steady"])
    teams = [same_in_all("steady", zips["steady"], ["evaluation-1"]), Team("clumsy/<b>", {"evaluation-1": clumsy})]
    return folder / "out", play(built, teams, folder / "out", ProcessEngine())


def test_what_fails_before_the_run_is_free_and_what_fails_in_it_counts(played):
    _, outcome = played
    found = [(attempt.team, attempt.refused, attempt.ran and attempt.ran.status) for attempt in outcome.attempts]
    assert found == [
        ("steady", False, "Finished"),
        ("clumsy/<b>", False, "Failed"),
        ("clumsy/<b>", False, "Failed"),
        ("clumsy/<b>", False, "Finished"),
        ("clumsy/<b>", True, None),
    ]
    assert outcome.board.counted == {"steady": 1, "clumsy/<b>": 1}
    assert [row.team for row in outcome.board.rows()] == ["steady", "clumsy/<b>"]
    assert [(row.team, row.score > 0) for row in outcome.standings.rows] == [("steady", True), ("clumsy/<b>", False)]


class Page(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self.ids.add(values.get("id") or "")
        if tag == "a":
            self.links.append(values["href"] or "")


def test_the_result_folder_is_complete(played):
    out, outcome = played
    phase = out / "evaluation-1"
    read = {name: json.loads((phase / f"{name}.json").read_text()) for name in ("leaderboard", "standings", "attempts")}
    assert [row["team"] for row in read["leaderboard"]] == ["steady", "clumsy/<b>"]
    assert [row["place"] for row in read["standings"]["rows"]] == [1, 2]
    assert len(read["standings"]["trail"]) == len(outcome.standings.trail) > 0
    states = [attempt["status"] for attempt in read["attempts"]]
    assert states == ["Finished", "Failed", "Failed", "Finished", "Refused"]
    for attempt in read["attempts"]:
        assert (attempt["folder"] == "") == (attempt["status"] == "Refused")
        assert (out / attempt["folder"]).is_dir()
    assert (phase / "standings.svg").read_text().startswith("<svg ")
    assert (out / MARKER).is_file()


def test_every_link_of_the_page_leads_somewhere(played):
    out, _ = played
    source = (out / "index.html").read_text()
    page = Page(source)
    assert {"script", "b"}.isdisjoint(page.tags)
    assert "clumsy/&lt;b&gt;" in source
    details = [link for link in page.links if link.endswith("detailed_results.html")]
    assert len(details) == 3  # two finished, one that failed in scoring; the damaged zip has no page
    assert len(page.links) == len(details) + 4 + 1
    for link in page.links:
        found = unquote(link)
        assert found[1:] in page.ids if found.startswith("#") else (out / found).is_file(), link


class Meddling(ProcessEngine):
    """Changes what scoring wrote before the worker takes it."""

    def __init__(self, name: str, pattern: str, text: str) -> None:
        super().__init__()
        self.change = (name, pattern, text)

    def run(self, step: Step) -> StepResult:
        result = super().run(step)
        name, pattern, text = self.change
        path = step.mounts["/app/output"] / name
        if "/app/input" in step.mounts:
            changed, count = re.subn(pattern, text, path.read_text())
            assert count == 1
            path.write_text(changed)
        return result


def test_official_standings_come_from_the_score_record_not_from_the_leaderboard(built, tmp_path):
    team = same_in_all("A", archive(tmp_path, HONEST), ["evaluation-1"])
    meddling = Meddling("scores.json", r'"adjusted_score":[\d.]+,"score":[\d.]+', '"adjusted_score":99,"score":99')
    outcome = play(built, [team], tmp_path / "out", meddling)
    assert outcome.board.rows()[0].scores["score"] == 99
    (row,) = outcome.standings.rows
    assert row.score < 50
    key = score_key(one_phase(built), built.worker, outcome.phase)
    with pytest.raises(OrganizerFault, match="E223 evaluation-1 A"):
        official_result(dataclasses.replace(outcome.attempts[0], submission=2), key)


def test_a_score_record_that_was_changed_is_refused(built, tmp_path):
    team = same_in_all("A", archive(tmp_path, HONEST), ["evaluation-1"])
    meddling = Meddling("score_record.json", r'"adjusted_score":[\d.]+', '"adjusted_score":99')
    with pytest.raises(OrganizerFault, match="E222 evaluation-1 A score_record.json"):
        play(built, [team], tmp_path / "out", meddling)


def test_a_folder_that_holds_something_else_is_left_alone(built, tmp_path):
    (tmp_path / "thesis.tex").write_text("ten years")
    for out in (tmp_path, tmp_path / "thesis.tex"):
        with pytest.raises(OrganizerFault, match="E232"):
            play(built, [], out, ProcessEngine())
    assert (tmp_path / "thesis.tex").read_text() == "ten years"


def test_an_earlier_rehearsal_makes_room(built, tmp_path):
    for name in (MARKER, "index.html", "old"):
        (tmp_path / name).write_text("")
    outcome = play(built, [], tmp_path, ProcessEngine())
    assert outcome.standings.rows == ()
    assert not (tmp_path / "old").exists()
    assert "Nobody has a result" in (tmp_path / "index.html").read_text()


def test_a_rehearsal_needs_somebody(built, tmp_path):
    with pytest.raises(OrganizerFault, match="E233 .*nobody takes part"):
        rehearse_command(QUIET, built.archive, built.worker, None, None, tmp_path / "out", ProcessEngine())
    assert not (tmp_path / "out").exists()
