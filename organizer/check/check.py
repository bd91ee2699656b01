"""The lint's main path: a bundle, every check, the problems in the order of their weight."""

from __future__ import annotations

from pathlib import Path

from organizer.check import (
    checks_archive,
    checks_fact_sheet,
    checks_keys,
    checks_leaderboard,
    checks_limits,
    checks_own,
    checks_pages,
    checks_phases,
    checks_programs,
    checks_scores,
    checks_secrecy,
    checks_settings,
    checks_tasks,
    checks_times,
)
from organizer.check.bundle_view import BundleView
from organizer.check.problem import SEVERITIES, Check, Problem

CONTENT: tuple[Check, ...] = (
    *checks_archive.CHECKS,
    *checks_keys.CHECKS,
    *checks_pages.CHECKS,
    *checks_settings.CHECKS,
    *checks_fact_sheet.CHECKS,
    *checks_times.CHECKS,
    *checks_phases.CHECKS,
    *checks_limits.CHECKS,
    *checks_tasks.CHECKS,
    *checks_programs.CHECKS,
    *checks_leaderboard.CHECKS,
    *checks_scores.CHECKS,
    *checks_secrecy.CHECKS,
    *checks_own.CHECKS,
)
CHECKS: tuple[Check, ...] = (*checks_archive.OPENING, *CONTENT)


def _content(view: BundleView) -> tuple[Check, ...]:
    """All checks; of a bundle of the older version only what does not depend on the version."""
    if not view.older:
        return CONTENT
    return (checks_keys.version, *(one for one in checks_archive.CHECKS if one is not checks_archive.unused))


def check_bundle(path: Path, now: float | None = None) -> list[Problem]:
    """Every problem of a bundle, errors first.

    Args:
        path: a zip or a folder, of this project or anybody's.
        now: Unix seconds; the clock's if not given.

    Raises:
        OrganizerFault: E201 if there is nothing at `path`.

    """
    with BundleView(path, now) as view:
        problems = [problem for one in checks_archive.OPENING for problem in one.run(view)]
        if view.readable:
            problems += [problem for one in _content(view) for problem in one.run(view)]
    return sorted(problems, key=lambda problem: (SEVERITIES.index(problem.severity), problem.id))
