"""`competition watch` against the emulated site: rounds, outages, its lock, its log and its end."""

from __future__ import annotations

import errno
import io
import logging
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from organizer.audit.command import AuditOptions
from organizer.build.bundle import Build
from organizer.platform.credentials import Credentials
from organizer.publish import ledger
from organizer.rerank.rerank import choice
from organizer.watch.lock import LOCK_FILE, only_one
from organizer.watch.log import LOG_FILE, close_log, open_log
from organizer.watch.round import Watched
from organizer.watch.watch import Rhythm, Stop, Stopped, watch
from tests.platform.publishing import PHASES, Stage, cached_build, order, staged
from tests.platform.site.contest import EXPECTED, Contest
from tests.platform.site.forge import Forge
from tests.platform.site.trouble import Status
from tests.platform.watching import CHILD, arguments
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.journal import read_journal


@pytest.fixture(scope="module")
def stage(built: Build, forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(built, forge, tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture
def contest(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Contest]:
    monkeypatch.setattr("organizer.audit.command.read_build", cached_build)
    with stage.as_it_was() as contest:
        yield contest
    assert not contest.site.errors, contest.site.errors[0]


@pytest.fixture
def out(stage: Stage, contest: Contest, tmp_path: Path) -> Path:
    if stage.results.is_dir():
        shutil.copytree(stage.results, tmp_path / "results")
    return tmp_path / "results"


ONCE = Rhythm(once=True)


class Full(io.StringIO):
    """A file on a full disk."""

    def write(self, _: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


class Steps(Stop):
    """Pauses that take no time; the end is asked for after some of them."""

    def __init__(self, pauses: int) -> None:
        super().__init__()
        self.left, self.waited = pauses, list[float]()

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.left -= 1
        if self.left <= 0:
            raise Stopped


def watched(contest: Contest, out: Path) -> Watched:
    options = AuditOptions(out, contest.build.archive, contest.build.worker, contest.journal)
    return Watched(contest.number, options, choice("rerun"))


def run(contest: Contest, what: Watched, rhythm: Rhythm = ONCE, stop: Stop | None = None) -> int:
    account = Credentials(contest.site.base, token=contest.competition.created_by.token)
    return watch(account, what, rhythm, stop or Stop(), lambda: contest.site.clock.now().timestamp())


def lines(out: Path) -> str:
    return (out / LOG_FILE).read_text()


def test_a_round_shows_the_official_order_of_every_phase_that_is_over(contest: Contest, out: Path) -> None:
    assert run(contest, watched(contest, out)) == 0
    for phase in PHASES:
        assert order(contest, phase) == list(EXPECTED)
    said = lines(out)
    assert "final: published, order verified: B, C, A" in said
    assert "final: B adjusted_score 83" in said
    assert contest.competition.created_by.token not in said
    contest.site.requests.clear()
    assert run(contest, watched(contest, out)) == 0  # started again: nothing is left to do
    assert not [request for request in contest.site.requests if request.startswith("PATCH")]


def test_a_phase_that_still_runs_is_left_alone(contest: Contest, out: Path) -> None:
    before = contest.site.clock.offset
    contest.enter(contest.phase("final"))
    try:
        assert run(contest, watched(contest, out)) == 0
        assert [order(contest, phase)[0] for phase in PHASES] == ["B", "B", "B", "A"]
        run(contest, replace(watched(contest, out), running=True))
        assert order(contest, "final") == list(EXPECTED)
    finally:
        contest.site.clock.offset = before


def test_findings_stop_it_until_a_reason_is_given(contest: Contest, out: Path) -> None:
    with contest.site.lock:
        contest.site.add_scores(contest.site.state.submissions_of(contest.phase("final"))[0], {"score": 5})
    assert run(contest, watched(contest, out)) == 1
    assert order(contest, "evaluation-1") == list(EXPECTED)  # the finding is the final phase's
    assert order(contest, "final") == ["A", "B", "C"]
    assert "final: not published" in lines(out)
    assert run(contest, replace(watched(contest, out), despite="the row was posted by mistake")) == 0
    assert order(contest, "final") == list(EXPECTED)
    notes = [entry.values["notes"] for entry in read_journal(out / ledger.LEDGER_FILE) if entry.event == "begin"]
    assert notes[-1]["despite"] == "the row was posted by mistake"
    assert len(notes[-1]["findings"]) >= 1


def test_an_outage_is_waited_for_with_growing_pauses(contest: Contest, out: Path) -> None:
    rhythm, stop = Rhythm(100.0, longest=500.0), Steps(4)
    assert [rhythm.pause(n) for n in range(6)] == [100.0, 100.0, 200.0, 400.0, 500.0, 500.0]
    contest.site.trouble.add("GET", "/api/participants/", Status(404), skip=1, times=2)
    assert run(contest, watched(contest, out), rhythm, stop) == 0
    assert stop.waited == [100.0, 100.0, 200.0, 100.0]
    said = lines(out)
    assert said.count("round failed") == 2
    assert "ended on request" in said
    assert order(contest) == list(EXPECTED)


def test_what_does_not_pass_ends_the_first_round(contest: Contest, out: Path) -> None:
    account = Credentials(contest.site.base, token="0" * 40)
    with pytest.raises(OrganizerFault, match="E262"):
        watch(account, watched(contest, out), Rhythm(), Steps(3))
    assert "ERROR" in lines(out)


def test_one_at_a_time_and_a_dead_one_does_not_count(tmp_path: Path) -> None:
    hold = "import sys,time; from pathlib import Path; from organizer.watch.lock import only_one\n"
    hold += "with only_one(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(OrganizerFault, match=f"E233.*process {child.pid}"), only_one(tmp_path):
        pass
    child.kill()
    child.communicate()
    with only_one(tmp_path):
        assert (tmp_path / LOCK_FILE).read_text() != f"{child.pid}\n"


def test_the_log_is_plain_rotated_and_survives_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("organizer.watch.log.LARGEST", 200)
    log = open_log(tmp_path)
    log.info("team %s\nnext", "\u05d0\x1b[31m")
    assert lines(tmp_path).endswith("INFO    team ??[31m next\n")
    for number in range(9):
        log.info("line %d of many, which make the file too large", number)
    assert (tmp_path / f"{LOG_FILE}.1").is_file()
    file = next(one for one in log.handlers if isinstance(one, logging.FileHandler))
    assert file.stream is not None
    file.stream.close()
    monkeypatch.setattr(file, "stream", Full())
    monkeypatch.setattr(file, "shouldRollover", lambda _: False)
    log.info("nobody reads this in the file")
    said = capsys.readouterr()
    assert "nobody reads this" in said.out
    assert said.err.startswith("E232")
    assert "No space left" in said.err
    close_log(log)


def test_sigterm_ends_it_cleanly(contest: Contest, out: Path) -> None:
    command = [sys.executable, "-c", CHILD, *arguments(contest, out, "watch", interval=3600)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if "final: published" in line:
            break
    child.send_signal(signal.SIGTERM)
    said, errors = child.communicate(timeout=120)
    assert (child.returncode, errors) == (0, "")
    assert "ended on request" in said
