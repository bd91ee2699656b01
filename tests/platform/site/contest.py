"""A published competition in which every phase has been played, by any number of teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from organizer.build.bundle import Build
from tests.platform.site.forge import Forge, Run
from tests.platform.site.server import Site
from tests.platform.site.state import Competition, Phase, Submission, User
from tests.platform.site.visitor import Visitor, packed
from tests.platform.site.workers import DecidedWorker
from xtreme_tasks.journal import Journal

ORGANIZER = "organizer"
ANSWERS = {"method": "a method", "base_model": "a model, its licence", "training_compute": "one hour"}
KNOWN: Mapping[str, Run] = {"A": Run(85.0, 9.0), "B": Run(83.0, 2.0), "C": Run(80.0, 3.0)}
"""A has the best score and takes over three times as long as B; B and C pass it."""
EXPECTED = ("B", "C", "A")


@dataclass
class Contest:
    """A played contest.

    Attributes:
        site: where.
        build: bundle and worker folder.
        forge: makes further records of this bundle.
        number: the competition's.
        journal: what the gate would have written.
        book: the same, open.
        runs: what each team's runs are; tests may change it before they submit more.

    """

    site: Site
    build: Build
    forge: Forge
    number: int
    journal: Path
    book: Journal
    runs: dict[str, Run] = field(default_factory=dict)

    @property
    def competition(self) -> Competition:
        """The site's own object."""
        return self.site.state.competitions[self.number]

    def phase(self, key: str) -> Phase:
        """The site's phase of a key such as `evaluation-1`."""
        return next(phase for phase in self.competition.phases if phase.tasks[0].name == key)

    def enter(self, phase: Phase) -> None:
        """Move the site's time into a phase."""
        self.site.clock.set(phase.start + timedelta(hours=1))

    def submit(self, name: str, phase: Phase) -> Submission:
        """A submission of a team by the short way: no HTTP, but everything behind it."""
        user = self.site.user(name)
        with self.site.lock:
            archive = packed({"submission.py": f"# team {name}, {phase.name}\n"})
            data = self.site.data(user, "submission", archive, "submission.zip")
            data.competition = self.number
            state = self.site.state
            made = Submission(state.number("submission"), user, phase, self.competition, data, self.site.clock.now())
            made.fact_sheet_answers = dict(ANSWERS)
            state.submissions[made.id] = made
            self.competition.submissions_count += 1
            self.site.start(made)
        return made

    def play(self, teams: Sequence[str], attempts: int = 1) -> None:
        """Every team's attempts in every phase, then past the last phase's end."""
        for phase in self.competition.phases:
            self.enter(phase)
            for _ in range(attempts):
                for name in teams:
                    self.submit(name, phase)
            self.site.settle()
        last = self.competition.phases[-1]
        self.site.clock.set((last.end or last.start) + timedelta(hours=1))

    def join(self, name: str) -> User:
        """An approved participant."""
        with Visitor(self.site, name) as visitor:
            visitor.post(f"/api/competitions/{self.number}/register/")
        user = self.site.user(name)
        part = self.competition.participant(user)
        assert part is not None
        part.status = "approved"
        return user

    def close(self) -> None:
        """Release the journal."""
        self.book.close()


def open_contest(site: Site, build: Build, forge: Forge, journal: Path, pages: bool = True) -> Contest:
    """Upload and publish the bundle, with a worker whose runs are decided by `runs`.

    Args:
        site: where.
        build: what is uploaded.
        forge: of that build.
        journal: a file that does not exist; on a disk, its syncs take most of the time of a large contest.
        pages: make the detail pages too.

    """
    with Visitor(site, ORGANIZER) as organizer:
        number = organizer.create(build.archive.read_bytes())
        organizer.post(f"/api/competitions/{number}/toggle_publish/")
    book = Journal(journal, now=lambda: site.clock.now().timestamp())
    contest = Contest(site, build, forge, number, journal, book)
    site.worker = DecidedWorker(forge, lambda name, phase: contest.runs[name], book, pages)
    return contest


def known_contest(site: Site, build: Build, forge: Forge, journal: Path) -> Contest:
    """Three teams, all phases, the known outcome."""
    contest = open_contest(site, build, forge, journal)
    contest.runs |= KNOWN
    for name in KNOWN:
        contest.join(name)
    contest.play(list(KNOWN))
    return contest


def crowd(contest: Contest, teams: int, attempts: int) -> None:
    """Many teams, each with some attempts in every phase; no limit stops them."""
    for phase in contest.competition.phases:
        phase.max_submissions_per_person = phase.max_submissions_per_day = attempts
    names = [f"team-{number:03d}" for number in range(teams)]
    for number, name in enumerate(names):
        contest.runs[name] = Run(90 - 60 * number / teams, 1 + (number * 37 % teams) / 7)
        contest.join(name)
    contest.play(names, attempts)
