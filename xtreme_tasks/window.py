"""The window of a phase: ingestion hands nothing out outside of it, and scoring says so where nothing was run."""

from __future__ import annotations

from datetime import UTC, datetime

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import PhaseSettings

_LAST_SECOND = 253402300799  # of the year 9999: what datetime can show


def check_window(settings: PhaseSettings, accepted: float) -> None:
    """Whether the phase is open.

    Args:
        settings: start, end and grace of the phase; 0 = open on that side.
        accepted: Unix seconds at which ingestion began.

    Raises:
        OrganizerFault: E213.

    """
    if settings.start and accepted < settings.start:
        raise OrganizerFault("E213", settings.phase, f"it opens {_utc(settings.start)}")
    if settings.end and accepted > settings.end + settings.grace:
        raise OrganizerFault("E213", settings.phase, f"it closed {_utc(settings.end)}")


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
