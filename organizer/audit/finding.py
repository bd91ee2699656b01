"""What an audit finds: a check is a value in a list, a finding names submission, account and team, and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from organizer.check.problem import SEVERITIES, Severity
from xtreme_tasks.faults import printable

if TYPE_CHECKING:
    from organizer.audit.facts import Case, Facts

MEANINGS: dict[Severity, str] = {
    "error": "somebody cheated, or something that the results rest on is not what was built",
    "warning": "it cannot be proved that all is right, or an organizer has to decide",
    "note": "worth knowing",
}


@dataclass(frozen=True)
class Found:
    """One place where a check found something; `remedy` replaces the check's own where this case knows better."""

    what: str
    case: Case | None = None
    place: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Finding:
    """One finding, printable ASCII throughout.

    Attributes:
        id, severity, title: of the check.
        place: what it is about, in words.
        what: what was found.
        remedy: what to do.
        submission: its number; 0 if it is not about one.
        account, team, phase: of that submission.

    """

    id: str
    severity: Severity
    title: str
    place: str
    what: str
    remedy: str
    submission: int = 0
    account: str = ""
    team: str = ""
    phase: str = ""

    def line(self) -> str:
        """`A101 error submission 7 (alia, evaluation-1): what. Remedy.`"""
        return f"{self.id} {self.severity} {self.place}: {self.what}. {self.remedy}"


Find = Callable[["Facts"], Iterable[Found]]


@dataclass(frozen=True)
class Check:
    """One check: what it is about, how bad that is, what to do, and the function that looks."""

    id: str
    severity: Severity
    title: str
    remedy: str
    find: Find

    def run(self, facts: Facts) -> list[Finding]:
        """Every finding."""
        return [self._finding(found) for found in self.find(facts)]

    def _finding(self, found: Found) -> Finding:
        case = found.case
        place = found.place or (f"submission {case.number} ({case.account}, {case.phase})" if case else "competition")
        what, remedy = printable(found.what, 400), printable(found.remedy or self.remedy, 400)
        named = (case.number, case.account, case.team, case.phase) if case is not None else (0, "", "", "")
        return Finding(self.id, self.severity, self.title, printable(place, 200), what, remedy, *named)


def check(identifier: str, severity: Severity, title: str, remedy: str) -> Callable[[Find], Check]:
    """Make a function a check; its module's `CHECKS` must name it."""

    def make(find: Find) -> Check:
        return Check(identifier, severity, title, remedy, find)

    return make


def by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by check and submission."""
    return tuple(sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), one.id, one.submission, one.place)))
