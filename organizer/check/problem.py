"""What a check is and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xtreme_tasks.faults import printable

if TYPE_CHECKING:
    from organizer.check.bundle_view import BundleView

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
MEANINGS: dict[Severity, str] = {
    "error": "the platform refuses the bundle, or results or secrecy go wrong",
    "warning": "the platform accepts it, but it is probably not what you want",
    "note": "worth knowing; leave it if it is meant",
}
LONGEST = 400
MOST = 20
"""Findings of one check that are shown; the rest is counted."""


@dataclass(frozen=True)
class Found:
    """One place where a check found something; `remedy` replaces the check's own where this case knows better."""

    place: str
    what: str
    remedy: str = ""


@dataclass(frozen=True)
class Problem:
    """One finding, ready to be shown: printable ASCII throughout, whatever the bundle holds."""

    id: str
    severity: Severity
    place: str
    what: str
    remedy: str

    def line(self) -> str:
        """`C205 error competition.yaml line 41: what. Remedy.`"""
        return f"{self.id} {self.severity} {self.place}: {self.what}. {self.remedy}"


Find = Callable[["BundleView"], Iterable[Found]]


@dataclass(frozen=True)
class Check:
    """One check: what it is about, how bad that is, what to do, and the function that looks."""

    id: str
    severity: Severity
    title: str
    remedy: str
    find: Find

    def run(self, view: BundleView) -> list[Problem]:
        """Every finding in this bundle, at most `MOST` of them and a last one that counts the rest."""
        found = list(self.find(view))
        problems = [self._problem(item.place, item.what, item.remedy) for item in found[:MOST]]
        if len(found) > MOST:
            problems.append(self._problem(found[MOST].place, f"and {len(found) - MOST} more of the same kind", ""))
        return problems

    def _problem(self, place: str, what: str, remedy: str) -> Problem:
        parts = (printable(text, LONGEST) for text in (place, what, remedy or self.remedy))
        return Problem(self.id, self.severity, *parts)


def check(identifier: str, severity: Severity, title: str, remedy: str) -> Callable[[Find], Check]:
    """Make a function a check; its module's `CHECKS` must name it."""

    def make(find: Find) -> Check:
        return Check(identifier, severity, title, remedy, find)

    return make


def shown(text: object, limit: int = 60) -> str:
    """Text from the bundle in quotes, short enough for a line."""
    whole = str(text)
    return f'"{whole if len(whole) <= limit else whole[: limit - 3] + "..."}"'
