"""The API client alone: credentials, repeats, time-outs, addresses that must stay secret."""

# ruff: noqa: S105, S106 - made-up secrets are the subject here

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
import requests
import responses
from keyring.backend import KeyringBackend

from organizer.platform.client import Client
from organizer.platform.credentials import Credentials, check_url, read_credentials
from organizer.platform.retry import Patience, retry_after
from organizer.platform.scrub import scrub, scrub_text
from organizer.platform.transfer import Absent, Expired, fetch, part_of
from tests.platform.site.server import Site
from tests.platform.site.trouble import Dropped, Hanging, Lost, Status
from xtreme_tasks.faults import OrganizerFault

SITE = "https://site.example"
SIGNED = "https://store.example/private/a/code.zip?X-Amz-Signature=deadbeef&X-Amz-Expires=10"


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def client(waited: list[float]) -> Client:
    return Client(Credentials(SITE, token="secret-token"), Patience(seconds=40, sleep=waited.append))


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as made:
        yield made


class Ring(KeyringBackend):
    priority = 1.0  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return {(SITE, "alia"): "from-the-ring"}.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        assert not (service, username, password), "nothing is stored by a command"


def test_credentials_come_from_the_environment_or_the_keyring() -> None:
    found = read_credentials({"COMPETITION_URL": f"{SITE}/", "COMPETITION_TOKEN": " abc "})
    assert (found.url, found.token, found.anonymous) == (SITE, "abc", False)
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        account = {"COMPETITION_URL": SITE, "COMPETITION_USER": "alia"}
        assert read_credentials(account).password == "from-the-ring"
        assert read_credentials({**account, "COMPETITION_PASSWORD": "given"}).password == "given"
        with pytest.raises(OrganizerFault, match="E262.*keyring set https://site.example bogdan"):
            read_credentials({**account, "COMPETITION_USER": "bogdan"})
    finally:
        keyring.set_keyring(before)
    shown = repr(Credentials(SITE, token="abc", user="alia", password="xyz"))
    assert "abc" not in shown
    assert "xyz" not in shown


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "E231"),
        ("site.example", "E231"),
        ("ftp://site.example", "E231"),
        ("https://", "E231"),
        ("https://user:pass@site.example", "E231"),
        ("https://site.example/?token=1", "E231"),
        ("https://site.example:port", "E231"),
        ("http://site.example", "E262"),
    ],
)
def test_addresses_that_cannot_be_used(url: str, code: str) -> None:
    with pytest.raises(OrganizerFault) as fault:
        read_credentials({"COMPETITION_URL": url, "COMPETITION_TOKEN": "abc"})
    assert fault.value.code == code
    assert "pass" not in fault.value.line().replace("password", "")


def test_plain_http_needs_a_word_unless_it_stays_on_this_machine() -> None:
    assert check_url("http://localhost:8000") == "http://localhost:8000"
    assert check_url("http://site.example/", "1") == "http://site.example"


def test_a_password_is_exchanged_once_and_refused_in_one_line(site: Site) -> None:
    site.user("alia").password = "right"
    made = Client(Credentials(site.base, user="alia", password="right"))
    made.get("/api/competitions/")
    made.get("/api/competitions/")
    assert sum("api-token-auth" in request for request in site.requests) == 1
    with pytest.raises(OrganizerFault, match="E262 account alia.*wrong user or password") as fault:
        Client(Credentials(site.base, user="alia", password="wrong-one")).get("/api/competitions/")
    assert "wrong-one" not in fault.value.line()


def test_waits_grow_and_end(client: Client, waited: list[float], mock: responses.RequestsMock) -> None:
    mock.get(f"{SITE}/api/x/", status=500)
    clock = iter(range(0, 1000, 5))
    patient = Client(client.credentials, Patience(seconds=40, sleep=waited.append, clock=lambda: next(clock)))
    with pytest.raises(OrganizerFault, match="E264 GET /api/x/.*HTTP 500"):
        patient.get("/api/x/")
    assert 3 <= len(waited) <= 10
    assert all(0.5 * 2**step <= pause <= 2**step for step, pause in enumerate(waited[:4]))


def test_retry_after_in_seconds_and_as_a_date() -> None:
    def answer(value: str) -> requests.Response:
        made = requests.Response()
        made.headers["Retry-After"] = value
        return made

    assert retry_after(answer("17")) == 17
    assert retry_after(answer("Mon, 11 Jan 2027 00:00:30 GMT"), now=lambda: 1799625600.0) == 30
    assert retry_after(answer("Mon, 11 Jan 2027 00:00:30 GMT"), now=lambda: 1799625700.0) == 0
    assert retry_after(answer("soon")) is None
    assert retry_after(answer("")) is None


def test_a_post_is_repeated_only_where_it_was_not_done(site: Site) -> None:
    made = Client(Credentials(site.base, token=site.user("organizer").token), Patience(sleep=lambda _: None))
    wanted = {"type": "submission", "request_sassy_file_name": "x.zip", "file_size": 3}
    for effect in (Lost(), Dropped(), Status(500)):
        site.trouble.add("POST", "/api/datasets/", effect)
        site.requests.clear()
        with pytest.raises(OrganizerFault, match="E26[14]"):
            made.send("POST", "/api/datasets/", wanted)
        assert site.requests == ["POST /api/datasets/"]
    site.trouble.add("POST", "/api/datasets/", Status(429, retry_after=1), times=2)
    assert made.send("POST", "/api/datasets/", wanted)["key"]


def test_no_answer_in_time_is_one_line(site: Site) -> None:
    release = threading.Event()
    site.trouble.add("GET", "/api/competitions/", Hanging(release), times=10)
    made = Client(Credentials(site.base), Patience(seconds=0.4, first=0.01, timeouts=(5, 0.1)))
    try:
        with pytest.raises(OrganizerFault, match=r"E261 GET /api/competitions/.*no answer of 127.0.0.1:\d+ in time"):
            made.get("/api/competitions/")
    finally:
        release.set()


def test_a_redirect_is_not_followed_with_the_token(client: Client, mock: responses.RequestsMock) -> None:
    mock.post(f"{SITE}/api/x/", status=302, headers={"Location": "https://other.example/login?next=x"})
    with pytest.raises(OrganizerFault, match=r"E264.*redirects.*https://other.example$"):
        client.send("POST", "/api/x/", {})


def test_the_token_goes_to_the_site_only_and_netrc_is_left_out(
    client: Client, mock: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login u password p\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    mock.get(f"{SITE}/api/x/", json={})
    mock.get(SIGNED, body=b"text")
    client.get("/api/x/")
    fetch(client, SIGNED, tmp_path / "page.html")
    sent = [call.request.headers.get("Authorization") for call in mock.calls]
    assert sent == ["Token secret-token", None]


@pytest.mark.parametrize(("status", "expected"), [(403, Expired), (401, Expired), (404, Absent), (410, Absent)])
def test_what_storages_say(
    client: Client, mock: responses.RequestsMock, tmp_path: Path, status: int, expected: type[Exception]
) -> None:
    mock.get(SIGNED, status=status)
    with pytest.raises(expected):
        fetch(client, SIGNED, tmp_path / "code.zip")


def test_messages_hold_no_signature(
    client: Client, mock: responses.RequestsMock, waited: list[float], tmp_path: Path
) -> None:
    mock.get(SIGNED, status=418)
    mock.get(
        "https://gone.example/a.zip", body=requests.ConnectionError("GET /a.zip?X-Amz-Signature=deadbeef: refused")
    )
    clock = iter(range(0, 1000, 20))
    hasty = Client(client.credentials, Patience(seconds=50, sleep=waited.append, clock=lambda: next(clock)))
    for address in (SIGNED, "https://gone.example/a.zip?X-Amz-Signature=deadbeef"):
        with pytest.raises(OrganizerFault) as fault:
            fetch(hasty, address, tmp_path / "a.html")
        assert "deadbeef" not in fault.value.line()


def test_a_part_is_continued(site: Site, tmp_path: Path) -> None:
    content = bytes(range(256)) * 64
    with site.lock:
        path = site.storage.put("submission_details", "log.txt", content)
        address = site.storage.sign(path)
    part_of(tmp_path / "log.txt").write_bytes(content[:5000])
    seen: list[int] = []
    made = Client(Credentials(site.base))
    fetched = fetch(made, address, tmp_path / "log.txt", lambda done, total: seen.append(done))
    assert (tmp_path / "log.txt").read_bytes() == content
    assert fetched.size == len(content)
    assert min(seen) > 5000
    # A part that is longer than the file cannot be a part of it.
    part_of(tmp_path / "log.txt").write_bytes(content + b"more")
    fetch(made, address, tmp_path / "log.txt")
    assert (tmp_path / "log.txt").read_bytes() == content


def test_pages_are_put_together(client: Client, mock: responses.RequestsMock) -> None:
    first = {"count": 3, "next": f"{SITE}/api/x/?page=2", "previous": None, "results": [1, 2]}
    mock.get(f"{SITE}/api/x/?page=1&page_size=1000&phase=4", json=first, match_querystring=None)
    mock.get(f"{SITE}/api/x/?page=2&page_size=1000&phase=4", json={**first, "next": None, "results": [3]})
    assert client.listing("/api/x/", {"phase": "4"}) == [1, 2, 3]
    mock.get(f"{SITE}/api/y/", json=[4, 5])
    assert client.listing("/api/y/") == [4, 5]
    mock.get(f"{SITE}/api/z/", json={"detail": "?"})
    with pytest.raises(OrganizerFault, match="E264.*not a list"):
        client.listing("/api/z/")


def test_what_the_site_says_is_shown(client: Client, mock: responses.RequestsMock) -> None:
    mock.get(f"{SITE}/a", status=400, json={"file_size": ["A valid number\nis required."]})
    mock.get(f"{SITE}/b", status=200, body=b"<html>maintenance</html>")
    mock.get(f"{SITE}/c", status=404, json={"detail": "Not found."})
    with pytest.raises(OrganizerFault, match=r"E263 GET /a.*file_size: A valid number is required"):
        client.get("/a")
    with pytest.raises(OrganizerFault, match=r"E264 GET /b.*HTTP 200 and not JSON"):
        client.get("/b")
    with pytest.raises(OrganizerFault, match=r"E263 GET /c"):
        client.get("/c")


def test_secrets_are_scrubbed() -> None:
    answer = {
        "queue": {"name": "gpu", "broker_url": "pyamqp://u:p@host/vhost", "id": 1},
        "secret_key": "k",
        "pages": [{"content": "see https://u:p@host/x and https://plain.example/?q=1"}],
        "url": "https://store.example/a.zip?AWSAccessKeyId=A&Signature=S&Expires=1",
        "status_details": "failed: https://store.example/b.zip?X-Amz-Algorithm=x&X-Amz-Signature=S (403)",
    }
    assert scrub(answer) == {
        "queue": {"name": "gpu", "id": 1},
        "pages": [{"content": "see https://host/x and https://plain.example/?q=1"}],
        "url": "https://store.example/a.zip",
        "status_details": "failed: https://store.example/b.zip (403)",
    }
    assert scrub_text("pyamqp://rabbit:pass@host:5672/v") == "pyamqp://host:5672/v"
