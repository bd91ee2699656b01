"""When a request is sent again, and how long it waits: back-off with jitter, or what the site asks for."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import requests
import tenacity
from urllib3.exceptions import NewConnectionError

T = TypeVar("T")
BUSY = frozenset((429, 503))
"""The site says that it did not do it: safe to repeat, whatever was asked."""
BROKEN = frozenset((500, 502, 504))
"""It may have been done or not: safe to repeat only what may be done twice."""
LONGEST_WAIT = 300.0
NETWORK = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


class Again(Exception):
    """An answer after which the request may be sent again."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        super().__init__(str(response.status_code))


@dataclass(frozen=True)
class Patience:
    """How long a request is repeated.

    Attributes:
        seconds: no new try after so long.
        first: seconds of the first wait; each next is twice as long, up to `longest`, less a random part.
        longest: of one wait; what a site asks for may be longer, up to five minutes.
        timeouts: seconds to connect and to wait for the next byte.
        sleep, clock: the machine's.

    """

    seconds: float = 300.0
    first: float = 1.0
    longest: float = 30.0
    timeouts: tuple[float, float] = (15.0, 120.0)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)


def repeated(send: Callable[[], T], patience: Patience, twice: bool) -> T:
    """Send, and send again after what may pass.

    Args:
        send: raises `Again` or one of `NETWORK` for what may pass.
        patience: how long.
        twice: whether the request may be done twice; if not, it is repeated only where it surely was not done.

    Raises:
        Again: the last answer.
        requests.RequestException: the last connection fault.

    """
    end = patience.clock() + patience.seconds

    def stop(state: tenacity.RetryCallState) -> bool:
        pause = state.upcoming_sleep
        return patience.clock() + pause >= end

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda error: _may_pass(error, twice)),
        wait=lambda state: _wait(state, patience),
        stop=stop,
        sleep=patience.sleep,
        reraise=True,
    )
    return retrying(send)


def _may_pass(error: BaseException, twice: bool) -> bool:
    if isinstance(error, Again):
        return twice or error.response.status_code in BUSY
    if isinstance(error, requests.exceptions.SSLError):
        return False
    return isinstance(error, NETWORK) and (twice or _never_sent(error))


def _never_sent(error: BaseException) -> bool:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def _wait(state: tenacity.RetryCallState, patience: Patience) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    longest = min(patience.first * 2.0 ** min(state.attempt_number - 1, 16), patience.longest)
    chosen = longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load; nothing secret
    asked = retry_after(error.response) if isinstance(error, Again) else None
    return chosen if asked is None else max(chosen, min(asked, LONGEST_WAIT))


def retry_after(response: requests.Response, now: Callable[[], float] = time.time) -> float | None:
    """Seconds that the answer asks to wait; None if it does not say."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    aware: datetime = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - now())
