"""`competition upload` against the emulated site: once, whatever is interrupted, and compared with the bundle."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from requests.adapters import HTTPAdapter
from rich.console import Console

from organizer.build.bundle import Build
from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.platform.live import differences, read_yaml
from organizer.platform.retry import Patience
from organizer.platform.upload import Told, live_competition, note_path, publish, remedy, upload
from organizer.platform.upload_command import upload_command
from tests.platform.heard import instead
from tests.platform.site.server import Site
from tests.platform.site.trouble import Dropped, Lost, Status
from xtreme_tasks.faults import OrganizerFault

TITLE = "Multilingual and efficient"


class Said:
    def __init__(self) -> None:
        self.steps: list[str] = []
        self.sent: list[tuple[int, int]] = []

    def told(self) -> Told:
        return Told(self.steps.append, lambda done, total: self.sent.append((done, total)))


@pytest.fixture
def client(site: Site) -> Client:
    patience = Patience(sleep=lambda _: site.settle(), seconds=60)
    return Client(Credentials(site.base, token=site.user("organizer").token), patience)


@pytest.fixture
def bundle(built: Build, tmp_path: Path) -> Path:
    """The build's own folder is shared by all tests; the note must not be."""
    for name in (built.archive.name, "build.json"):
        shutil.copy(built.archive.parent / name, tmp_path / name)
    return tmp_path / built.archive.name


def go(client: Client, bundle: Path, said: Said | None = None) -> int:
    return upload(client, bundle, TITLE, (said or Said()).told())


def test_an_upload_makes_the_competition_that_the_bundle_says(site: Site, client: Client, bundle: Path) -> None:
    said = Said()
    number = go(client, bundle, said)
    assert said.sent[-1] == (bundle.stat().st_size, bundle.stat().st_size)
    live = live_competition(client, number)
    assert live.title == TITLE
    assert differences(read_yaml(bundle), live) == []
    assert not live.published
    assert publish(client, number)
    assert not publish(client, number)  # it does not toggle it back
    assert site.state.competitions[number].published


def test_a_second_call_uploads_nothing(site: Site, client: Client, bundle: Path) -> None:
    number = go(client, bundle)
    site.requests.clear()
    assert go(client, bundle) == number
    assert not [request for request in site.requests if not request.startswith("GET")]
    del site.state.competitions[number]  # deleted by hand meanwhile: then it is uploaded again
    assert go(client, bundle) != number


@pytest.mark.parametrize(
    ("method", "pattern", "effect", "times"),
    [
        ("POST", "/api/datasets/", Dropped(), 1),
        ("POST", "/api/datasets/", Lost(), 1),
        ("PUT", "/private/", Status(403), 1),
        ("PUT", "/private/", Dropped(), 1000),
        ("PUT", "/api/datasets/completed/", Dropped(), 1),
        ("PUT", "/api/datasets/completed/", Lost(), 1),
        ("GET", r"/api/competitions/\d+/creation_status/", Status(404), 1),
        ("GET", r"/api/competitions/\d+/creation_status/", Dropped(), 1000),
    ],
)
def test_an_interrupted_upload_is_finished_by_the_next_call(
    site: Site, client: Client, bundle: Path, method: str, pattern: str, effect: object, times: int
) -> None:
    site.trouble.add(method, pattern, effect, times=times)
    hasty = Client(client.credentials, dataclasses.replace(client.patience, seconds=2))
    with pytest.raises(OrganizerFault):
        go(hasty, bundle)
    site.trouble.clear()
    site.settle()
    number = go(client, bundle)
    assert list(site.state.competitions) == [number]  # one, not two


class Killed(BaseException):
    """As if the process had ended at this moment: nothing catches it."""


def dying(point: int, after: bool) -> Callable[..., requests.Response]:
    """Ends the process before or after its n-th request."""
    real, count = HTTPAdapter.send, itertools.count(1)

    def send(self: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        last = next(count) == point
        if last and not after:
            raise Killed
        response = real(self, request, **options)
        if last:
            response.close()  # what the end of a process does
            raise Killed
        return response

    return send


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_each_request_the_next_call_leaves_one_competition(
    site: Site, client: Client, bundle: Path, after: bool
) -> None:
    for point in itertools.count(1):
        try:
            with instead(dying(point, after)):
                go(client, bundle)
            break
        except Killed:
            site.settle()
        number = go(client, bundle)
        assert list(site.state.competitions) == [number], point
        site.state.competitions.clear()
        note_path(bundle).unlink()
    assert point > 4  # announced, put, completed, and asked for


def test_a_busy_site_is_waited_for(site: Site, client: Client, bundle: Path) -> None:
    rules = [
        site.trouble.add("POST", "/api/datasets/", Status(429, retry_after=1), times=2),
        site.trouble.add("PUT", "/private/", Status(503), times=2),
        site.trouble.add("PUT", "/api/datasets/completed/", Status(429)),
        site.trouble.add("GET", "/api/competitions/", Status(502), times=2),
    ]
    assert go(client, bundle) in site.state.competitions
    assert all(rule.met > rule.times for rule in rules)


def changed(bundle: Path, **values: object) -> Path:
    """The bundle with other settings, without its build record."""
    path = bundle.with_name("changed.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "competition.yaml":
                data = yaml.safe_dump({**yaml.safe_load(data), **values}).encode()
            new.writestr(name, data)
    (bundle.parent / "build.json").unlink(missing_ok=True)
    return path


def test_the_platforms_refusal_comes_with_our_remedy(client: Client, bundle: Path) -> None:
    foreign = changed(bundle, queue="00000000-0000-0000-0000-000000000000")
    with pytest.raises(OrganizerFault, match=r"E266.*Queue.*Set `queue:` of competition.yaml") as fault:
        go(client, foreign)
    assert fault.value.line().isascii()
    assert not note_path(foreign).exists()  # the platform deleted it: the next call begins anew
    assert remedy("You do not have access to the specified queue!").startswith("Own the queue")
    assert remedy("something new") == ""


def test_what_differs_on_the_site_is_named(site: Site, client: Client, bundle: Path) -> None:
    number = go(client, bundle)
    competition = site.state.competitions[number]
    phase = competition.phases[1]
    competition.docker_image = "somebody/else:latest"
    phase.max_submissions_per_person = 100
    phase.hide_output = False
    assert phase.end is not None
    phase.end += timedelta(days=1)
    phase.leaderboard.submission_rule = "Add"
    found = {difference.place for difference in differences(read_yaml(bundle), live_competition(client, number))}
    assert found == {
        "image",
        "evaluation-2 max_submissions",
        "evaluation-2 hide_output",
        "evaluation-2 end",
        "leaderboard submission_rule",
    }


def command(bundle: Path, make_public: bool = False) -> tuple[int, str]:
    console = Console(record=True, width=200, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    with console.file:
        code = upload_command(console, bundle, make_public)
        return code, console.export_text()


def test_the_command(site: Site, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPETITION_URL", site.base)
    monkeypatch.setenv("COMPETITION_TOKEN", site.user("organizer").token)
    code, said = command(bundle, make_public=True)
    assert code == 0
    (competition,) = site.state.competitions.values()
    assert competition.published
    assert "published" in said
    assert "shared queue" in said
    assert "by hand:" in said
    assert site.user("organizer").token not in said
    competition.published, competition.docker_image = False, "somebody/else:latest"
    code, said = command(bundle, make_public=True)
    assert code == 1
    assert "not published" in said
    assert not competition.published


def test_a_bundle_with_errors_is_not_sent(site: Site, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPETITION_URL", site.base)
    monkeypatch.setenv("COMPETITION_TOKEN", site.user("organizer").token)
    with bundle.open("ab") as stream:
        stream.write(b"\0")
    with pytest.raises(OrganizerFault, match="E266.*changed after the build"):
        command(bundle)
    with pytest.raises(OrganizerFault, match="E266.*errors, first: C"):
        command(changed(bundle, title="x" * 300, leaderboards=[]))
    assert site.requests == []
