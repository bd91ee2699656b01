"""One submission's files: fetched where they are new, kept where they are known, the signed records taken out."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from re import sub as substitute
from urllib.parse import urlsplit

from organizer.check.tree import ZIP_FAULTS
from organizer.platform import answers
from organizer.platform.client import Client
from organizer.platform.scrub import scrub_text
from organizer.platform.transfer import Absent, Expired, Seen, fetch
from organizer.results.folder import CODE, LOGS, PAGE, PREDICTION, SCORING, SUBMISSIONS, File, Submission
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, sha256, write_whole
from xtreme_tasks.record import RECORD_FILE, SCORE_RECORD_FILE, STARTED_FILE

RECORDS: Mapping[str, tuple[str, ...]] = {PREDICTION: (RECORD_FILE, STARTED_FILE), SCORING: (SCORE_RECORD_FILE,)}
LARGEST_RECORD = 1 << 23
PRIVATE = 0o600
ASKED_AGAIN = 3
EMPTY = "the worker delivered nothing"
"""The site makes an empty file for each output before a run; a run that fails early leaves it empty."""
TEXT = ".txt"


@dataclass(frozen=True)
class Collecting:
    """Where a submission's files go, and by whom they are fetched; `seen` is told of a file's progress."""

    client: Client
    root: Path
    seen: Seen | None = None
    verify: bool = False

    def folder(self, submission: int) -> Path:
        """The submission's folder."""
        return self.root / SUBMISSIONS / str(submission)


def complete(collecting: Collecting, submission: Submission) -> bool:
    """Whether every file of the submission that the site ever named is there."""
    delivered = all(reason == EMPTY for reason in submission.absent.values())
    return bool(submission.files) and delivered and all(_is_there(collecting, one) for one in submission.files.values())


def with_files(collecting: Collecting, submission: Submission, now: float) -> Submission:
    """The submission with all its files on the disk.

    Args:
        collecting: where and by whom.
        submission: as the site lists it now, with the files of an earlier collection.
        now: Unix seconds.

    Raises:
        OrganizerFault: E232, E261, E262, E265; what is complete stays, and a later call continues.

    """
    before = submission.files
    kept = {name: entry for name, entry in before.items() if _is_there(collecting, entry)}
    addresses = _addresses(collecting.client, submission.id)
    if addresses is None:
        note = {"details": "the site cannot show the files of this submission"}
        return replace(submission, files=kept, absent=note, checked=now)
    absent: dict[str, str] = {}
    for name in list(addresses):
        source = _source(addresses[name])
        missing = [record for record in RECORDS.get(name, ()) if record in before and record not in kept]
        # A log may still grow under the same name when a run has just ended.
        if name in kept and kept[name].source == source and not missing and not name.startswith(LOGS):
            continue
        try:
            entry = _fetched(collecting, submission, name, addresses)
            if not entry.size and name in (PREDICTION, SCORING, PAGE):
                absent[name] = EMPTY
                (collecting.root / entry.path).unlink()
                continue
            kept[name] = entry
            kept |= _records(collecting, submission, name, entry)
        except Absent:
            absent[name] = "the storage has no such file"
        except _Damaged as damage:
            absent[name] = str(damage)
    return replace(submission, files=dict(sorted(kept.items())), absent=absent, checked=now)


class _Damaged(Exception):
    """The storage delivers something that cannot be the file."""


def _addresses(client: Client, submission: int) -> dict[str, str] | None:
    """Signed addresses by our names; None for a deleted submission: the site then fails, or knows it no more."""
    path = f"/api/submissions/{submission}/get_details/"
    try:
        details = answers.get(client, answers.Details, path)
    except OrganizerFault as fault:
        if "HTTP 404" in fault.detail or "HTTP 500" in fault.detail:
            return None
        raise
    named = {
        CODE: details.data_file,
        PREDICTION: details.prediction_result,
        SCORING: details.scoring_result,
        PAGE: details.detailed_result,
        **{f"{LOGS}{_plain(log.name)}{TEXT}": log.data_file for log in details.logs},
    }
    return {name: address for name, address in named.items() if address}


def _plain(name: str) -> str:
    return substitute(r"[^A-Za-z0-9_-]", "_", name)[:60] or "log"


def _source(address: str) -> str:
    """Which stored file this is: the address without its signature, which is another each time."""
    parts = urlsplit(address)
    return sha256(f"{parts.hostname}{parts.path}".encode())[:24]


def _is_there(collecting: Collecting, entry: File) -> bool:
    path = collecting.root / entry.path
    if not path.is_file() or path.stat().st_size != entry.size:
        return False
    return not collecting.verify or sha256(read_file(path)) == entry.sha256


def _fetched(collecting: Collecting, submission: Submission, name: str, addresses: dict[str, str]) -> File:
    path = _free(collecting, submission, name, _source(addresses[name]))
    for _ in range(ASKED_AGAIN):
        try:
            found = fetch(collecting.client, addresses[name], path, collecting.seen)
        except Expired:
            addresses |= _addresses(collecting.client, submission.id) or {}
            continue
        if not found.whole and name in RECORDS:  # the site made this zip itself: it cannot be a damaged one
            path.unlink()
            raise _Damaged("the storage delivers a damaged zip")
        entry = File(path.relative_to(collecting.root).as_posix(), found.sha256, found.size, _source(addresses[name]))
        path.chmod(PRIVATE)
        return _scrubbed(path, entry) if name.startswith(LOGS) else entry
    raise OrganizerFault("E265", f"submission {submission.id} {name}", "every new address is refused, too")


def _free(collecting: Collecting, submission: Submission, name: str, source: str) -> Path:
    """Where a file goes: under its own name, or beside an earlier one that was replaced on the site, which stays."""
    path = collecting.folder(submission.id) / name
    relative = path.relative_to(collecting.root).as_posix()
    taken = any(entry.path == relative and entry.source != source for entry in submission.files.values())
    return path.with_stem(f"{path.stem}-{source[:12]}") if taken else path


def _scrubbed(path: Path, entry: File) -> File:
    """A log without secrets: the site's worker writes addresses into some."""
    data = read_file(path)
    clean = scrub_text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    if clean == data:
        return entry
    write_whole(path, clean, PRIVATE)
    return replace(entry, sha256=sha256(clean), size=len(clean))


def _records(collecting: Collecting, submission: Submission, name: str, archive: File) -> Iterator[tuple[str, File]]:
    """The signed records of an output, as files of their own."""
    for record in RECORDS.get(name, ()):
        data = _member(collecting.root / archive.path, record)
        if data is None:
            continue
        path = _free(collecting, submission, record, archive.source)
        write_whole(path, data, PRIVATE)
        yield record, File(path.relative_to(collecting.root).as_posix(), sha256(data), len(data), archive.source)


def _member(path: Path, name: str) -> bytes | None:
    """A file at the root of an output; None if it is not there, or is no record by its size."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [item for item in archive.namelist() if PurePosixPath(item) == PurePosixPath(name)]
            if len(names) != 1 or archive.getinfo(names[0]).file_size > LARGEST_RECORD:
                return None
            with archive.open(names[0]) as stream:
                data = stream.read(LARGEST_RECORD + 1)
    except ZIP_FAULTS:
        return None
    return data if len(data) <= LARGEST_RECORD else None


def clean(folder: Path, keep_parts: bool) -> None:
    """Remove what an interrupted call left; parts of large files are kept to be continued.

    Raises:
        OrganizerFault: E232.

    """
    try:
        for path in folder.rglob(".*"):
            if path.is_file() and not (keep_parts and path.name.endswith(".part")):
                path.unlink()
    except OSError as error:
        raise OrganizerFault("E232", str(folder), error.strerror or str(error)) from None
