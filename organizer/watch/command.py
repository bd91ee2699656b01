"""`competition watch`: credentials, signals and the loop."""

from __future__ import annotations

import os

from organizer.audit.command import AuditOptions
from organizer.platform.credentials import read_credentials
from organizer.rerank.rerank import Choice
from organizer.watch.round import Watched
from organizer.watch.watch import Rhythm, Stop, on_signals, watch
from xtreme_tasks.faults import OrganizerFault


def watch_command(
    competition: int | None,
    audit: AuditOptions,
    chosen: Choice,
    phase: str,
    running: bool,
    despite: str,
    minutes: float,
    once: bool,
) -> int:
    """Watch until SIGTERM or SIGINT; with `once` the exit code is 1 where a phase could not be published.

    Raises:
        OrganizerFault: E201, E211, E212, E231 to E233, E251, E252, E261 to E268.

    """
    if competition is None:
        raise OrganizerFault("E233", "--competition", "which one?", "Its number stands in its page's address.")
    stop = Stop()
    with on_signals(stop):
        watched = Watched(competition, audit, chosen, phase, running, despite)
        return watch(read_credentials(os.environ), watched, Rhythm(60 * minutes, once), stop)
