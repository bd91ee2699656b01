"""What an anonymous visitor can read, thing by thing, with a verdict for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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
