"""The main path of `competition results`: the site's answers and files become a results folder.

It can be killed at any moment: every file appears whole or not at all, a submission's own file names only what is on
the disk, and `competition.json`, written last, names the time of the last complete collection.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from organizer.platform import answers
from organizer.platform.client import Client
from organizer.platform.scrub import scrub
from organizer.platform.shape import decode, encode
from organizer.results import convert
from organizer.results.files import EMPTY, PRIVATE, Collecting, clean, complete, with_files
from organizer.results.folder import (
    COMPETITION_FILE,
    LEADERBOARDS_FILE,
    RAW,
    SUBMISSION_FILE,
    SUBMISSIONS,
    Competition,
    LeaderboardRow,
    Leaderboards,
    ResultsFolder,
    Sighting,
    Submission,
    read_submissions,
)
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, read_file, write_whole

ENDED = ("Finished", "Failed", "Cancelled")
LOCK_FILE = ".lock"
OWNER_FILE = "folder.json"
SETTLED_SECONDS = 600.0
"""So long after a submission's end its files can no longer be on their way."""


@dataclass(frozen=True)
class Progress:
    """What a collection tells while it runs: `file` of bytes, `submission` of number done, number in all, and which."""

    file: Callable[[int, int], None] | None = None
    submission: Callable[[int, int, Submission], None] | None = None


@dataclass(frozen=True)
class Collected:
    """What a collection did: numbers of submissions; `missing` are listed no more, `unfinished` are still running."""

    folder: ResultsFolder
    new: int
    changed: int
    missing: int
    unfinished: int
    incomplete: int


def collect(
    client: Client,
    number: int,
    out: Path,
    verify: bool = False,
    progress: Progress = Progress(),
    now: Callable[[], float] = time.time,
) -> Collected:
    """Bring a results folder up to date.

    Args:
        client: an organizer's account.
        number: of the competition.
        out: the folder; made where there is none, continued where an earlier call was interrupted.
        verify: compare the digest of every file, not only its size.
        progress: is told what happens.
        now: the clock.

    Raises:
        OrganizerFault: E233 (another competition's folder, or in use), E232, E261 to E265.

    """
    with _only_one(out):
        _check_owner(out, client.url, number)
        clean(out / SUBMISSIONS, keep_parts=True)
        raw = client.get(f"/api/competitions/{number}/")
        check_organizer(raw, number)
        _write(out / OWNER_FILE, _owner(client.url, number))
        query = {"competition": str(number)}
        listed = client.listing("/api/participants/", query)
        people = decode(tuple[answers.Participant, ...], listed, "GET /api/participants/", "E264")
        found = decode(answers.Competition, raw, f"GET /api/competitions/{number}/", "E264")
        competition = convert.competition(found, raw, people, client.url, now())
        known = read_submissions(out)
        seen = _listed(client, competition)
        _write(out / RAW / "competition.json", dumps(scrub(raw)).encode("utf-8", "replace") + b"\n")
        collecting = Collecting(client, out, progress.file, verify)
        after = dict(known)
        for done, submission in enumerate(seen.values(), start=1):
            after[submission.id] = _kept(collecting, submission, known.get(submission.id), now())
            if progress.submission is not None:
                progress.submission(done, len(seen), after[submission.id])
        for missing in set(known) - set(seen):
            after[missing] = _missing(collecting, known[missing], now())
        boards = _boards(client, competition, after)
        _write(out / LEADERBOARDS_FILE, encode(Leaderboards(boards)))
        _write(out / COMPETITION_FILE, encode(competition))
        ordered = tuple(after[key] for key in sorted(after))
        return _summary(ResultsFolder(out, competition, ordered, boards), known)


def _listed(client: Client, competition: Competition) -> dict[int, Submission]:
    """Every submission that the site lists, soft-deleted ones too, by id."""
    found: dict[int, Submission] = {}
    for phase in competition.phases:
        path = "/api/submissions/"
        listed = client.listing(path, {"phase": str(phase.id), "show_is_soft_deleted": "true"})
        for item in decode(tuple[answers.Submission, ...], listed, f"GET {path} phase {phase.key}", "E264"):
            if item.phase == phase.id:
                found[item.id] = convert.submission(item, phase.key)
    return dict(sorted(found.items()))


def _boards(
    client: Client, competition: Competition, submissions: Mapping[int, Submission]
) -> dict[str, tuple[LeaderboardRow, ...]]:
    accounts = {number: submission.account for number, submission in submissions.items()}
    return {
        phase.key: convert.board_rows(
            answers.get(client, answers.Board, f"/api/phases/{phase.id}/get_leaderboard/"), accounts
        )
        for phase in competition.phases
    }


def _kept(collecting: Collecting, submission: Submission, known: Submission | None, now: float) -> Submission:
    """A listed submission, its files on the disk and then its own file."""
    past = known.history if known is not None else ()
    state = (submission.status, submission.on_leaderboard, submission.scores)
    if not past or (past[-1].status, past[-1].on_leaderboard, past[-1].scores) != state:
        past = (*past, Sighting(now, *state))
    submission = replace(submission, history=past)
    if known is not None:
        submission = replace(submission, files=known.files, absent=known.absent, checked=known.checked)
    settled = submission.checked - past[-1].time > SETTLED_SECONDS
    if submission.status in ENDED and not (settled and complete(collecting, submission)):
        submission = with_files(collecting, submission, now)
    if submission != known:
        _write_submission(collecting, submission)
    clean(collecting.folder(submission.id), keep_parts=bool(submission.absent))
    return submission


def _missing(collecting: Collecting, submission: Submission, now: float) -> Submission:
    """A submission that was seen before and is no longer listed: everything stays, with the time."""
    if submission.missing_since:
        return submission
    marked = replace(submission, missing_since=now, on_leaderboard=False)
    _write_submission(collecting, marked)
    return marked


def _write_submission(collecting: Collecting, submission: Submission) -> None:
    _write(collecting.folder(submission.id) / SUBMISSION_FILE, encode(submission))


def _write(path: Path, data: bytes) -> None:
    if not path.is_file() or read_file(path) != data:
        write_whole(path, data, PRIVATE)


def _summary(folder: ResultsFolder, known: Mapping[int, Submission]) -> Collected:
    listed = [one for one in folder.submissions if not one.missing_since]
    return Collected(
        folder,
        new=sum(one.id not in known for one in listed),
        changed=sum(one.id in known and one.history != known[one.id].history for one in listed),
        missing=len(folder.submissions) - len(listed),
        unfinished=sum(one.status not in ENDED for one in listed),
        incomplete=sum(any(reason != EMPTY for reason in one.absent.values()) for one in listed),
    )


def _owner(site: str, number: int) -> bytes:
    return dumps({"site": site, "competition": number}).encode() + b"\n"


def _check_owner(out: Path, site: str, number: int) -> None:
    """Two competitions in one folder would mark each other's submissions as deleted."""
    path = out / OWNER_FILE
    if path.is_file() and (held := read_file(path)) != _owner(site, number):
        hint = "Name another folder with --out."
        raise OrganizerFault("E233", str(out), f"it holds another competition: {held.decode().strip()}", hint)


def check_organizer(raw: object, number: int) -> None:
    """Refuse an account that is no organizer (E262).

    Any account gets an answer, but others' lists hold only their own submissions: all others would seem deleted.
    """
    if not isinstance(raw, dict) or not {"secret_key", "whitelist_emails"} & set(raw):
        raise OrganizerFault("E262", f"competition {number}", "this account is not an organizer of it")


@contextlib.contextmanager
def _only_one(out: Path) -> Iterator[None]:
    """The folder for this process alone; the lock ends with the process, however that ends."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(out / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    except OSError as error:
        raise OrganizerFault("E232", str(out), error.strerror or str(error)) from None
    try:
        _lock(descriptor, out)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, out: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        hint = "Wait until the other `results` or `watch` ends."
        raise OrganizerFault("E233", str(out), "another process collects into it", hint) from None
