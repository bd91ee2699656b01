"""What the tests of audit and ranking share: a contest collected into a folder, and its audit."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from organizer.audit.audit import audit
from organizer.audit.audited import Audited
from organizer.audit.build import BuildFacts, read_build
from organizer.audit.facts import Facts, gather
from organizer.audit.history import read_history
from organizer.audit.live import visit
from organizer.audit.roster import Roster
from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.platform.retry import Patience
from organizer.results.collect import collect
from organizer.results.folder import ResultsFolder
from tests.platform.site.contest import ORGANIZER, Contest


@cache
def build_facts(archive: Path, worker: Path) -> BuildFacts:
    """Read once for all tests: the build is the session's."""
    return read_build(archive, worker)


def collected(contest: Contest, out: Path) -> ResultsFolder:
    """The contest's results folder, continued if it is there."""
    token = contest.site.user(ORGANIZER).token
    now = contest.site.clock.now().timestamp
    client = Client(Credentials(contest.site.base, token=token), Patience(sleep=lambda _: None))
    return collect(client, contest.number, out, now=now).folder


def facts_of(
    contest: Contest,
    results: ResultsFolder,
    journal: Path | None,
    roster: Roster = Roster(),  # noqa: B008 - frozen
    voids: dict[int, str] | None = None,
) -> Facts:
    """Everything joined."""
    build = build_facts(contest.build.archive, contest.build.worker)
    site = results.competition.site
    history = read_history(journal, None, site, build.bundle.bundle) if journal is not None else None
    return gather(results, build, history, roster, voids)


def audited(
    contest: Contest,
    out: Path,
    roster: Roster = Roster(),  # noqa: B008 - frozen
    voids: dict[int, str] | None = None,
    journal: bool = True,
) -> Audited:
    """Collect and audit, without a journal if so wished."""
    results = collected(contest, out)
    return audit(facts_of(contest, results, contest.journal if journal else None, roster, voids), 0.0)


def visited(contest: Contest, results: ResultsFolder) -> Audited:
    """Audit with the secrecy check."""
    facts = facts_of(contest, results, contest.journal)
    found = visit(Client(Credentials(contest.site.base), Patience(sleep=lambda _: None)), results, facts.build)
    facts = gather(results, facts.build, facts.history, facts.roster, downloads=found.downloads)
    return audit(facts, 0.0, found)


def ids(found: Audited) -> set[str]:
    """Checks that found an error or a warning."""
    return {one.id for one in found.findings if one.severity != "note"}


def scores(found: Audited, phase: str = "evaluation-1") -> dict[str, float]:
    """Official score by team."""
    return {one.team: one.score for one in found.phase(phase).results}
