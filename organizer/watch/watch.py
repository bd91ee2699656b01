"""The main path of `competition watch`: rounds at intervals, longer pauses while something fails, a clean end.

Nothing is remembered between rounds but what lies in the results folder, so it can be ended and started at any moment.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import FrameType

from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.platform.retry import Patience
from organizer.watch.lock import only_one
from organizer.watch.log import close_log, open_log
from organizer.watch.round import Said, Watched, one_round
from xtreme_tasks.faults import OrganizerFault

PASSING = frozenset(("E232", "E251", "E261", "E264", "E265", "E267"))
"""What time may mend: outages, a full disk, a site that changed between two requests. All else ends a first round."""
FIRST_PAUSE = 30.0


class Stopped(Exception):
    """Somebody asked for the end."""


@dataclass
class Stop:
    """A request to end, which interrupts every pause."""

    event: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise `Stopped` if the end was asked for."""
        if self.event.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until the end is asked for (`Stopped`)."""
        self.event.wait(seconds)
        self.check()


@dataclass(frozen=True)
class Rhythm:
    """Seconds between rounds, whether there is only one, and the longest pause while something fails."""

    interval: float = 600.0
    once: bool = False
    longest: float = 3600.0

    def pause(self, failures: int) -> float:
        """Seconds until the next round: doubled for each failure, at most `longest`, never below half a minute."""
        if not failures:
            return self.interval
        return min(max(self.interval, FIRST_PAUSE) * 2.0 ** min(failures - 1, 16), self.longest)


def watch(
    credentials: Credentials, watched: Watched, rhythm: Rhythm, stop: Stop, now: Callable[[], float] = time.time
) -> int:
    """Watch until the end is asked for.

    Returns:
        0 if the last round left nothing to do or the end was asked for, 1 if a phase could not be published.

    Raises:
        OrganizerFault: E233 (another watch runs), and what stops the first round and does not pass by itself; with
            `once` whatever stops the round.

    """
    with only_one(watched.folder):
        log = open_log(watched.folder)
        try:
            client = Client(credentials, replace(Patience(), sleep=stop.sleep))
            return _rounds(client, watched, rhythm, stop, log, now)
        except OrganizerFault as fault:
            log.error(fault.line())
            raise
        finally:
            close_log(log)


def _rounds(
    client: Client, watched: Watched, rhythm: Rhythm, stop: Stop, log: logging.Logger, now: Callable[[], float]
) -> int:
    said, failures, done, right = Said(), 0, 0, True
    try:
        while True:
            try:
                right = one_round(client, watched, log, said, now, stop.check)
                failures, done = 0, done + 1
            except OrganizerFault as fault:
                if rhythm.once or (not done and fault.code not in PASSING):
                    raise
                failures += 1
                log.error("round failed, next try in %.0f s: %s", rhythm.pause(failures), fault.line())
            if rhythm.once:
                return 0 if right else 1
            stop.sleep(rhythm.pause(failures))
    except Stopped:
        log.info("ended on request")
        return 0


@contextmanager
def on_signals(stop: Stop) -> Iterator[None]:
    """SIGTERM and SIGINT ask for the end; a second one ends the process at once, which is safe, too."""

    def handle(number: int, _frame: FrameType | None) -> None:
        stop.event.set()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
