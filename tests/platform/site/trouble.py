"""Faults that a test scripts: what goes wrong with the next requests to an endpoint.

    site.trouble.add("GET", "/api/submissions/", Status(500), times=3)
    site.trouble.add("GET", "/private/", Truncated(0.5))
    site.trouble.add("PATCH", "/api/submission_scores/", Lost(), skip=2)

Each request takes the first rule that fits it and has not been used up. Storage addresses begin with `/private/`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from tests.platform.site.message import Request, Response, page


class Wire(Protocol):
    """The connection of one request."""

    def send(self, response: Response, length: int | None = None, pieces: int = 1) -> None:
        """Send an answer; `length` replaces the length that is declared."""
        ...

    def drop(self) -> None:
        """Close the connection without another word."""
        ...


class Effect(Protocol):
    """What happens instead of, or to, the answer; calling `answer` does what was asked."""

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:
        """Let it happen."""
        ...


@dataclass(frozen=True)
class Status:
    """A status instead of the answer; nothing is done."""

    status: int
    retry_after: int | None = None

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:  # noqa: ARG002
        found = page(self.status, "Server Error (500)" if self.status == 500 else f"Error {self.status}")
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        wire.send(Response(found.status, found.body, found.kind, headers))


@dataclass(frozen=True)
class Dropped:
    """The connection is closed before anything is done."""

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:  # noqa: ARG002
        wire.drop()


@dataclass(frozen=True)
class Lost:
    """What was asked is done, and the answer is lost."""

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:
        answer()
        wire.drop()


@dataclass(frozen=True)
class Hanging:
    """No answer until the test lets go; then the connection is closed."""

    release: threading.Event
    arrived: threading.Event = field(default_factory=threading.Event)

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:  # noqa: ARG002
        self.arrived.set()
        self.release.wait(60)
        wire.drop()


@dataclass(frozen=True)
class Truncated:
    """Only a part of the body; its length is declared in full, and the connection is closed."""

    part: float

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:
        found = answer()
        cut = found.body[: int(len(found.body) * self.part)]
        wire.send(Response(found.status, cut, found.kind, found.headers), length=len(found.body))
        wire.drop()


@dataclass(frozen=True)
class ShortLength:
    """Only a part of the body, declared as if it were all: nothing in the transfer tells."""

    part: float

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:
        found = answer()
        wire.send(Response(found.status, found.body[: int(len(found.body) * self.part)], found.kind, found.headers))


@dataclass(frozen=True)
class Garbled:
    """Other bytes of the same length."""

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:
        found = answer()
        wire.send(Response(found.status, bytes(byte ^ 0x55 for byte in found.body), found.kind, found.headers))


@dataclass(frozen=True)
class Expired:
    """The storage's refusal of an address that is too old."""

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:  # noqa: ARG002
        body = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
        wire.send(Response(403, body, "application/xml"))


@dataclass(frozen=True)
class Slow:
    """The body in many small pieces."""

    pieces: int = 20

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:
        wire.send(answer(), pieces=self.pieces)


@dataclass(frozen=True)
class Calling:
    """A function of the test's runs before or after what was asked is done: kill points, and changes in between."""

    function: Callable[[], object]
    after: bool = False

    def play(self, wire: Wire, answer: Callable[[], Response]) -> None:
        if not self.after:
            self.function()
        found = answer()
        if self.after:
            self.function()
        wire.send(found)


@dataclass
class Rule:
    """Which requests an effect is for, and how many of them it has met."""

    method: str
    pattern: re.Pattern[str]
    effect: Effect
    skip: int
    times: int
    met: int = 0

    def takes(self, request: Request) -> bool:
        """Whether this request is one of those; counts it."""
        if self.method not in ("*", request.method) or not self.pattern.match(request.path):
            return False
        self.met += 1
        return self.skip < self.met <= self.skip + self.times


class Trouble:
    """The script."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def add(self, method: str, pattern: str, effect: Effect, skip: int = 0, times: int = 1) -> Rule:
        """An effect for requests of a method (`*`: any) whose path begins with a match of the pattern.

        Args:
            method: HTTP method.
            pattern: regular expression.
            effect: what happens.
            skip: how many requests go well before.
            times: how many requests it then meets.

        """
        rule = Rule(method, re.compile(pattern), effect, skip, times)
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Forget every rule."""
        with self._lock:
            self._rules.clear()

    def meet(self, request: Request) -> Effect | None:
        """The effect that this request meets."""
        with self._lock:
            return next((rule.effect for rule in self._rules if rule.takes(request)), None)
