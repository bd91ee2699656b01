"""What the emulated platform remembers: its tables, one dataclass each, with the platform's names and defaults."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

AUTOMATIC_RULES = ("Force_Last", "Force_Latest_Multiple", "Force_Best")
"""Submission rules under which only a superuser moves submissions on and off the leaderboard."""


def key() -> str:
    """A fresh key, as the platform draws them."""
    return str(uuid.uuid4())


class Clock:
    """The site's time: the machine's, which a test can move."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The site's time, in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, seconds: float) -> None:
        """Move the site's time."""
        self.offset += timedelta(seconds=seconds)

    def set(self, when: datetime) -> None:
        """Let it be this moment."""
        self.offset = when - datetime.now(UTC)


@dataclass
class User:
    """An account."""

    id: int
    username: str
    password: str
    superuser: bool = False
    display_name: str | None = None
    token: str = field(default_factory=lambda: uuid.uuid4().hex + uuid.uuid4().hex[:8])

    @property
    def email(self) -> str:
        """Where the platform would write to."""
        return f"{self.username}@example.org"


@dataclass
class Data:
    """A data set, program, bundle or submission file; `path` is the storage's name of its bytes."""

    id: int
    type: str
    created_by: User
    created_when: datetime
    name: str
    path: str
    key: str = field(default_factory=key)
    completed: bool = False
    by_competition: bool = False
    description: str | None = None
    is_public: bool = False
    competition: int | None = None
    file_size: int = 0


@dataclass
class Task:
    """What a phase runs: four data sets."""

    id: int
    name: str
    created_by: User
    created_when: datetime
    description: str | None = None
    ingestion_program: Data | None = None
    scoring_program: Data | None = None
    input_data: Data | None = None
    reference_data: Data | None = None
    ingestion_only_during_scoring: bool = False
    is_public: bool = False
    key: str = field(default_factory=key)


@dataclass
class Column:
    """A column of a leaderboard."""

    id: int
    key: str
    title: str
    index: int
    sorting: str = "desc"
    hidden: bool = False
    precision: int = 2
    computation: str | None = None
    computation_indexes: str | None = None


@dataclass
class Leaderboard:
    """A leaderboard's definition; every phase of a competition has the same one."""

    id: int
    title: str
    key: str
    submission_rule: str = "Add"
    primary_index: int = 0
    hidden: bool = False
    columns: list[Column] = field(default_factory=list)

    def column(self, name: str) -> Column:
        """The column of that key."""
        return next(column for column in self.columns if column.key == name)


@dataclass
class Queue:
    """A queue; anybody who reads `broker_url` can listen to it."""

    id: int
    name: str
    owner: User
    created_when: datetime
    is_public: bool = False
    organizers: list[User] = field(default_factory=list)
    vhost: str = field(default_factory=key)

    @property
    def broker_url(self) -> str:
        """With the owner's user and password, as the platform shows it."""
        return f"pyamqp://{self.owner.username}:queue-password@localhost:5672/{self.vhost}"


@dataclass
class Phase:
    """A phase of a competition."""

    id: int
    index: int
    name: str
    start: datetime
    end: datetime | None
    tasks: list[Task]
    leaderboard: Leaderboard
    description: str | None = None
    execution_time_limit: int = 600
    has_max_submissions: bool = True
    max_submissions_per_day: int | None = 5
    max_submissions_per_person: int | None = 100
    auto_migrate_to_this_phase: bool = False
    hide_output: bool = False
    hide_prediction_output: bool = False
    hide_score_output: bool = False
    is_final_phase: bool = False
    public_data: Data | None = None
    starting_kit: Data | None = None


@dataclass
class Participant:
    """An account's part in a competition."""

    id: int
    user: User
    status: str


@dataclass
class Competition:
    """A competition; `flags` holds the settings that the site only stores and shows."""

    id: int
    title: str
    created_by: User
    created_when: datetime
    docker_image: str
    terms: str
    logo: str
    pages: list[dict[str, Any]]
    phases: list[Phase]
    flags: dict[str, Any]
    queue: Queue | None = None
    published: bool = False
    collaborators: list[User] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    whitelist: list[str] = field(default_factory=list)
    participants_count: int = 1
    submissions_count: int = 0
    secret_key: str = field(default_factory=key)

    def organized_by(self, user: User | None) -> bool:
        """Whether the account is its creator or a collaborator."""
        return user is not None and (user is self.created_by or user in self.collaborators)

    def administered_by(self, user: User | None) -> bool:
        """Whether the account is an organizer or a superuser."""
        return user is not None and (user.superuser or self.organized_by(user))

    def participant(self, user: User | None) -> Participant | None:
        """The account's part in it."""
        return next((item for item in self.participants if item.user is user), None)


@dataclass
class Score:
    """One score row; the platform adds up the rows of one column."""

    id: int
    column: Column
    score: Decimal


@dataclass
class Submission:
    """A submission."""

    id: int
    owner: User
    phase: Phase
    competition: Competition
    data: Data | None
    created_when: datetime
    status: str = "Submitting"
    status_details: str | None = None
    description: str | None = ""
    task: Task | None = None
    md5: str | None = None
    secret: str = field(default_factory=key)
    fact_sheet_answers: dict[str, Any] | None = None
    queue: int | None = None
    specific_task: bool = False
    revoked: bool = False
    on_leaderboard: bool = False
    soft_deleted: bool = False
    scores: list[Score] = field(default_factory=list)
    prediction_result: str = ""
    scoring_result: str = ""
    detailed_result: str = ""
    logs: dict[str, str] = field(default_factory=dict)


@dataclass
class Creation:
    """The unpacking of an uploaded bundle."""

    id: int
    created_by: User
    data: Data | None
    status: str = "Starting"
    details: str | None = None
    competition: Competition | None = None


class State:
    """All tables, by number; numbers are never used twice, as on the platform."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.users: dict[int, User] = {}
        self.data: dict[int, Data] = {}
        self.tasks: dict[int, Task] = {}
        self.queues: dict[int, Queue] = {}
        self.competitions: dict[int, Competition] = {}
        self.submissions: dict[int, Submission] = {}
        self.creations: dict[int, Creation] = {}
        self._numbers: dict[str, Iterator[int]] = {}

    def number(self, table: str) -> int:
        """The next number of a table."""
        return next(self._numbers.setdefault(table, itertools.count(1)))

    def phase(self, number: int) -> tuple[Competition, Phase] | None:
        """A phase with its competition."""
        for competition in self.competitions.values():
            for phase in competition.phases:
                if phase.id == number:
                    return competition, phase
        return None

    def data_of(self, name: object) -> Data | None:
        """The data set of a key."""
        return next((data for data in self.data.values() if data.key == str(name)), None)

    def task_of(self, name: object) -> Task | None:
        """The task of a key."""
        return next((task for task in self.tasks.values() if task.key == str(name)), None)

    def user_named(self, name: object) -> User | None:
        """The account of a name."""
        return next((user for user in self.users.values() if user.username == name), None)

    def submissions_of(self, phase: Phase) -> list[Submission]:
        """Every submission of a phase, oldest first."""
        return [submission for submission in self.submissions.values() if submission.phase is phase]
