"""Everything that an audit compares, joined: each submission with its records, its journal lines and its team."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from organizer.audit.build import BuildFacts
from organizer.audit.evidence import Evidence, ScoreRecord, read_evidence
from organizer.audit.history import History, Step
from organizer.audit.roster import Roster
from organizer.results.folder import ResultsFolder, Submission
from xtreme_tasks.record import RunRecord


@dataclass(frozen=True)
class Case:
    """One submission, whether the site still lists it or not.

    Attributes:
        number: the site's.
        account: its owner; `number N` where only the journal knows him.
        team: by the roster; empty if the account does not take part.
        phase: the phase whose hidden data it ran on; where nothing says so, the site's phase of it.
        submission: what the site says; None if it never listed it to us.
        evidence: its verified records.
        bundle: of the build: a record of another one says nothing.
        steps: what the journal says of it.
        permitted: an organizer's re-run, which does not count.
        void: the organizer's reason to void it; empty if it stands.

    """

    number: int
    account: str
    team: str
    phase: str
    submission: Submission | None
    evidence: Evidence
    bundle: str
    steps: tuple[Step, ...] = ()
    permitted: bool = False
    void: str = ""

    @cached_property
    def own_records(self) -> tuple[RunRecord, ...]:
        """Verified records that are of this build and this submission, or name none."""
        return tuple(record for record in self.evidence.records if self._is_own(record))

    def _is_own(self, record: RunRecord) -> bool:
        users = {step.user for step in self.steps}
        own = record.submission in (0, self.number) and (not users or record.user in (0, *users))
        return own and record.bundle == self.bundle

    @cached_property
    def score(self) -> ScoreRecord | None:
        """The verified score record of this build, submission and phase."""
        score = self.evidence.score
        return score if score is not None and self._is_own(score.run) and score.run.phase == self.phase else None

    @cached_property
    def began(self) -> bool:
        """Whether hidden data were handed out to it, or may have been: then it is an attempt."""
        return any(step.began for step in self.steps) or any(record.began for record in self.own_records)

    @cached_property
    def moment(self) -> float:
        """Unix seconds at which it began; where only the site knows of it, when it was made."""
        journal = [step.started for step in self.steps if step.began]
        records = [record.started or record.accepted for record in self.own_records]
        created = [self.submission.created] if self.submission is not None else []
        return min(journal or records or created or [0.0])

    @cached_property
    def accepted(self) -> float:
        """Unix seconds at which ingestion was accepted, by its own record or the journal; 0 if neither has it."""
        journal = [step.accepted for step in self.steps if step.began]
        return min([record.accepted for record in self.own_records] or journal or [0.0])

    @property
    def user(self) -> int:
        """The site's number of the account; 0 where nothing shows it."""
        numbers = [step.user for step in self.steps] + [record.user for record in self.own_records]
        return next((number for number in numbers if number), 0)

    @property
    def listed(self) -> bool:
        """Whether the site lists it, and has not deleted it."""
        submission = self.submission
        return submission is not None and not submission.missing_since and not submission.soft_deleted


@dataclass(frozen=True)
class Facts:
    """All of it.

    Attributes:
        results: what was collected of the site.
        build: what it must be of.
        history: the journal; None if there is none.
        roster: the teams.
        cases: every submission that anybody knows of, by number.
        downloads: SHA-256 of each data set that the site delivered, by key; empty if none was fetched.
        published: what the organizer's own command wrote, by column and submission.

    """

    results: ResultsFolder
    build: BuildFacts
    history: History | None
    roster: Roster
    cases: tuple[Case, ...]
    downloads: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, Mapping[int, float]] = field(default_factory=dict)

    @property
    def rehearsed(self) -> bool:
        """Whether this is a rehearsal: no site, no windows, a permit for every run."""
        return not self.results.competition.site

    @cached_property
    def attempts(self) -> Mapping[tuple[str, str], tuple[Case, ...]]:
        """Cases that began, neither void nor permitted, by phase and team, earliest first."""
        found: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
        for case in self.cases:
            if case.began and not case.void and not case.permitted and case.team:
                found[case.phase, case.team].append(case)
        return {key: tuple(sorted(cases, key=lambda case: (case.moment, case.number))) for key, cases in found.items()}


def gather(
    results: ResultsFolder,
    build: BuildFacts,
    history: History | None,
    roster: Roster,
    voids: Mapping[int, str] | None = None,
    downloads: Mapping[str, str] | None = None,
    published: Mapping[str, Mapping[int, float]] | None = None,
) -> Facts:
    """Join what is known; reads the records from the results folder.

    Args:
        results: the folder.
        build: the build that it must be of.
        history: the journal's part of this site and bundle.
        roster: teams by account.
        voids: the organizer's reason by the number of the submission.
        downloads: digests of the site's data sets by key.
        published: values that the organizer published, by column and submission.

    """
    steps: defaultdict[int, list[Step]] = defaultdict(list)
    for step in history.steps if history is not None else ():
        steps[step.submission].append(step)
    listed = {submission.id: submission for submission in results.submissions}
    evidence = {number: read_evidence(results, submission, build.keys) for number, submission in listed.items()}
    people = _people(listed, evidence, steps)
    cases = []
    for number in sorted({*listed, *steps}):
        submission, own = listed.get(number), tuple(steps.get(number, ()))
        user = next((step.user for step in own), 0)
        account = submission.account if submission is not None else people.get(user, f"number {user}")
        known = evidence.get(number, Evidence())
        case = Case(
            number,
            account,
            _team(results, roster, account),
            _phase(number, submission, known, own),
            submission,
            known,
            build.bundle.bundle,
            own,
            _permitted(number, own, build, history),
            (voids or {}).get(number, ""),
        )
        cases.append(case)
    return Facts(results, build, history, roster, tuple(cases), downloads or {}, published or {})


def _people(
    listed: Mapping[int, Submission], evidence: Mapping[int, Evidence], steps: Mapping[int, Sequence[Step]]
) -> dict[int, str]:
    """Account by the site's number of it, as most of the listed submissions have it."""
    seen: Counter[tuple[int, str]] = Counter()
    for number, submission in listed.items():
        users = {step.user for step in steps.get(number, ())}
        users |= {record.user for record in evidence[number].records if record.submission == number}
        seen.update((user, submission.account) for user in users if user)
    return {user: account for (user, account), _ in reversed(seen.most_common())}


def _team(results: ResultsFolder, roster: Roster, account: str) -> str:
    """The account's team; organizers take part only where the roster names them."""
    competition = results.competition
    if account in (competition.owner, *competition.collaborators) and account not in roster.teams:
        return ""
    return roster.team(account)


def _phase(number: int, submission: Submission | None, evidence: Evidence, steps: Sequence[Step]) -> str:
    """Of the run that began last by the journal, else of the verified records, else as the site says."""
    began = [step for step in steps if step.began] or list(steps)
    if began:
        return max(began, key=lambda step: step.started).phase
    if submission is not None:
        own = [record.phase for record in evidence.records if record.submission == number]
        return own[0] if own else submission.phase
    return ""


def _permitted(number: int, steps: Sequence[Step], build: BuildFacts, history: History | None) -> bool:
    """The journal says what the gate saw; without one, a valid permit in the worker folder says it."""
    ingestion = [step for step in steps if step.role == "ingestion"]
    if history is not None and ingestion:
        return any(step.permitted for step in ingestion)
    return number in build.permits
