"""`competition publish` against the emulated site: the order shown, the backup, and what happens in between."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from organizer.audit.audited import read_audited
from organizer.build.bundle import Build
from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.platform.retry import Patience
from organizer.publish import ledger
from organizer.publish.apply import check_site, open_book, publish
from organizer.publish.command import Options, publish_command
from organizer.results.folder import ResultsFolder
from tests.platform.publishing import (
    PHASES,
    Stage,
    client,
    gathered,
    order,
    others,
    prepared,
    published,
    staged,
    undone,
    values,
)
from tests.platform.site.contest import EXPECTED, Contest
from tests.platform.site.forge import Forge
from tests.platform.site.trouble import Calling, Dropped, Effect, Hanging, Lost, Status
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.journal import read_journal

NEW = {
    ("A", "adjusted_score"): Decimal("85"),
    ("A", "places_gained"): Decimal(-2),
    ("B", "adjusted_score"): Decimal("85.02"),
    ("B", "places_gained"): Decimal(1),
    ("C", "adjusted_score"): Decimal("85.01"),
    ("C", "places_gained"): Decimal(1),
}


@pytest.fixture(scope="module")
def stage(built: Build, forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One contest for all of these tests: playing it takes longer than they do."""
    with staged(built, forge, tmp_path_factory.mktemp("stage")) as stage:
        gathered(stage.contest, stage.results)
        yield stage


@pytest.fixture
def contest(stage: Stage) -> Iterator[Contest]:
    with stage.as_it_was() as contest:
        yield contest
    assert not contest.site.errors, contest.site.errors[0]


@pytest.fixture
def out(stage: Stage, tmp_path: Path) -> Path:
    shutil.copytree(stage.results, tmp_path / "results")
    return tmp_path / "results"


@pytest.fixture
def folder(out: Path) -> ResultsFolder:
    return ResultsFolder.read(out)


def writes(contest: Contest) -> int:
    return sum(request.startswith("PATCH /api/submission_scores/") for request in contest.site.requests)


def test_every_phase_shows_the_official_order_and_nothing_else_changes(contest: Contest, folder: ResultsFolder) -> None:
    before = others(contest)
    assert order(contest) == ["A", "B", "C"]
    assert published(contest, folder, PHASES)
    for phase in PHASES:
        assert order(contest, phase) == list(EXPECTED)
        assert values(contest, phase) == NEW
    assert others(contest) == before
    assert writes(contest) == 5 * len(PHASES)  # A keeps its adjusted score


def test_again_writes_nothing(contest: Contest, folder: ResultsFolder, out: Path) -> None:
    published(contest, folder)
    journal = (out / ledger.LEDGER_FILE).read_bytes()
    contest.site.requests.clear()
    assert not published(contest, folder)
    assert not published(contest, gathered(contest, out))  # results of afterwards
    assert writes(contest) == 0
    assert (out / ledger.LEDGER_FILE).read_bytes() == journal


def test_what_stood_there_is_written_down_before(contest: Contest, folder: ResultsFolder, out: Path) -> None:
    before = values(contest)
    seen: list[str] = []
    look = Calling(lambda: seen.extend(entry.event for entry in read_journal(out / ledger.LEDGER_FILE)))
    contest.site.trouble.add("PATCH", "/api/submission_scores/", look)
    published(contest, folder)
    assert seen == ["begin"]
    begin, done = read_journal(out / ledger.LEDGER_FILE)
    assert (begin.values["kind"], begin.values["phase"], done.values) == ("publish", "final", {"begin": 1})
    read = {value for row in begin.values["read"].values() for value in row.values()}
    assert {Decimal(value) for value in read} == set(before.values())
    assert set(ledger.published(out).values()) == {85.02, 85.01}  # A keeps its own
    assert client(contest).credentials.token not in (out / ledger.LEDGER_FILE).read_text()


def test_undo_brings_the_old_values_back(contest: Contest, folder: ResultsFolder) -> None:
    before = values(contest)
    published(contest, folder)
    undone(contest, folder)
    assert values(contest) == before
    with pytest.raises(OrganizerFault, match="E233.*nothing was published"):
        undone(contest, folder)
    assert published(contest, folder)  # and again
    assert values(contest) == NEW


@pytest.mark.parametrize("key", ["score", "adjusted_score", "duration"])
def test_a_row_that_changed_since_stops_it(contest: Contest, folder: ResultsFolder, key: str) -> None:
    with contest.site.lock:
        submission = contest.site.state.submissions_of(contest.phase("final"))[1]
        next(score for score in submission.scores if score.column.key == key).score += 1
    with pytest.raises(OrganizerFault, match=f"E267.*{key} was .* and is"):
        published(contest, folder)
    assert writes(contest) == 0


def test_a_new_row_a_new_submission_and_a_gone_one_stop_it(contest: Contest, folder: ResultsFolder) -> None:
    final = contest.phase("final")
    with contest.site.lock:
        first = contest.site.state.submissions_of(final)[0]
        contest.site.add_scores(first, {"score": 50})
    with pytest.raises(OrganizerFault, match="E267.*other score rows"):
        published(contest, folder)
    with contest.site.lock:
        first.scores.pop()
        del contest.site.state.submissions[first.id]
    with pytest.raises(OrganizerFault, match="E267.*is gone"):
        published(contest, folder)
    assert writes(contest) == 0


def test_a_change_while_the_plan_is_shown_stops_it(contest: Contest, folder: ResultsFolder) -> None:
    ready = prepared(contest, folder)
    with contest.site.lock:
        submission = contest.site.state.submissions_of(contest.phase("final"))[1]
        submission.scores[0].score += 1
    with open_book(folder) as book, pytest.raises(OrganizerFault, match="E267.*while this was shown"):
        publish(client(contest), ready, book, lambda _: None)
    assert writes(contest) == 0


def test_a_change_while_it_is_written_is_found(contest: Contest, folder: ResultsFolder) -> None:
    with contest.site.lock:
        submission = contest.site.state.submissions_of(contest.phase("final"))[0]

    def change() -> None:
        with contest.site.lock:
            contest.site.add_scores(submission, {"adjusted_score": 5})

    contest.site.trouble.add("PATCH", "/api/submission_scores/", Calling(change, after=True), skip=3)
    with pytest.raises(OrganizerFault, match=r"E276.*adjusted_score is 90"):
        published(contest, folder)
    contest.site.trouble.clear()
    again = gathered(contest, folder.path)
    assert published(contest, again)
    assert values(contest) == NEW


FAULTS: dict[str, tuple[Effect, int]] = {
    "busy": (Status(429, retry_after=1), 3),
    "unavailable": (Status(503), 3),
    "server error": (Status(500), 2),
    "dropped": (Dropped(), 2),
    "lost answer": (Lost(), 2),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("method", ["PATCH", "GET"])
def test_faults_that_pass(contest: Contest, folder: ResultsFolder, method: str, name: str) -> None:
    effect, times = FAULTS[name]
    rule = contest.site.trouble.add(method, "/api/", effect, skip=1, times=times)
    assert published(contest, folder)
    assert rule.met > times
    assert values(contest) == NEW


def test_a_site_that_is_down_or_silent_is_one_line(contest: Contest, folder: ResultsFolder) -> None:
    before, release = values(contest), threading.Event()
    with contest.site.down(), pytest.raises(OrganizerFault, match=r"E261.*connection refused") as refused:
        published(contest, folder, seconds=1)
    assert refused.value.line().isascii()
    contest.site.trouble.add("PATCH", "/api/", Hanging(release), skip=2, times=1000)
    ready, account = prepared(contest, folder), client(contest)
    hasty = Client(account.credentials, Patience(0.4, first=0.01, timeouts=(5.0, 0.1), sleep=lambda _: None))
    try:
        with open_book(folder) as book, pytest.raises(OrganizerFault, match=r"E261 PATCH .*no answer of .* in time"):
            publish(hasty, ready, book, lambda _: None)
    finally:
        release.set()
    contest.site.trouble.clear()
    assert all(value in (before[key], NEW[key]) for key, value in values(contest).items())
    assert published(contest, folder)
    assert values(contest) == NEW


@pytest.mark.parametrize("skip", range(5))
@pytest.mark.parametrize("effect", [Dropped(), Lost(), Status(500)])
def test_interrupted_at_each_write_the_next_call_completes_or_undoes(
    contest: Contest, folder: ResultsFolder, skip: int, effect: Effect
) -> None:
    before = values(contest)
    for finish in (published, undone):
        contest.site.trouble.add("PATCH", "/api/submission_scores/", effect, skip=skip, times=1000)
        with pytest.raises(OrganizerFault, match=r"E261|E264"):
            published(contest, folder, seconds=1)
        contest.site.trouble.clear()
        between = values(contest)
        assert all(value in (before[key], NEW[key]) for key, value in between.items())
        finish(contest, folder)
        assert values(contest) == (NEW if finish is published else before)
        if finish is published:
            undone(contest, folder)  # takes both calls back: to what was there before the first
            assert values(contest) == before


def test_an_interrupted_undo_is_completed(contest: Contest, folder: ResultsFolder) -> None:
    before = values(contest)
    published(contest, folder)
    for finish, expected in ((undone, before), (published, NEW)):
        contest.site.trouble.add("PATCH", "/api/submission_scores/", Status(403), skip=2, times=1000)
        with pytest.raises(OrganizerFault, match="E262"):
            undone(contest, folder)
        contest.site.trouble.clear()
        finish(contest, folder)
        assert values(contest) == expected
        published(contest, folder)


def test_the_site_keeps_another_value(contest: Contest, folder: ResultsFolder) -> None:
    with contest.site.lock:
        column = next(one for one in contest.phase("final").leaderboard.columns if one.key == "adjusted_score")
        column.sorting = "asc"
    with pytest.raises(OrganizerFault, match="E276.*another order from place 1"):
        published(contest, folder)


def test_only_an_organizer_publishes(contest: Contest, folder: ResultsFolder) -> None:
    account = client(contest)
    with pytest.raises(OrganizerFault, match="E262.*not an organizer"):
        check_site(Client(Credentials(account.url, token=contest.site.user("A").token)), folder)


def test_one_at_a_time(contest: Contest, folder: ResultsFolder) -> None:
    with open_book(folder), pytest.raises(OrganizerFault, match="E251.*another process"):
        published(contest, folder)


def test_a_changed_journal_stops_it(contest: Contest, folder: ResultsFolder, out: Path) -> None:
    published(contest, folder)
    path = out / ledger.LEDGER_FILE
    path.write_bytes(path.read_bytes().replace(b'"85.02"', b'"99.02"', 1))
    with pytest.raises(OrganizerFault, match="E252"):
        published(contest, folder)


def commanded(contest: Contest, out: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> tuple[int, str]:
    """The command itself: exit code and what it prints."""
    for name in ("COMPETITION_USER", "COMPETITION_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COMPETITION_URL", contest.site.base)
    monkeypatch.setenv("COMPETITION_TOKEN", contest.competition.created_by.token)
    said = io.StringIO()
    now = contest.site.clock.now().timestamp
    code = publish_command(Console(file=said, width=160), out, Options(**options), undoing=False, now=now)
    return code, said.getvalue()


def test_a_phase_with_findings_does_not_stop_the_others(
    contest: Contest, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = contest.phase("evaluation-2")
    with contest.site.lock:
        forger = contest.site.state.submissions_of(second)[2]
        contest.site.add_scores(forger, {"adjusted_score": 99})
    gathered(contest, out)
    code, said = commanded(contest, out, monkeypatch, yes=True)
    assert code == 1
    assert said.count("published, and the hosted order was verified") == 3
    assert "A102 error" in said
    assert "not published: E276 evaluation-2" in said
    assert order(contest, "final") == order(contest, "evaluation-3") == list(EXPECTED)
    code, said = commanded(contest, out, monkeypatch, yes=True, despite="she posted them herself")
    assert (code, "added to the row that scoring wrote" in said) == (0, True)
    assert order(contest, "evaluation-2") == list(EXPECTED)
    # The row is still there, with 0: it is still found, and does not ask for a reason again.
    audited = read_audited(gathered(contest, out))
    assert [finding.id for finding in audited.findings if finding.phase == "evaluation-2"] == ["A102"]
    code, said = commanded(contest, out, monkeypatch, yes=True)
    assert code == 0, said
    with contest.site.lock:
        contest.site.add_scores(forger, {"adjusted_score": 5})  # but another one does
    gathered(contest, out)
    assert commanded(contest, out, monkeypatch, yes=True)[0] == 1
