"""The audit of contests: a clean one is clean, and every hole of the platform is found by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from organizer.audit.audit import CHECKS
from organizer.audit.audited import read_audited
from organizer.audit.command import AuditOptions, audit_command
from organizer.audit.roster import Roster
from organizer.audit.table import table
from organizer.build.bundle import Build
from organizer.build.options import ROOT
from organizer.results.folder import ResultsFolder
from tests.platform.audit_ground import audited, collected, ids, scores, visited
from tests.platform.site.cheater import Cheater
from tests.platform.site.contest import ORGANIZER, Contest, open_contest
from tests.platform.site.forge import Forge, Run
from tests.platform.site.server import Site
from tests.platform.site.state import Phase
from tests.platform.site.visitor import packed
from tests.platform.site.walk_bundle import bundle
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.journal import Journal
from xtreme_tasks.record import SCORE_RECORD_FILE

HONEST = {"alia": 80.0, "mallory": 40.0}


@pytest.fixture
def opened(site: Site, built: Build, forge: Forge, tmp_path: Path) -> Iterator[Contest]:
    """Alia has played the first phase; mallory takes part."""
    contest = open_contest(site, built, forge, tmp_path / "journal", pages=False)
    contest.runs |= {"mallory": Run(40.0, 9.0), "alia": Run(80.0, 3.0)}
    for name in contest.runs:
        contest.join(name)
    contest.enter(contest.competition.phases[0])
    contest.submit("alia", contest.competition.phases[0])
    site.settle()
    yield contest
    contest.close()


@pytest.fixture
def mallory(opened: Contest) -> Iterator[Cheater]:
    with Cheater(opened.site, "mallory", opened.number) as cheater:
        yield cheater


@pytest.fixture
def phase(opened: Contest) -> Phase:
    return opened.competition.phases[0]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "results"


def options(contest: Contest, out: Path) -> AuditOptions:
    return AuditOptions(out, contest.build.archive, contest.build.worker, contest.journal)


def test_a_played_contest_is_clean_and_its_results_are_the_records(contest: Contest, out: Path, capsys) -> None:
    collected(contest, out)
    assert audit_command(Console(width=200), options(contest, out)) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out
    found = read_audited(ResultsFolder.read(out))
    assert found.clean
    assert found.provable
    assert [phase.phase for phase in found.phases] == ["evaluation-1", "evaluation-2", "evaluation-3", "final"]
    for phase in found.phases:
        expected = {"A": (85.0, 9.0), "B": (83.0, 2.0), "C": (80.0, 3.0)}
        assert {one.team: (one.score, one.duration) for one in phase.results} == expected
    assert audit_command(Console(width=200), options(contest, out), as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["bundle"] == found.bundle


def test_an_audit_of_an_earlier_collection_is_refused(opened: Contest, out: Path) -> None:
    collected(opened, out)
    audit_command(Console(quiet=True), options(opened, out))
    opened.site.clock.set(opened.site.clock.now() + timedelta(minutes=1))
    with pytest.raises(OrganizerFault, match="E267.*earlier collection"):
        read_audited(collected(opened, out))


def test_forged_scores_without_a_run(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    number = mallory.forge_scores(phase.id, {"adjusted_score": 99.0, "score": 99.0, "duration": 0.1})
    found = audited(opened, out)
    assert ids(found) == {"A101", "A151"}
    assert {one.submission for one in found.findings if one.id == "A101"} == {number}
    assert scores(found) == {"alia": 80.0}


def test_scores_added_to_the_real_ones(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    number = mallory.attempt(phase.id)
    mallory.post_scores(number, {"adjusted_score": 50.0, "score": 50.0})
    found = audited(opened, out)
    assert ids(found) == {"A102"}
    assert all("2 rows of" in one.what for one in found.findings if one.id == "A102")
    assert scores(found) == HONEST


def test_rows_deleted_and_posted_again(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    number = mallory.attempt(phase.id)
    mallory.delete_scores_of("mallory", phase.id)
    mallory.post_scores(number, {"adjusted_score": 99.0})
    found = audited(opened, out)
    assert ids(found) == {"A103", "A104"}
    assert scores(found) == HONEST


def test_another_teams_row_is_deleted(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    mallory.attempt(phase.id)
    mallory.delete_scores_of("alia", phase.id, "score")
    found = audited(opened, out)
    assert ids(found) == {"A103"}
    assert [one.account for one in found.findings if one.id == "A103"] == ["alia"]
    assert scores(found) == HONEST


def test_a_deleted_first_attempt_counts(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    first, second = mallory.try_again_unseen(phase.id)
    found = audited(opened, out)
    assert {"A113", "A121", "A122"} <= ids(found)
    assert {one.submission for one in found.findings if one.id == "A122"} == {first}
    assert {one.account for one in found.findings if one.id == "A122"} == {"mallory"}
    assert scores(found) == {"alia": 80.0, "mallory": 0.0}
    assert {one.verdict for one in found.phase("evaluation-1").results} == {"ok", "lost"}
    voided = audited(opened, out, voids={first: "the worker's fault"})
    assert scores(voided) == HONEST
    blind = audited(opened, out, journal=False)
    assert "A141" in ids(blind)
    assert "A122" not in ids(blind)
    assert not blind.provable
    assert second in {one.submission for one in blind.phase("evaluation-1").results}


def test_a_deleted_attempt_that_was_collected_before_keeps_its_result(
    opened: Contest, mallory: Cheater, phase: Phase, out: Path
) -> None:
    first = mallory.attempt(phase.id)
    mallory.set_status(first, "Failed")
    collected(opened, out)
    opened.runs["mallory"] = Run(95.0, 9.0)
    mallory.attempt(phase.id)
    mallory.delete(first)
    found = audited(opened, out)
    assert {"A121", "A122"} <= ids(found)
    assert scores(found) == HONEST


def test_an_attempt_made_failed(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    first = mallory.attempt(phase.id)
    mallory.set_status(first, "Failed")
    opened.runs["mallory"] = Run(95.0, 9.0)
    second = mallory.attempt(phase.id)
    found = audited(opened, out)
    assert {"A121", "A123", "A151"} <= ids(found)
    assert {one.submission for one in found.findings if one.id == "A121"} == {second}
    assert scores(found) == HONEST


def test_a_sent_time(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    number = mallory.backdate(phase.id, phase.start - timedelta(days=3))
    found = audited(opened, out)
    assert ids(found) == {"A125"}
    assert {one.submission for one in found.findings} >= {number}
    assert scores(found) == HONEST


def test_a_raised_limit_and_its_use(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    mallory.raise_limit(phase.id)
    mallory.attempt(phase.id)
    opened.runs["mallory"] = Run(95.0, 9.0)
    mallory.attempt(phase.id)
    found = audited(opened, out)
    assert ids(found) == {"A121", "A135", "A151"}
    assert scores(found) == HONEST


def test_a_swapped_task(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    key = mallory.swap_task(phase.id)
    mallory.attempt(phase.id)
    results = collected(opened, out)
    found = audited(opened, out)
    assert {"A131", "A132"} <= ids(found)
    assert [one.account for one in found.findings if one.id == "A131"] == ["alia"]
    assert scores(found) == {"alia": 80.0}
    assert any(key == task.key for one in results.competition.phases for task in one.tasks)


def test_swapped_data_show_in_the_journal(opened: Contest, phase: Phase, out: Path) -> None:
    opened.forge._data["evaluation-1", "ingestion"], kept = "0" * 64, opened.forge._data["evaluation-1", "ingestion"]
    try:
        opened.submit("mallory", phase)
        opened.site.settle()
    finally:
        opened.forge._data["evaluation-1", "ingestion"] = kept
    found = audited(opened, out)
    assert ids(found) == {"A133"}
    assert {one.account for one in found.findings if one.id == "A133"} == {"mallory"}


def test_a_run_in_another_image_shows_in_the_journal(opened: Contest, phase: Phase, out: Path) -> None:
    other = "sha256:" + "1" * 64
    opened.forge._known, kept = replace(opened.forge._known, image_digest=other), opened.forge._known
    try:
        opened.submit("mallory", phase)
        opened.site.settle()
    finally:
        opened.forge._known = kept
    found = audited(opened, out)
    assert ids(found) == {"A134"}
    assert [other in one.what for one in found.findings if one.id == "A134"] == [True]


def test_a_run_outside_the_window(opened: Contest, phase: Phase, out: Path) -> None:
    grace = opened.forge.settings["evaluation-1"].grace
    assert phase.end is not None
    opened.site.clock.set(phase.end + timedelta(seconds=grace, hours=1))
    opened.submit("mallory", phase)
    opened.site.settle()
    found = audited(opened, out)
    assert "A124" in ids(found)
    assert scores(found) == {"alia": 80.0}


def test_two_accounts_of_one_team(opened: Contest, phase: Phase, out: Path) -> None:
    opened.submit("mallory", phase)
    opened.site.settle()
    found = audited(opened, out, Roster({"alia": "Birch", "mallory": "Birch"}))
    assert ids(found) == {"A121", "A126", "A151"}
    assert scores(found) == {"Birch": 80.0}
    strange = audited(opened, out, Roster({"alia": "Birch"}))
    assert ids(strange) == {"A127", "A151"}
    assert scores(strange) == {"Birch": 80.0}


def _put_record(contest: Contest, out: Path, source: str, target: str, change: bytes | None = None) -> None:
    """Give one account's submission another's score record, as somebody who can write to the storage would."""
    results = collected(contest, out)
    found = {one.account: one for one in results.submissions}
    data = change if change is not None else results.score_record(found[source])
    assert data is not None
    state = contest.site.state.submissions[found[target].id]
    contest.site.storage.blobs[state.scoring_result] = packed({SCORE_RECORD_FILE: data})


def test_a_replayed_record(opened: Contest, mallory: Cheater, phase: Phase, out: Path, tmp_path: Path) -> None:
    mallory.attempt(phase.id)
    _put_record(opened, tmp_path / "before", "alia", "mallory")
    found = audited(opened, out)
    assert {"A112", "A114", "A115"} <= ids(found)
    assert scores(found) == {"alia": 80.0, "mallory": 0.0}


def test_an_altered_record(opened: Contest, mallory: Cheater, phase: Phase, out: Path, tmp_path: Path) -> None:
    mallory.attempt(phase.id)
    results = collected(opened, tmp_path / "before")
    own = next(one for one in results.submissions if one.account == "mallory")
    data = results.score_record(own)
    assert data is not None
    _put_record(opened, tmp_path / "before", "", "mallory", data.replace(b'"score":40.0', b'"score":99.0'))
    found = audited(opened, out)
    assert {"A101", "A111", "A114"} <= ids(found)
    assert scores(found) == {"alia": 80.0, "mallory": 0.0}


def test_a_record_of_another_bundle(opened: Contest, phase: Phase, out: Path, monkeypatch) -> None:
    other = {key: replace(value, bundle="0123456789abcdef") for key, value in opened.forge.settings.items()}
    monkeypatch.setattr(opened.forge, "settings", other)
    opened.submit("mallory", phase)
    opened.site.settle()
    found = audited(opened, out)
    assert "A112" in ids(found)
    assert any("bundle 0123456789abcdef" in one.what for one in found.findings)
    assert scores(found) == {"alia": 80.0, "mallory": 0.0}


def test_a_damaged_journal_is_believed_up_to_the_damage(opened: Contest, phase: Phase, out: Path) -> None:
    opened.submit("mallory", phase)
    opened.site.settle()
    lines = opened.journal.read_bytes().splitlines(keepends=True)
    opened.journal.write_bytes(b"".join([*lines[:6], lines[6].replace(b"accepted", b"rejected"), *lines[7:]]))
    found = audited(opened, out)
    assert {"A142", "A144"} <= ids(found)
    assert not found.provable
    assert scores(found) == HONEST
    opened.journal.write_bytes(b"".join(lines) + b'{"number":13')
    torn = audited(opened, out)
    assert ids(torn) == set()
    assert "A143" in {one.id for one in torn.findings}


def test_a_changed_image_and_queue(opened: Contest, out: Path) -> None:
    opened.competition.docker_image = "somebody/else:latest"
    opened.competition.queue = opened.site.queue(opened.site.user("mallory"))
    found = audited(opened, out)
    assert ids(found) == {"A135"}
    assert "A136" in {one.id for one in found.findings}


def test_what_an_anonymous_visitor_can_download(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    opened.competition.queue = opened.site.queue(opened.site.user(ORGANIZER))
    found = visited(opened, collected(opened, out))
    verdicts = {one.what: one.verdict for one in found.exposures}
    assert verdicts["the queue"] == "open"
    assert verdicts["reference_data of final"] == verdicts["input_data of evaluation-1"] == "sealed"
    assert verdicts["code, logs and outputs in evaluation-1"] == "closed"
    assert verdicts["the results with hidden columns"] == verdicts["the list of participants"] == "closed"
    assert {one.id for one in found.findings if one.severity == "error"} == {"A161"}
    assert "queue-password" not in (found.write(out).read_text())
    mallory.change_phase(phase.id, hide_output=False)
    again = visited(opened, collected(opened, out))
    verdicts = {one.what: one.verdict for one in again.exposures}
    assert verdicts["code, logs and outputs in evaluation-1"] == "open"


def test_data_that_anybody_can_read(opened: Contest, mallory: Cheater, phase: Phase, out: Path) -> None:
    own = mallory.create(bundle())
    foreign = opened.site.state.competitions[own].phases[0].tasks[0]
    phase.tasks[0].input_data = foreign.input_data
    found = visited(opened, collected(opened, out))
    verdicts = {one.what: one for one in found.exposures}
    assert verdicts["input_data of evaluation-1"].verdict == "open"
    assert "not the file of the bundle" in verdicts["input_data of evaluation-1"].seen
    assert "A132" in ids(found)


def test_a_victim_of_a_task_swapped_for_another_phases_is_named(opened: Contest, phase: Phase, out: Path) -> None:
    second = opened.competition.phases[1]
    kept, phase.tasks = phase.tasks, second.tasks
    opened.submit("mallory", phase)
    opened.site.settle()
    phase.tasks = kept
    found = audited(opened, out)
    assert {"A117", "A131"} <= ids(found)
    assert scores(found, "evaluation-2") == {}  # the second phase had not begun: outside its window
    assert {one.account for one in found.findings if one.id == "A124"} == {"mallory"}


def test_an_organizers_permitted_run_replaces_the_attempt(
    opened: Contest, mallory: Cheater, phase: Phase, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.submit("mallory", phase)
    opened.site.settle()
    real = Journal.append

    def permitted(book: Journal, event: str, values: dict[str, object]) -> object:
        return real(book, event, {**values, "permitted": True})

    monkeypatch.setattr(Journal, "append", permitted)
    opened.runs["mallory"] = Run(41.0, 7.0)
    opened.submit("mallory", phase)
    opened.site.settle()
    found = audited(opened, out)
    assert ids(found) == set()
    assert scores(found) == {"alia": 80.0, "mallory": 41.0}
    assert [one.permitted for one in found.phase("evaluation-1").results] == [False, True]
    limits = (phase.max_submissions_per_person, phase.max_submissions_per_day)
    phase.max_submissions_per_person = phase.max_submissions_per_day = 3
    mallory.attempt(phase.id)
    phase.max_submissions_per_person, phase.max_submissions_per_day = limits
    other = audited(opened, out)
    assert ids(other) == {"A129"}
    assert {one.account for one in other.findings if one.id == "A129"} == {"mallory"}


def test_the_page_of_checks_is_current_and_no_id_stands_for_two() -> None:
    assert (ROOT / "docs" / "audit-checks.md").read_text() == table()
    assert len({one.id for one in CHECKS}) == len(CHECKS)
