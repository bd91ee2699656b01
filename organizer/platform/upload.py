"""The main path of `competition upload`: a bundle becomes a competition, once, however often the command is stopped.

What was done is noted beside the bundle after every step, without anything secret: `BUNDLE.upload.json`. A call that
finds the note of the very same bytes on the same site goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from organizer.platform import answers
from organizer.platform.client import Client
from organizer.platform.scrub import scrub_text
from organizer.platform.shape import decode, encode, parse
from organizer.platform.transfer import Seen, put
from organizer.results import convert
from organizer.results.folder import Competition
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, write_whole

REMEDIES: tuple[tuple[str, str], ...] = (
    ("do not have access to the specified queue", "Own the queue, or let its owner add you as an organizer of it."),
    ("specified Queue does not exist", "Set `queue:` of competition.yaml to the vhost on your queue's page."),
    ("Bad zip file", "The upload was damaged or is no zip: run `competition check`, then upload again."),
    ("competition.yaml is missing", "competition.yaml must lie at the zip's root: build again."),
    ("Unable to find", "The named file is not in the bundle: build again."),
    ("Phases must be sequential", "Every phase must end before the next starts: build again with other --weeks."),
    ("Phases dates conflict", "Every phase must end strictly before the next starts: build again."),
    ("Insufficient space", "Delete old bundles and data sets on the site's Resources page, or ask for a larger quota."),
    ("max_length", "A title or key is too long: `competition check` names it."),
    ("no more than", "A title or key is too long: `competition check` names it."),
)
"""What the platform says, and what to do then."""


LOOKS = 5
CLOCKS_APART = 60.0
"""Seconds by which this machine's clock and the site's may differ."""


@dataclass(frozen=True)
class Note:
    """How far an upload has come.

    Attributes:
        site, sha256: of what, and where to.
        stage: `sending`, `completing` (the platform may already unpack), `unpacking`, `made`.
        begun: Unix seconds.
        status: the platform's number of the unpacking.
        competition: its number.

    """

    site: str
    sha256: str
    stage: str
    begun: float
    key: str = ""
    status: int = 0
    competition: int = 0


@dataclass(frozen=True)
class Told:
    """What an upload tells while it runs."""

    step: Callable[[str], None]
    bytes: Seen | None = None


def upload(client: Client, bundle: Path, title: str, told: Told, now: Callable[[], float] = time.time) -> int:
    """The number of the competition that was made of the bundle, by this call or an earlier one.

    Raises:
        OrganizerFault: E201, E232, E261 to E264, E266 (what the platform says, with our remedy).

    """
    digest = _digest(bundle)
    path = note_path(bundle)
    note = _read(path, client.url, digest)
    if note is not None and note.stage == "made":
        if _exists(client, note.competition):
            told.step(f"already uploaded: competition {note.competition}")
            return note.competition
        note = None
    if note is not None and note.stage == "completing":
        note = _found(client, note, title, told)
    if note is None or note.stage == "sending":
        note = _send(client, bundle, digest, path, told, now)
    if note.stage == "unpacking":
        told.step("the platform unpacks the bundle")
        number = _unpacked(client, note, path, now)
        note = replace(note, stage="made", competition=number)
    _write(path, note)
    return note.competition


def note_path(bundle: Path) -> Path:
    """Where the note lies."""
    return bundle.with_name(f"{bundle.name}.upload.json")


def _send(client: Client, bundle: Path, digest: str, path: Path, told: Told, now: Callable[[], float]) -> Note:
    note = Note(client.url, digest, "sending", now())
    _write(path, note)
    size = bundle.stat().st_size
    wanted = {"type": "competition_bundle", "request_sassy_file_name": bundle.name, "file_size": size}
    made = _refused(lambda: client.send("POST", "/api/datasets/", wanted))
    new = decode(answers.NewData, made, "POST /api/datasets/", "E264")
    told.step(f"sending {bundle.name}, {size:,} bytes")
    put(client, new.sassy_url, bundle, told.bytes)
    note = replace(note, stage="completing", key=new.key)
    _write(path, note)
    # A PUT, but each one starts another unpacking: sent once.
    done = client.send_once("PUT", f"/api/datasets/completed/{new.key}/", {})
    status = done.get("status_id") if isinstance(done, dict) else None
    if not isinstance(status, int):
        raise OrganizerFault("E264", "PUT /api/datasets/completed/", "the platform does not begin to unpack")
    note = replace(note, stage="unpacking", status=status)
    _write(path, note)
    return note


def _unpacked(client: Client, note: Note, path: Path, now: Callable[[], float]) -> int:
    """Wait for the platform; its failure ends the note, since it deletes the data set."""
    end = now() + max(600.0, client.patience.seconds)
    pause = client.patience.first
    while True:
        place = f"/api/competitions/{note.status}/creation_status/"
        creation = answers.get(client, answers.Creation, place)
        if creation.status == "Finished" and creation.resulting_competition:
            return creation.resulting_competition
        if creation.status == "Failed":
            path.unlink(missing_ok=True)
            said = scrub_text(" ".join((creation.details or "no reason given").split()))
            raise OrganizerFault("E266", f"unpacking {note.status}", said[:300], remedy(said))
        if now() > end:
            hint = "Repeat the command: it goes on waiting. If the site's own worker is down, tell its operator."
            raise OrganizerFault("E266", f"unpacking {note.status}", "not ended in time", hint)
        client.patience.sleep(pause)
        pause = min(pause * 1.5, 10.0)


def remedy(said: str) -> str:
    """What to do about a message of the platform; empty where only the message itself can tell."""
    return next((hint for part, hint in REMEDIES if part.lower() in said.lower()), "")


def _refused(send: Callable[[], object]) -> object:
    try:
        return send()
    except OrganizerFault as fault:
        if fault.code == "E263" and remedy(fault.detail):
            raise OrganizerFault("E266", fault.where, fault.detail, remedy(fault.detail)) from None
        raise


def _found(client: Client, note: Note, title: str, told: Told) -> Note | None:
    """The competition that an interrupted call may have begun; None if there is none: then it is sent again."""
    pause = client.patience.first
    for _ in range(LOOKS):  # it may be about to be made
        mine = client.listing("/api/competitions/", {"mine": "true", "type": "any"})
        later = [int(one["id"]) for one in mine if isinstance(one, dict) and _may_be(one, note, title)]
        if later:
            told.step(f"an interrupted call had made competition {max(later)}")
            return replace(note, stage="made", competition=max(later))
        client.patience.sleep(pause)
        pause *= 2
    return None


def _may_be(one: Mapping[str, Any], note: Note, title: str) -> bool:
    created = convert.unix(str(one.get("created_when")), "GET /api/competitions/ created_when")
    return one.get("title") == title and created >= note.begun - CLOCKS_APART


def _exists(client: Client, number: int) -> bool:
    try:
        client.get(f"/api/competitions/{number}/")
    except OrganizerFault as fault:
        if fault.code == "E263":
            return False
        raise
    return True


def live_competition(client: Client, number: int, now: Callable[[], float] = time.time) -> Competition:
    """The competition as the site has it, without its participants (E261 to E264)."""
    path = f"/api/competitions/{number}/"
    raw = client.get(path)
    found = decode(answers.Competition, raw, f"GET {path}", "E264")
    return convert.competition(found, raw, (), client.url, now())


def publish(client: Client, number: int) -> bool:
    """Make the competition visible; False if it already was. The site only knows how to toggle, so it is asked first.

    Raises:
        OrganizerFault: E261 to E264; repeat the call: it looks again before it acts.

    """
    if live_competition(client, number).published:
        return False
    client.send_once("POST", f"/api/competitions/{number}/toggle_publish/", {})
    if not live_competition(client, number).published:
        raise OrganizerFault("E264", f"competition {number}", "it is still not published", "Publish it on its page.")
    return True


def _digest(bundle: Path) -> str:
    try:
        with bundle.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise OrganizerFault("E201", str(bundle), error.strerror or str(error)) from None


def _read(path: Path, site: str, digest: str) -> Note | None:
    """The note of the very same bytes on the same site; a damaged one is none."""
    if not path.is_file():
        return None
    try:
        note = parse(Note, read_file(path), str(path))
    except OrganizerFault:
        return None
    return note if (note.site, note.sha256) == (site, digest) else None


def _write(path: Path, note: Note) -> None:
    write_whole(path, encode(note), 0o600)
