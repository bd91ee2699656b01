"""Each hole of the platform is open in the emulation, and leaves what it leaves on the platform."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from organizer.build.bundle import Build
from tests.platform.site.board import standing
from tests.platform.site.cheater import Cheater
from tests.platform.site.contest import ORGANIZER, Contest, open_contest
from tests.platform.site.forge import Forge, Run
from tests.platform.site.server import Site
from tests.platform.site.state import Phase
from tests.platform.site.visitor import Visitor
from tests.platform.site.walk_bundle import bundle
from xtreme_tasks.journal import read_journal


@pytest.fixture
def opened(site: Site, built: Build, forge: Forge, tmp_path: Path) -> Iterator[Contest]:
    """Nothing has been played; mallory and alia take part, and the site's time is in the first phase."""
    contest = open_contest(site, built, forge, tmp_path / "journal", pages=False)
    contest.runs |= {"mallory": Run(40.0, 9.0), "alia": Run(80.0, 3.0)}
    for name in contest.runs:
        contest.join(name)
    contest.enter(contest.competition.phases[0])
    yield contest
    contest.close()


@pytest.fixture
def mallory(opened: Contest) -> Iterator[Cheater]:
    with Cheater(opened.site, "mallory", opened.number) as cheater:
        yield cheater


@pytest.fixture
def phase(opened: Contest) -> Phase:
    return opened.competition.phases[0]


def order(contest: Contest, phase: Phase) -> list[str]:
    return [submission.owner.username for submission in standing(contest.site.state, phase)]


def test_forged_scores_lead_the_board_without_a_run(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    opened.submit("alia", phase)
    opened.site.settle()
    number = mallory.forge_scores(phase.id, {"adjusted_score": 99.0, "score": 99.0, "duration": 0.1})
    assert order(opened, phase) == ["mallory", "alia"]
    assert all(entry.values["submission"] != number for entry in read_journal(opened.journal))


def test_posted_scores_are_added_to_the_real_ones(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    opened.submit("alia", phase)
    number = mallory.attempt(phase.id)
    assert order(opened, phase) == ["alia", "mallory"]
    mallory.post_scores(number, {"adjusted_score": 50.0})
    assert order(opened, phase) == ["mallory", "alia"]


def test_a_second_attempt_leaves_no_trace_but_the_journal(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    first, second = mallory.try_again_unseen(phase.id)
    left = [item.id for item in opened.site.state.submissions_of(phase)]
    assert left == [second]
    started = [entry for entry in read_journal(opened.journal) if entry.event == "started"]
    assert {entry.values["submission"] for entry in started} == {first, second}


def test_a_second_attempt_is_refused_without_the_hole(mallory: Cheater, phase: Phase) -> None:
    mallory.attempt(phase.id)
    key = mallory.upload("submission", b"zip")["key"]
    answered = mallory.ask("POST", "/api/submissions/", json={"data": key, "phase": phase.id})
    assert answered.status_code == 500


def test_a_submission_bears_the_time_that_was_sent(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    number = mallory.backdate(phase.id, phase.start - timedelta(days=3))
    assert opened.site.state.submissions[number].created_when == phase.start - timedelta(days=3)


def test_anybody_changes_a_phases_limit(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    mallory.raise_limit(phase.id)
    for _ in range(3):
        mallory.attempt(phase.id)
    assert len(opened.site.state.submissions_of(phase)) == 3


def test_a_swapped_task_has_the_labels_as_inputs(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    key = mallory.swap_task(phase.id)
    task = phase.tasks[0]
    assert (task.key, task.input_data) == (key, task.reference_data)
    number = mallory.attempt(phase.id)
    assert opened.site.state.submissions[number].status == "Failed"  # this worker has a gate
    opened.submit("alia", opened.competition.phases[1])
    opened.site.settle()
    with Visitor(opened.site, ORGANIZER) as organizer:
        assert organizer.ask("GET", f"/api/competitions/{opened.number}/results.json").status_code == 200


def test_results_break_where_a_task_was_swapped_later(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    mallory.attempt(phase.id)
    mallory.swap_task(phase.id)
    with Visitor(opened.site, ORGANIZER) as organizer:
        assert organizer.ask("GET", f"/api/competitions/{opened.number}/results.json").status_code == 500


def test_a_deleted_score_sorts_first(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    opened.submit("alia", phase)
    mallory.attempt(phase.id)
    assert order(opened, phase) == ["alia", "mallory"]
    assert len(mallory.delete_scores_of("mallory", phase.id)) == 1
    assert order(opened, phase) == ["mallory", "alia"]
    assert len(mallory.delete_scores_of("alia", phase.id, "score")) == 1


def test_reference_data_are_public(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    with zipfile.ZipFile(io.BytesIO(mallory.read_reference(phase.id))) as archive:
        names = archive.namelist()
    assert any(name.endswith(".sealed") for name in names)
    assert "data.json" in names


def test_a_private_queue_is_anybodys(opened: Contest, mallory: Cheater) -> None:
    opened.competition.queue = opened.site.queue(opened.site.user(ORGANIZER))
    assert ":queue-password@" in mallory.queue_address()
    own = mallory.create(bundle())
    mallory.share_queue(own)
    assert opened.site.state.competitions[own].queue is opened.competition.queue


def test_others_cannot_read_or_change_what_the_platform_guards(opened: Contest, mallory: Cheater, phase: Phase) -> None:
    theirs = opened.submit("alia", phase)
    opened.site.settle()
    score = theirs.scores[0]
    place = f"/api/submissions/{theirs.id}/"
    assert mallory.ask("GET", place).status_code == 404
    assert mallory.ask("DELETE", place).status_code == 403
    assert mallory.ask("PATCH", place, json={"status": "Failed"}).status_code == 403
    assert mallory.ask("POST", f"{place}re_run_submission/", json={}).status_code == 403
    assert mallory.ask("PATCH", f"/api/submission_scores/{score.id}/", json={"score": 0}).status_code == 500
    assert mallory.get("/api/participants/", competition=opened.number) == []
