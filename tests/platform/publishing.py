"""What the tests of `publish` and `watch` share: results, audit and plan of the emulated contest."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from organizer.audit.audit import audit
from organizer.audit.build import BuildFacts, read_build
from organizer.audit.checks_scores import CHANGED_BY_PUBLISH
from organizer.audit.facts import gather
from organizer.audit.history import read_history
from organizer.audit.roster import Roster
from organizer.build.bundle import Build
from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.platform.retry import Patience
from organizer.publish import ledger
from organizer.publish.apply import Prepared, open_book, prepare, prepare_undo, publish, undo
from organizer.publish.standings import official_phase, read_proof
from organizer.rerank.rerank import rerank
from organizer.results.collect import collect
from organizer.results.folder import ResultsFolder
from tests.platform.site.board import standing, total
from tests.platform.site.contest import KNOWN, Contest, open_contest
from tests.platform.site.forge import Forge
from tests.platform.site.server import Site

PHASES = ("evaluation-1", "evaluation-2", "evaluation-3", "final")
COLUMNS = ("adjusted_score", "places_gained")


@dataclass(frozen=True)
class Stage:
    """A played contest and its results, to be used again and again."""

    contest: Contest
    results: Path

    @contextlib.contextmanager
    def as_it_was(self) -> Iterator[Contest]:
        """The contest; whatever happens to its submissions and scores is taken back afterwards."""
        site = self.contest.site
        with site.lock:
            submissions = dict(site.state.submissions)
            scores = {one.id: [replace(score) for score in one.scores] for one in submissions.values()}
            columns = {
                id(column): (column, column.sorting)
                for one in submissions.values()
                for column in one.phase.leaderboard.columns
            }
        site.requests.clear()
        try:
            yield self.contest
        finally:
            site.trouble.clear()
            with site.lock:
                site.state.submissions.clear()
                site.state.submissions.update(submissions)
                for one in submissions.values():
                    one.scores = scores[one.id]
                for column, sorting in columns.values():
                    column.sorting = sorting


@contextlib.contextmanager
def staged(built: Build, forge: Forge, place: Path) -> Iterator[Stage]:
    """The known outcome, played on a site of its own; its results are not collected yet."""
    with Site() as site:
        made = open_contest(site, built, forge, place / "journal.jsonl", pages=False)
        made.runs |= KNOWN
        for name in KNOWN:
            made.join(name)
        made.play(list(KNOWN))
        yield Stage(made, place / "results")
        made.close()


def client(contest: Contest, seconds: float = 20.0) -> Client:
    token = contest.competition.created_by.token
    return Client(Credentials(contest.site.base, token=token), Patience(seconds, sleep=lambda _: None))


def gathered(contest: Contest, out: Path) -> ResultsFolder:
    """Results of now, audited."""
    folder = collect(client(contest), contest.number, out).folder
    build = cached_build(contest.build.archive, contest.build.worker)
    history = read_history(contest.journal, None, contest.site.base, build.bundle.bundle)
    known = {key: ledger.published(out, key) for key in CHANGED_BY_PUBLISH}
    audited = audit(gather(folder, build, history, Roster(), published=known), 0.0)
    audited.write(out)
    rerank(audited).write(out)
    return folder


@cache
def cached_build(archive: Path, worker: Path) -> BuildFacts:
    """As `read_build`, once: it digests all data, which takes seconds."""
    return read_build(archive, worker)


def prepared(contest: Contest, folder: ResultsFolder, phase: str = "final") -> Prepared:
    """The plan, without holding the journal."""
    with open_book(folder) as book:
        return prepare(client(contest), folder, official_phase(folder, read_proof(folder)[1].phase(phase)), book)


def published(
    contest: Contest, folder: ResultsFolder, phases: Sequence[str] = ("final",), seconds: float = 20.0
) -> bool:
    """Publish as the command does; whether anything was written."""
    reranked, account, wrote = read_proof(folder)[1], client(contest, seconds), False
    with open_book(folder) as book:
        for phase in phases:
            ready = prepare(account, folder, official_phase(folder, reranked.phase(phase)), book)
            wrote |= publish(account, ready, book, lambda _: None)
    return wrote


def undone(contest: Contest, folder: ResultsFolder, phase: str = "final") -> None:
    """Undo the last publication of a phase."""
    account = client(contest)
    with open_book(folder) as book:
        place = folder.competition.phase(phase)
        last, changes = prepare_undo(account, folder, place, book)
        undo(account, place, last, changes, book, lambda _: None)


def order(contest: Contest, phase: str = "final") -> list[str]:
    """Accounts as the site sorts them."""
    with contest.site.lock:
        return [one.owner.username for one in standing(contest.site.state, contest.phase(phase))]


def values(contest: Contest, phase: str = "final") -> dict[tuple[str, str], Decimal | None]:
    """What the site holds in the two columns, by account and column."""
    with contest.site.lock:
        found = contest.phase(phase)
        columns = [column for column in found.leaderboard.columns if column.key in COLUMNS]
        rows = standing(contest.site.state, found)
        return {(one.owner.username, column.key): total(one, column) for one in rows for column in columns}


def others(contest: Contest) -> dict[tuple[int, str], Decimal | None]:
    """Everything else that the site holds of scores."""
    with contest.site.lock:
        return {
            (one.id, column.key): total(one, column)
            for one in contest.site.state.submissions.values()
            for column in one.phase.leaderboard.columns
            if column.key not in COLUMNS
        }
