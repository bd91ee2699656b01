"""The site's API by HTTP: one account, time-outs everywhere, repeats where these are safe, and faults of one line.

Addresses that the site signs are secrets for as long as they live: no message shows more of one than host and path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import requests

from organizer.platform.credentials import Credentials
from organizer.platform.retry import BROKEN, BUSY, NETWORK, Again, Patience, repeated
from organizer.platform.scrub import scrub_text
from xtreme_tasks.faults import OrganizerFault

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
PAGE_SIZE = 1000
MOST_PAGES = 10_000


class _Token(requests.auth.AuthBase):
    """Sends the token, or nothing; either way a .netrc file on this machine is left out of it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Token {self._token}"
        return request


class Client:
    """One account on one site.

    Args:
        credentials: a user's password is exchanged for a token at the first request.
        patience: time-outs and repeats.

    """

    def __init__(self, credentials: Credentials, patience: Patience = Patience()) -> None:  # noqa: B008 - frozen
        self.credentials = credentials
        self.patience = patience
        self._session = requests.Session()
        self._session.auth = _Token(credentials.token)
        self._storage = requests.Session()
        self._storage.auth = _Token("")
        self._signed_in = bool(credentials.token) or credentials.anonymous

    @property
    def url(self) -> str:
        """The site's address."""
        return self.credentials.url

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
        """The JSON that the site answers (E261 to E264)."""
        return self._json("GET", path, query=query)

    def listing(self, path: str, query: Mapping[str, str] | None = None) -> list[Any]:
        """All items of a list, whether the site sends it in pages or whole (E261 to E264)."""
        items: list[Any] = []
        for page in range(1, MOST_PAGES):
            answer = self.get(path, {**(query or {}), "page_size": str(PAGE_SIZE), "page": str(page)})
            if isinstance(answer, list):
                return answer
            results = answer.get("results") if isinstance(answer, dict) else None
            if not isinstance(results, list):
                raise OrganizerFault("E264", f"GET {path}", "not a list")
            items += results
            if not answer.get("next"):
                return items
        raise OrganizerFault("E264", f"GET {path}", "the list has no end")

    def send(self, method: Method, path: str, data: object = None) -> Any:  # noqa: ANN401 - JSON
        """Send JSON; the answer's JSON, None if it is empty. A POST is repeated only where it surely was not done."""
        return self._json(method, path, data=data)

    def send_once(self, method: Method, path: str, data: object = None) -> Any:  # noqa: ANN401 - JSON
        """As `send`, for what must not be done twice whatever the method promises."""
        return self._json(method, path, data=data, twice=False)

    def _json(
        self,
        method: Method,
        path: str,
        query: Mapping[str, str] | None = None,
        data: object = None,
        twice: bool | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        self._sign_in()
        place = f"{method} {path}"
        response = self._request(method, path, query, data, twice)
        _check(response, place, self.credentials.anonymous)
        return _read(response, place) if response.content.strip() else None

    def _sign_in(self) -> None:
        if self._signed_in:
            return
        path = "/api/api-token-auth/"
        account = {"username": self.credentials.user, "password": self.credentials.password}
        response = self._request("POST", path, None, account, twice=True)
        if response.status_code in (400, 401, 403):
            raise OrganizerFault("E262", f"account {self.credentials.user}", "wrong user or password")
        _check(response, f"POST {path}", anonymous=True)
        answer = _read(response, f"POST {path}")
        token = answer.get("token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise OrganizerFault("E264", f"POST {path}", "no token in the answer")
        self._session.auth = _Token(token)
        self._signed_in = True

    def _request(
        self, method: Method, path: str, query: Mapping[str, str] | None, data: object, twice: bool | None = None
    ) -> requests.Response:
        def send() -> requests.Response:
            response = self._session.request(
                method,
                f"{self.url}{path}",
                params=query,
                json=data,
                headers={"Accept": "application/json"},
                timeout=self.patience.timeouts,
                allow_redirects=False,  # a redirected POST would become a GET, and the token might travel
            )
            if response.status_code in BUSY | BROKEN:
                raise Again(response)
            return response

        return answered(send, self.patience, method != "POST" if twice is None else twice, f"{method} {path}", self.url)

    def storage(self, send: Callable[[requests.Session], requests.Response], address: str) -> requests.Response:
        """A request to a signed address, without the token; what it answers is the caller's to judge (E261)."""

        def once() -> requests.Response:
            response = send(self._storage)
            if response.status_code in BUSY | BROKEN:
                response.close()
                raise Again(response)
            return response

        return answered(once, self.patience, True, shown(address), address)


def answered(
    send: Callable[[], requests.Response], patience: Patience, twice: bool, place: str, address: str
) -> requests.Response:
    """The answer after all repeats; where these end with a broken answer, that answer.

    Raises:
        OrganizerFault: E261 with the kind of the connection fault.

    """
    host = urlsplit(address).netloc.rpartition("@")[2]
    try:
        return repeated(send, patience, twice)
    except Again as last:
        return last.response
    except requests.exceptions.SSLError:
        raise OrganizerFault("E261", place, f"no valid certificate of {host}") from None
    except requests.Timeout:
        raise OrganizerFault("E261", place, f"no answer of {host} in time") from None
    except NETWORK as error:
        raise OrganizerFault("E261", place, f"{host}: {reason(error)}") from None
    except requests.RequestException as error:
        raise OrganizerFault("E261", place, f"{host}: {type(error).__name__}") from None


def reason(error: BaseException) -> str:
    """What happened to a connection, without the address."""
    text = str(error).lower()
    known = {
        "connection refused": "connection refused",
        "name or service not known": "unknown host",
        "failed to resolve": "unknown host",
        "temporary failure in name resolution": "the name cannot be resolved now",
        "network is unreachable": "no network",
        "connection reset": "connection reset",
        "incompleteread": "the answer broke off",
        "remote end closed": "the answer broke off",
        "timed out": "no answer in time",
    }
    return next((plain for part, plain in known.items() if part in text), "the connection broke")


def shown(address: str) -> str:
    """A signed address as a message may show it."""
    parts = urlsplit(address)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"


def _read(response: requests.Response, place: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        raise OrganizerFault("E264", place, f"HTTP {response.status_code} and not JSON") from None


def _check(response: requests.Response, place: str, anonymous: bool) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        target = urlsplit(response.headers.get("Location", ""))
        hint = f"Set COMPETITION_URL to {target.scheme}://{target.netloc.rpartition('@')[2]}" if target.netloc else ""
        raise OrganizerFault("E264", place, f"HTTP {status}: it redirects", hint)
    said = _said(response)
    if status in (401, 403):
        raise OrganizerFault("E262", place, said or f"HTTP {status}{', nobody is signed in' if anonymous else ''}")
    if status == 404:
        hint = "Check the number, and that this account may see it."
        raise OrganizerFault("E263", place, "HTTP 404: there is no such thing, or not for this account", hint)
    if status == 429:
        raise OrganizerFault("E264", place, "HTTP 429: too many requests", "Wait some minutes and repeat.")
    if status >= 500:
        raise OrganizerFault("E264", place, f"HTTP {status}{': ' + said if said else ''}")
    raise OrganizerFault("E263", place, f"HTTP {status}{': ' + said if said else ''}")


def _said(response: requests.Response) -> str:
    """What the site says, if it is JSON: an error page is no message."""
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        return ""
    return scrub_text("; ".join(_texts(answer)))[:300]


def _texts(answer: object, name: str = "") -> list[str]:
    if isinstance(answer, dict):
        return [text for key, item in answer.items() for text in _texts(item, str(key))]
    if isinstance(answer, list):
        return [text for item in answer for text in _texts(item, name)]
    return [f"{name}: {answer}" if name not in ("", "detail", "error", "error_msg") else str(answer)]
