"""One request and one answer, and what a view raises instead of an answer."""

from __future__ import annotations

import json
import urllib.parse
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.platform.site.state import User


@dataclass(frozen=True)
class Request:
    """What came in; `user` is None for an anonymous visitor."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base: str
    user: User | None = None

    @property
    def data(self) -> Any:
        """The body's JSON or form fields; an empty object where there is none (Refusal 400 if malformed)."""
        if not self.body:
            return {}
        kind = self.headers.get("content-type", "").partition(";")[0]
        if kind == "application/x-www-form-urlencoded":
            return dict(urllib.parse.parse_qsl(self.body.decode()))
        if kind != "application/json":
            raise Refusal(415, {"detail": f'Unsupported media type "{kind}" in request.'})
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Refusal(400, {"detail": f"JSON parse error - {error}"}) from None

    def signed_in(self) -> User:
        """The account (Refusal 403: the platform's first way of signing in names no challenge, so never 401)."""
        if self.user is None:
            raise Refusal(403, {"detail": "Authentication credentials were not provided."})
        return self.user


@dataclass(frozen=True)
class Response:
    """What goes out."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The platform's refusal with a JSON body."""

    def __init__(self, status: int, payload: object) -> None:
        super().__init__(status, payload)
        self.status, self.payload = status, payload


class Crash(Exception):
    """The platform raises something that it does not catch: HTTP 500 with a page, no JSON."""


def answer(value: object, status: int = 200) -> Response:
    """A value as the platform's JSON; nothing at all for null."""
    if value is None:
        return Response(status)
    return Response(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def page(status: int, title: str) -> Response:
    """One of the framework's plain pages."""
    head = f'<!doctype html>\n<html lang="en"><head><title>{title}</title></head>'
    text = f"{head}<body><h1>{title}</h1></body></html>\n"
    return Response(status, text.encode(), "text/html; charset=utf-8")


def denied(text: str) -> Refusal:
    """HTTP 403 with a reason."""
    return Refusal(403, {"detail": text})


def missing(model: str = "") -> Refusal:
    """HTTP 404."""
    return Refusal(404, {"detail": f"No {model} matches the given query." if model else "Not found."})


def as_uuid(value: object) -> uuid.UUID:
    """A key as sent; the platform breaks on one that is malformed."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise Crash("ValueError: badly formed hexadecimal UUID string") from None
