"""What a command asks of a site and what it is answered: taken down, cleaned of secrets, and played again.

The walk of `site/tour.py` shows that the emulated site answers as a platform does. This shows the other side: what our
own commands ask, in which order, and that they live on the answers that a platform gave.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import HTTPAdapter

from organizer.platform import client as client_module
from tests.platform.site.exchange import Scrubber
from tests.platform.site.visitor import packed

SITE, STORAGE = "http://site", "http://storage"
KEPT_HEADERS = ("Content-Range", "Location", "Retry-After")
"""Besides type and length: what the client reads, or a library for it."""
LONGEST_TEXT = 120
"""Longer texts are pages and terms; they are cut."""
EMPTY_ZIP = packed({})
Send = Callable[..., requests.Response]


@dataclass(frozen=True)
class Heard:
    """One request of a command and its answer.

    Attributes:
        chapter: which command.
        at: Unix seconds.
        address: without the query of a request to the site; an address of the storage as the site gave it.
        signed_in: whether the account's token went along.
        request: the body's JSON; None where there was none, or bytes.
        kind: the answer's content type without parameters.
        headers: those of `KEPT_HEADERS` that it has.
        size: bytes of an answer that is no JSON.
        response: the answer's JSON; None where it is none.

    """

    chapter: str
    at: float
    method: str
    address: str
    query: Mapping[str, str]
    signed_in: bool
    request: Any
    status: int
    kind: str
    headers: Mapping[str, str]
    size: int
    response: Any

    @property
    def asked(self) -> tuple[object, ...]:
        """What was asked, without the answer."""
        return self.method, self.address, dict(self.query), self.signed_in, self.request


@contextlib.contextmanager
def overheard(chapter: str, told: Callable[[Heard], None]) -> Iterator[None]:
    """Everything that this process asks by HTTP meanwhile, secrets still in it."""
    real: Send = HTTPAdapter.send

    def send(self: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = real(self, request, **options)
        told(_heard(chapter, request, response, bool(options.get("stream"))))
        return response

    with instead(send):
        yield


@contextlib.contextmanager
def instead(send: Send) -> Iterator[None]:
    """Every request of this process goes through this function."""
    real: Send = HTTPAdapter.send
    HTTPAdapter.send = send  # type: ignore[method-assign]
    try:
        yield
    finally:
        HTTPAdapter.send = real  # type: ignore[method-assign]


def _heard(chapter: str, request: requests.PreparedRequest, response: requests.Response, stream: bool) -> Heard:
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    length = int(response.headers.get("Content-Length") or 0)
    value = None if stream or kind != "application/json" else json.loads(response.content or b"null")
    address, query = asked_address(request)
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Heard(
        chapter,
        round(time.time(), 1),
        str(request.method),
        address,
        query,
        "Authorization" in request.headers,
        _body(request),
        response.status_code,
        kind,
        headers,
        0 if value is not None else length,
        value,
    )


def asked_address(request: requests.PreparedRequest) -> tuple[str, dict[str, str]]:
    """Address and query; a signature, or what is left of one, stays in the address."""
    address = str(request.url)
    parts = urlsplit(address)
    if "Signature=" in parts.query or parts.query == "signed":
        return address, {}
    return f"{parts.scheme}://{parts.netloc}{parts.path}", dict(parse_qsl(parts.query))


def _body(request: requests.PreparedRequest) -> Any:
    body = request.body
    return json.loads(body) if isinstance(body, bytes | str) and body else None


def clean(heard: Sequence[Heard], site: str, storage: str, names: Mapping[str, str]) -> list[Heard]:
    """The same without tokens, passwords, secrets, signatures, keys, addresses, and names.

    Args:
        heard: as it was taken down.
        site: the site's address.
        storage: its storage's.
        names: what replaces each name: of accounts, and of what else tells a place.

    """
    scrubber = Scrubber({site: SITE, storage: STORAGE}, names)
    return [
        dataclasses.replace(
            one,
            address=scrubber.text(one.address),
            query=_short(scrubber.scrub(one.query)),
            request=_short(scrubber.scrub(one.request)),
            headers=scrubber.scrub(one.headers),
            response=_short(scrubber.scrub(one.response)),
        )
        for one in heard
    ]


def _short(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST_TEXT and not value.startswith((SITE, STORAGE)):
        return value[:LONGEST_TEXT]
    return value


def to_json(heard: Sequence[Heard]) -> bytes:
    """A recording: answers that came more than once are kept once; one exchange and one answer in a line."""
    answers: list[str] = []
    rows = []
    for one in heard:
        text = json.dumps(one.response, ensure_ascii=False)
        if text not in answers:
            answers.append(text)
        rows.append(json.dumps({**dataclasses.asdict(one), "response": answers.index(text)}, ensure_ascii=False))
    return ('{"answers": [\n' + ",\n".join(answers) + '\n],\n"heard": [\n' + ",\n".join(rows) + "\n]}\n").encode()


def from_json(data: bytes) -> list[Heard]:
    """The inverse of `to_json`."""
    found = json.loads(data)
    return [Heard(**{**row, "response": found["answers"][row["response"]]}) for row in found["heard"]]


class Strict(dict[str, Any]):
    """An answer in which nothing can be looked for in vain: what a platform's answer lacks must not be read."""

    def __getitem__(self, key: str) -> Any:
        self._must_have(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The value, which must be there."""
        self._must_have(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._must_have(key)
        return super().__contains__(key)

    def _must_have(self, key: object) -> None:
        if not super().__contains__(key):
            raise AssertionError(f"{key} is read, but the platform's answer has only {', '.join(self)}")


@dataclass
class Replay:
    """A site that answers as the recording says, and only what was asked there, in that order.

    Attributes:
        left: what has not been asked yet.
        optional: keys that the client may look for in vain.

    """

    left: list[Heard]
    optional: frozenset[str] = frozenset()

    @contextlib.contextmanager
    def playing(self) -> Iterator[None]:
        """Everything that this process asks meanwhile is answered from the recording."""
        with instead(lambda _adapter, request, **_options: self._answer(request)), self._strict():
            yield

    def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        address, query = asked_address(request)
        asked = (str(request.method), address, query, "Authorization" in request.headers, _body(request))
        if not self.left:
            raise AssertionError(f"asked after the end: {asked}")
        one = self.left.pop(0)
        if asked != one.asked:
            raise AssertionError(f"asked {asked}, but the platform was asked {one.asked}")
        return _response(one, request)

    @contextlib.contextmanager
    def _strict(self) -> Iterator[None]:
        names = vars(client_module)
        real = names["json"]

        class Json:
            """The client's `json`, whose objects are strict."""

            @staticmethod
            def loads(data: bytes) -> Any:
                return json.loads(data, object_pairs_hook=self._object)

        names["json"] = Json
        try:
            yield
        finally:
            names["json"] = real

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        return Strict({**dict.fromkeys(self.optional - set(found)), **found})


def _response(one: Heard, request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url, response.request = one.status, str(request.url), request
    response.headers.update({"Content-Type": one.kind, **one.headers})
    if one.kind == "application/json":
        body = json.dumps(one.response).encode()
    elif re.search(r"\.zip(\?|$)|/datasets/download/", one.address) and one.size:
        body = EMPTY_ZIP  # what is in the files is not recorded
    else:
        body = b"-" * one.size
    response.headers["Content-Length"] = str(len(body))
    response.raw = io.BytesIO(body)
    return response
