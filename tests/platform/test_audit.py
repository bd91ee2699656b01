"""The audit of played contests: a clean one is clean, and every hole of the platform is found by name."""

from __future__ import annotations

from pathlib import Path

from organizer.audit.audited import Audited, read_audited
from organizer.audit.command import AuditOptions, run_audit
from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.results.collect import collect
from organizer.results.folder import ResultsFolder
from tests.platform.site.contest import ORGANIZER, Contest


def collected(contest: Contest, out: Path) -> Path:
    """The contest's results folder, collected again if it is there."""
    token = contest.site.user(ORGANIZER).token
    now = contest.site.clock.now().timestamp
    collect(Client(Credentials(contest.site.base, token=token)), contest.number, out, now=now)
    return out


def audited(contest: Contest, out: Path, journal: bool = True, **more: Path) -> Audited:
    """Collect and audit."""
    build = contest.build
    found = contest.journal if journal else None
    return run_audit(AuditOptions(collected(contest, out), build.archive, build.worker, found, **more))


def ids(found: Audited) -> set[str]:
    """Checks that found an error or a warning."""
    return {one.id for one in found.findings if one.severity != "note"}


def test_a_played_contest_is_clean(contest: Contest, tmp_path: Path) -> None:
    found = audited(contest, tmp_path / "results")
    assert [one.line() for one in found.findings if one.severity != "note"] == []
    assert found.clean
    assert found.provable
    assert [phase.phase for phase in found.phases] == ["evaluation-1", "evaluation-2", "evaluation-3", "final"]
    for phase in found.phases:
        assert {one.team: (one.score, one.duration) for one in phase.results} == {
            "A": (85.0, 9.0),
            "B": (83.0, 2.0),
            "C": (80.0, 3.0),
        }
    assert read_audited(ResultsFolder.read(tmp_path / "results")) == found
