"""`competition results` against the emulated site: what a folder holds, again and again, whatever happens between."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.platform.retry import Patience
from organizer.results.collect import Collected, collect
from organizer.results.folder import CODE, PAGE, SCORING, ResultsFolder
from organizer.results.table import CSV_FILE, PARQUET_FILE, write_tables
from tests.platform.site.contest import Contest
from tests.platform.site.trouble import Calling, Expired, Garbled, ShortLength, Status, Truncated
from tests.platform.site.visitor import Visitor
from tests.platform.watching import DYING
from xtreme_tasks.faults import OrganizerFault

PHASES = ["evaluation-1", "evaluation-2", "evaluation-3", "final"]


def client(contest: Contest, **patience: float) -> Client:
    token = contest.site.user(contest.competition.created_by.username).token
    return Client(Credentials(contest.site.base, token=token), Patience(sleep=lambda _: None, **patience))


def gather(contest: Contest, out: Path, **options: object) -> Collected:
    return collect(client(contest), contest.competition.id, out, **options)


def files(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "results"


def test_a_folder_holds_every_submission_with_records_logs_and_code(contest: Contest, out: Path) -> None:
    collected = gather(contest, out)
    assert (collected.new, collected.missing, collected.unfinished, collected.incomplete) == (12, 0, 0, 0)
    folder = ResultsFolder.read(out)
    assert folder == collected.folder
    assert [phase.key for phase in folder.competition.phases] == PHASES
    assert folder.competition.primary == "adjusted_score"
    assert folder.competition.phase("final").max_submissions == 1
    assert set(folder.competition.phase("final").tasks[0].data) == {
        "ingestion_program",
        "scoring_program",
        "input_data",
        "reference_data",
    }
    for submission in folder.submissions:
        values = json.loads(folder.score_record(submission) or b"")["values"]
        assert values["run"]["submission"] == submission.id
        assert values["run"]["phase"] == submission.phase
        assert values["row"]["score"] == pytest.approx(submission.row["score"])
        assert all(score.id > 0 for score in submission.scores)
        assert {CODE, SCORING, PAGE} <= set(submission.files)
        assert folder.file(submission, CODE)
    for phase in PHASES:
        assert [(row.place, row.account) for row in folder.leaderboards[phase]] == [(1, "A"), (2, "B"), (3, "C")]


def test_nothing_secret_is_in_the_folder(contest: Contest, out: Path) -> None:
    owner = contest.competition.created_by
    contest.competition.queue = contest.site.queue(owner)
    gather(contest, out)
    everything = b"\n".join(content for name, content in files(out).items() if not name.endswith(".zip"))
    secrets = [owner.token, contest.competition.secret_key, "queue-password", "Signature", "signature=", owner.email]
    secrets += [submission.secret for submission in contest.site.state.submissions.values()]
    for secret in secrets:
        assert secret.encode() not in everything
    assert ResultsFolder.read(out).competition.queue.vhost == contest.competition.queue.vhost
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.rglob("*") if path.is_file() and path.suffix != "")


def test_a_second_call_changes_nothing_and_loads_nothing_again(contest: Contest, out: Path) -> None:
    gather(contest, out, now=lambda: 1000.0)
    before = files(out)
    contest.site.requests.clear()
    collected = gather(contest, out, now=lambda: 1000.0)
    assert files(out) == before
    assert (collected.new, collected.changed) == (0, 0)
    loaded = [request for request in contest.site.requests if "/private/" in request]
    assert all("/private/submission_details/" in request for request in loaded)  # logs, which may grow for a while
    # Long after the end not even the list of files is asked for.
    gather(contest, out, now=lambda: 2000.0)
    contest.site.requests.clear()
    gather(contest, out, now=lambda: 3000.0)
    assert not [request for request in contest.site.requests if "get_details" in request]


def test_a_deleted_submission_is_kept_and_marked(contest: Contest, out: Path) -> None:
    gather(contest, out, now=lambda: 1000.0)
    first = ResultsFolder.read(out).submissions[0]
    with contest.site.lock:
        contest.site.forget(contest.site.state.submissions[first.id])
    assert gather(contest, out, now=lambda: 2000.0).missing == 1
    gather(contest, out, now=lambda: 3000.0)
    folder = ResultsFolder.read(out)
    gone = folder.submissions[0]
    assert (gone.id, gone.missing_since, gone.on_leaderboard) == (first.id, 2000.0, False)
    assert folder.score_record(gone)
    assert folder.file(gone, CODE)


def test_a_soft_deleted_submission_keeps_what_was_fetched(contest: Contest, out: Path) -> None:
    gather(contest, out)
    number = ResultsFolder.read(out).submissions[0].id
    with contest.site.lock:
        submission = contest.site.state.submissions[number]
        submission.on_leaderboard = False
        contest.site.drop_files(submission)
        submission.soft_deleted = True
    gather(contest, out)
    folder = ResultsFolder.read(out)
    gone = folder.submissions[0]
    assert gone.soft_deleted
    assert folder.score_record(gone)


def test_an_output_that_comes_late_is_fetched_by_the_next_call(contest: Contest, out: Path) -> None:
    number, blobs = contest.competition.phases[0].id, contest.site.storage.blobs
    with contest.site.lock:
        submission = contest.site.state.submissions_of(contest.site.state.phase(number)[1])[0]
        late = {path: blobs[path] for path in (submission.scoring_result, submission.prediction_result)}
        blobs.update(dict.fromkeys(late, b""))
    assert gather(contest, out).incomplete == 0
    folder = ResultsFolder.read(out)
    assert folder.score_record(folder.submissions[0]) is None
    assert "nothing" in folder.submissions[0].absent[SCORING]
    with contest.site.lock:
        blobs.update(late)
    gather(contest, out)
    folder = ResultsFolder.read(out)
    assert folder.score_record(folder.submissions[0])
    assert not folder.submissions[0].absent


def test_changed_scores_are_a_new_sighting(contest: Contest, out: Path) -> None:
    gather(contest, out, now=lambda: 1000.0)
    number = ResultsFolder.read(out).submissions[0].id
    with contest.site.lock:
        contest.site.add_scores(contest.site.state.submissions[number], {"score": 50})
    assert gather(contest, out, now=lambda: 2000.0).changed == 1
    submission = ResultsFolder.read(out).submissions[0]
    assert [sighting.time for sighting in submission.history] == [1000.0, 2000.0]
    assert len(submission.scores) == len(submission.history[0].scores) + 1
    before = sum(row.value for row in submission.history[0].scores if row.key == "score")
    assert submission.row["score"] == pytest.approx(before + 50)


def test_a_changed_file_is_found_and_fetched_again(contest: Contest, out: Path) -> None:
    gather(contest, out)
    folder = ResultsFolder.read(out)
    submission = folder.submissions[0]
    path = out / submission.files["score_record.json"].path
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"1", b"2"))
    with pytest.raises(OrganizerFault, match="E267"):
        folder.score_record(submission)
    gather(contest, out, verify=True)
    assert path.read_bytes() == whole
    path.unlink()
    gather(contest, out)
    assert path.read_bytes() == whole


def test_tables_are_remade_from_the_folder(contest: Contest, out: Path) -> None:
    frame = write_tables(gather(contest, out).folder)
    assert len(frame) == 12
    read = pd.read_parquet(out / PARQUET_FILE)
    assert list(read["account"][:3]) == ["A", "B", "C"]
    assert list(read["place"][:3]) == [1, 2, 3]
    assert (read["record_phase"] == read["phase"]).all()
    assert read["record_score"].to_numpy() == pytest.approx(read["hosted_score"].to_numpy())
    text = pd.read_csv(out / CSV_FILE)
    assert list(text.columns) == list(read.columns)
    assert str(read["created"].dtype) == "datetime64[s, UTC]" or "UTC" in str(read["created"].dtype)


TROUBLES = {
    "too many requests": ("GET", "/api/submissions/", Status(429, retry_after=7), 3),
    "server errors": ("GET", "/api/", Status(500), 2),
    "bad gateway": ("GET", "/api/phases/", Status(502), 2),
    "storage busy": ("GET", "/private/", Status(503), 4),
    "expired": ("GET", "/private/", Expired(), 2),
    "truncated": ("GET", "/private/", Truncated(0.5), 4),
    "wrong length": ("GET", "/private/scoring_result", ShortLength(0.7), 1),
    "garbled": ("GET", "/private/prediction_result", Garbled(), 1),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_faults_that_pass_leave_the_same_folder(contest: Contest, out: Path, tmp_path: Path, name: str) -> None:
    gather(contest, tmp_path / "quiet", now=lambda: 1000.0)
    method, pattern, effect, times = TROUBLES[name]
    rule = contest.site.trouble.add(method, pattern, effect, skip=1, times=times)
    gather(contest, out, now=lambda: 1000.0)
    assert rule.met > times  # the fault really happened
    assert files(out) == files(tmp_path / "quiet")


def test_what_the_site_asks_to_wait_is_waited(contest: Contest, out: Path) -> None:
    waited: list[float] = []
    contest.site.trouble.add("GET", "/api/submissions/", Status(429, retry_after=7))
    made = client(contest)
    patient = Client(made.credentials, Patience(sleep=waited.append))
    collect(patient, contest.competition.id, out)
    assert max(waited) == 7


def test_a_storage_that_always_cuts_is_named_and_the_rest_is_there(contest: Contest, out: Path) -> None:
    contest.site.trouble.add("GET", "/private/scoring_result", ShortLength(0.5), times=1000)
    collected = gather(contest, out)
    assert collected.incomplete == 12
    assert "damaged" in ResultsFolder.read(out).submissions[0].absent[SCORING]
    contest.site.trouble.clear()
    assert gather(contest, out).incomplete == 0
    folder = ResultsFolder.read(out)
    assert all(folder.score_record(one) for one in folder.submissions)


def test_a_connection_that_breaks_for_good_is_one_line_and_the_next_call_continues(contest: Contest, out: Path) -> None:
    with contest.site.down(), pytest.raises(OrganizerFault, match="E261.*connection refused"):
        collect(client(contest, seconds=3), contest.competition.id, out)
    contest.site.trouble.add("GET", "/private/", Truncated(0.3), skip=5, times=1000)
    with pytest.raises(OrganizerFault, match="E265") as fault:
        gather(contest, out)
    assert "?" not in fault.value.line()  # no signature in a message
    with pytest.raises(OrganizerFault, match="E201"):
        ResultsFolder.read(out)  # not complete yet, and not taken for complete
    contest.site.trouble.clear()
    assert gather(contest, out).incomplete == 0
    assert not list(out.rglob("*.part"))


def test_two_collections_do_not_mix(contest: Contest, out: Path) -> None:
    def second() -> None:
        with pytest.raises(OrganizerFault, match="E233.*another process"):
            gather(contest, out)
        tried.append(True)

    tried: list[bool] = []
    contest.site.trouble.add("GET", "/api/phases/", Calling(second))
    gather(contest, out)
    assert tried
    with pytest.raises(OrganizerFault, match="E233.*another competition"):
        collect(client(contest), contest.competition.id + 1, out)


def test_an_account_that_is_no_organizer_changes_nothing(contest: Contest, out: Path) -> None:
    made = Client(Credentials(contest.site.base, token=contest.site.user("A").token), Patience(sleep=lambda _: None))
    gather(contest, out)
    before = files(out)
    with pytest.raises(OrganizerFault, match="E262.*not an organizer"):
        collect(made, contest.competition.id, out)
    assert files(out) == before  # above all, nothing is marked as deleted


CHILD = (
    """
import sys
from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.results.collect import collect
from organizer.results.table import write_tables
from xtreme_tasks.faults import Fault
from pathlib import Path
base, token, number, out, limit, die = sys.argv[1:]
"""
    + DYING
    + """
try:
    write_tables(collect(Client(Credentials(base, token=token)), int(number), Path(out), now=lambda: 1000.0).folder)
except Fault as fault:
    print(fault.line(), file=sys.stderr)
    sys.exit(1)
"""
)


def child(contest: Contest, out: Path, limit: int = 0, die: int = 0) -> subprocess.Popen[bytes]:
    owner = contest.competition.created_by
    arguments = [contest.site.base, owner.token, str(contest.competition.id), str(out), str(limit), str(die)]
    return subprocess.Popen([sys.executable, "-c", CHILD, *arguments], stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors.decode()


def test_a_full_disk_is_one_line_and_leaves_nothing_wrong(contest: Contest, out: Path) -> None:
    code, errors = ended(child(contest, out, limit=3000))
    assert code == 1
    assert errors.startswith("E232")
    assert errors.count("\n") == 1
    gather(contest, out, now=lambda: 1000.0)
    folder = ResultsFolder.read(out)
    assert all(folder.file(one, name) is not None for one in folder.submissions for name in one.files)
    assert not [path for path in out.rglob(".*") if path.is_file() and path.name != ".lock"]


@pytest.fixture
def quiet(contest: Contest, tmp_path: Path) -> dict[str, bytes]:
    contest.site.requests.clear()  # from here on they are those of one collection
    collected = gather(contest, tmp_path / "quiet", now=lambda: 1000.0)
    write_tables(collected.folder)
    return {name: content for name, content in files(tmp_path / "quiet").items() if name != PARQUET_FILE}


@pytest.mark.long
def test_killed_at_twenty_points_a_second_call_completes(
    contest: Contest, tmp_path: Path, quiet: dict[str, bytes]
) -> None:
    """Ten times while the site is being asked for the n-th time, ten times at the n-th flush or rename of a file."""
    drawn = random.Random(7)
    asked = len(contest.site.requests)
    for point in range(20):
        out = tmp_path / f"killed-{point}"
        running: list[subprocess.Popen[bytes]] = []
        if point % 2:
            kill = Calling(lambda here=running: here[0].send_signal(signal.SIGKILL), after=point % 4 == 1)
            contest.site.trouble.add("GET", "/", kill, skip=drawn.randrange(1, asked - 5))
            running.append(child(contest, out))
        else:
            running.append(child(contest, out, die=drawn.randrange(1, 2 * len(quiet))))
        assert ended(running[0])[0] == -signal.SIGKILL, point
        contest.site.trouble.clear()
        assert ended(child(contest, out)) == (0, ""), point
        found = {name: content for name, content in files(out).items() if name != PARQUET_FILE}
        assert found == quiet, point


def test_the_command_says_what_it_did(contest: Contest, out: Path, monkeypatch, capsys) -> None:
    from organizer.cli import app

    owner = contest.competition.created_by
    monkeypatch.setenv("COMPETITION_URL", contest.site.base)
    monkeypatch.setenv("COMPETITION_TOKEN", owner.token)
    arguments = ["results", "--competition", str(contest.competition.id), "--out", str(out)]
    for more in ([], ["--offline"]):
        with pytest.raises(SystemExit) as ending:
            app([*arguments, *more])
        assert ending.value.code == 0
        said = capsys.readouterr().out
        assert "evaluation-1" in said
        assert owner.token not in said
    with Visitor(contest.site) as anybody:
        assert anybody.get("/api/competitions/")  # the site is still there
