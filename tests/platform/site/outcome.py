"""What a worker delivers of one submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tests.platform.site.server import Site
    from tests.platform.site.state import Submission


LOGS = tuple(
    f"{step}_{stream}"
    for step in ("prediction", "prediction_ingestion", "scoring", "scoring_ingestion")
    for stream in ("stdout", "stderr")
)
"""The logs of a submission, by the platform's names."""


@dataclass(frozen=True)
class Outcome:
    """A run's end.

    Attributes:
        status: `Finished` or `Failed`.
        scores: score by column key; None: no scores arrive.
        prediction, scoring: zips of the two outputs.
        page: the detail page.
        logs: text of each log by the platform's name of it.
        details: the reason of a failure, as the platform shows it.

    """

    status: str
    scores: Mapping[str, object] | None
    prediction: bytes = b""
    scoring: bytes = b""
    page: bytes = b""
    logs: Mapping[str, bytes] = field(default_factory=dict)
    details: str | None = None


class Worker(Protocol):
    """Runs submissions."""

    def run(self, site: Site, submission: Submission) -> Outcome:
        """Run one; called in the background, one at a time."""
        ...
