"""The audit's main path: the joined facts, every check, and the official results."""

from __future__ import annotations

from organizer.audit import checks_attempts, checks_journal, checks_records, checks_scores, checks_site
from organizer.audit.attempt import official
from organizer.audit.audited import Audited, PhaseResults
from organizer.audit.exposure import Visit
from organizer.audit.facts import Facts
from organizer.audit.finding import Check, by_weight

CHECKS: tuple[Check, ...] = (
    *checks_scores.CHECKS,
    *checks_records.CHECKS,
    *checks_attempts.CHECKS,
    *checks_site.CHECKS,
    *checks_journal.CHECKS,
)


def audit(facts: Facts, now: float, visited: Visit | None = None) -> Audited:
    """Every finding, and every team's official result of every phase of the build.

    Args:
        facts: joined by `gather`.
        now: Unix seconds.
        visited: what was tried as an anonymous visitor.

    """
    history, competition = facts.history, facts.results.competition
    findings = by_weight(
        [*(visited.findings if visited else ()), *(finding for one in CHECKS for finding in one.run(facts))]
    )
    phases = tuple(
        PhaseResults(phase.key, phase.name, settings.rule, settings.baseline, official(facts, phase.key))
        for phase in facts.build.upload.phases
        for settings in (facts.build.settings[phase.key],)
    )
    return Audited(
        bundle=facts.build.bundle.bundle,
        competition=competition.id,
        title=competition.title,
        collected=competition.collected,
        audited=now,
        journal=history.entries if history is not None else -1,
        journal_digest=history.last if history is not None else "",
        provable=history is not None and not history.damage and facts.build.sealed,
        findings=findings,
        phases=phases,
        exposures=visited.exposures if visited else (),
    )
