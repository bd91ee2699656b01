"""What an anonymous visitor can read, thing by thing, with a verdict for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from organizer.audit.finding import Finding
from xtreme_tasks.faults import printable

Verdict = Literal["closed", "sealed", "public", "open", "not tried"]
MEANINGS: Mapping[Verdict, str] = {
    "closed": "refused",
    "sealed": "anybody can download it, and only the worker can read it",
    "public": "anybody can read it, and may",
    "open": "anybody can read it, and must not",
    "not tried": "the site did not answer, or there was nothing to try",
}


@dataclass(frozen=True)
class Exposure:
    """One thing that was tried: what, what came of it, the verdict, and what to do where it is open."""

    what: str
    seen: str
    verdict: Verdict
    remedy: str = ""


@dataclass(frozen=True)
class Visit:
    """All that was tried; `downloads`: SHA-256 of each data set by key."""

    exposures: tuple[Exposure, ...]
    downloads: Mapping[str, str]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is open, as findings."""
        title = "what an anonymous visitor can read"
        return tuple(
            Finding("A161", "error", title, printable(one.what, 200), printable(one.seen, 400), one.remedy)
            for one in self.exposures
            if one.verdict == "open"
        )
