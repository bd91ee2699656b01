"""What a test can let go wrong, and the storage's own refusals."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import requests

from tests.platform.site.server import Site
from tests.platform.site.trouble import (
    Calling,
    Dropped,
    Effect,
    Expired,
    Garbled,
    Hanging,
    Lost,
    ShortLength,
    Slow,
    Status,
    Truncated,
)
from tests.platform.site.visitor import Visitor

CONTENT = bytes(range(256)) * 8


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    with Visitor(site, "organizer") as made:
        yield made


@pytest.fixture
def address(site: Site) -> str:
    data = site.data(site.user("organizer"), "input_data", CONTENT)
    return site.storage.sign(data.path)


def fetch(address: str, **headers: str) -> requests.Response:
    return requests.get(address, headers=headers, timeout=10)


def test_a_part_can_be_fetched_as_from_s3(address: str) -> None:
    whole = fetch(address)
    assert (whole.status_code, whole.content, whole.headers["Accept-Ranges"]) == (200, CONTENT, "bytes")
    part = fetch(address, Range="bytes=2000-")
    assert (part.status_code, part.content) == (206, CONTENT[2000:])
    assert part.headers["Content-Range"] == "bytes 2000-2047/2048"
    assert part.headers["ETag"] == whole.headers["ETag"]
    assert fetch(address, Range="bytes=10-19").content == CONTENT[10:20]
    assert fetch(address, Range="bytes=-5").content == CONTENT[-5:]
    assert fetch(address, Range="bytes=2048-").status_code == 416


def test_an_address_expires(site: Site, address: str) -> None:
    site.clock.advance(site.storage.lifetime + 2)
    late = fetch(address)
    assert (late.status_code, b"Request has expired" in late.content) == (403, True)


def test_the_storage_takes_no_token_and_no_other_path_method_or_type(site: Site, address: str) -> None:
    token = site.user("organizer").token
    assert fetch(address, Authorization=f"Token {token}").status_code == 400
    assert fetch(address.replace("/dataset/", "/dataset/x")).status_code == 403
    assert fetch(address.partition("?")[0]).status_code == 403
    assert requests.put(address, b"x", timeout=10).status_code == 403
    put = site.storage.sign("dataset/new.zip", "PUT")
    assert requests.put(put, b"x", headers={"Content-Type": "text/plain"}, timeout=10).status_code == 403
    assert requests.put(put, b"x", headers={"Content-Type": "application/zip"}, timeout=10).status_code == 200
    assert site.storage.blobs["dataset/new.zip"] == b"x"
    assert fetch(site.storage.sign("dataset/absent.zip")).status_code == 404


@pytest.mark.parametrize(("effect", "status"), [(Status(500), 500), (Status(429, 7), 429), (Expired(), 403)])
def test_a_status_comes_as_often_as_asked(site: Site, address: str, effect: Effect, status: int) -> None:
    site.trouble.add("GET", "/private/", effect, skip=1, times=2)
    answers = [fetch(address) for _ in range(4)]
    assert [answered.status_code for answered in answers] == [200, status, status, 200]
    assert answers[1].headers.get("Retry-After") == ("7" if status == 429 else None)


def test_nothing_is_done_by_a_request_that_fails(site: Site, visitor: Visitor) -> None:
    plan = {"name": "gpu"}
    site.trouble.add("POST", "/api/queues/", Status(500))
    assert visitor.ask("POST", "/api/queues/", json=plan).status_code == 500
    site.trouble.add("POST", "/api/queues/", Dropped())
    with pytest.raises(requests.ConnectionError):
        visitor.ask("POST", "/api/queues/", json=plan)
    assert site.state.queues == {}


def test_a_lost_answer_leaves_what_was_asked_done(site: Site, visitor: Visitor) -> None:
    site.trouble.add("POST", "/api/queues/", Lost())
    with pytest.raises(requests.ConnectionError):
        visitor.ask("POST", "/api/queues/", json={"name": "gpu"})
    assert len(site.state.queues) == 1


def test_a_body_that_breaks_off_is_noticed_by_its_length(site: Site, address: str) -> None:
    site.trouble.add("GET", "/private/", Truncated(0.5))
    with pytest.raises(requests.exceptions.RequestException):
        fetch(address)
    assert fetch(address).content == CONTENT


def test_a_short_or_garbled_body_is_noticed_by_nothing_in_the_transfer(site: Site, address: str) -> None:
    site.trouble.add("GET", "/private/", ShortLength(0.5))
    assert fetch(address).content == CONTENT[:1024]
    site.trouble.add("GET", "/private/", Garbled())
    garbled = fetch(address).content
    assert (len(garbled), garbled == CONTENT) == (2048, False)


def test_a_slow_body_is_whole(site: Site, address: str) -> None:
    site.trouble.add("GET", "/private/", Slow(pieces=7))
    assert fetch(address).content == CONTENT


def test_a_request_hangs_until_it_is_let_go(site: Site, address: str) -> None:
    effect = Hanging(threading.Event())
    site.trouble.add("GET", "/private/", effect)
    seen: list[Exception] = []

    def ask() -> None:
        try:
            fetch(address)
        except requests.RequestException as error:
            seen.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert effect.arrived.wait(10)
    assert asking.is_alive()
    effect.release.set()
    asking.join(10)
    assert len(seen) == 1


@pytest.mark.parametrize("after", [False, True])
def test_a_function_runs_before_or_after_the_deed(site: Site, visitor: Visitor, after: bool) -> None:
    seen: list[int] = []
    site.trouble.add("POST", "/api/queues/", Calling(lambda: seen.append(len(site.state.queues)), after))
    visitor.post("/api/queues/", name="gpu")
    assert seen == [int(after)]


def test_connections_are_refused_while_the_site_is_down(site: Site, visitor: Visitor, address: str) -> None:
    with site.down():
        for url in (f"{site.base}/api/queues/", address):
            with pytest.raises(requests.ConnectionError):
                requests.get(url, timeout=10)
    assert fetch(address).status_code == 200
    assert visitor.get("/api/queues/")["count"] == 0


def test_the_rules_can_be_forgotten(site: Site, address: str) -> None:
    site.trouble.add("*", "/", Status(500), times=99)
    assert fetch(address).status_code == 500
    site.trouble.clear()
    assert fetch(address).status_code == 200
    assert site.requests[-1].startswith("GET /private/")
