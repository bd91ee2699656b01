"""What the site's API answers: the fields that are used here, with their types, under the site's own names.

Read from Codabench's serializers (src/apps/api/serializers of release 1.25) and seen on a running site.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from organizer.platform.client import Client
from organizer.platform.shape import decode
from organizer.results.competition import Column

T = TypeVar("T")


@dataclass(frozen=True)
class DataSet:
    """`key` opens `/datasets/download/KEY/` to anybody."""

    key: str
    type: str
    name: str | None = None


@dataclass(frozen=True)
class Task:
    """A phase's task."""

    id: int
    key: str
    name: str
    public_datasets: tuple[DataSet, ...] = ()


@dataclass(frozen=True)
class Phase:
    """A phase of the competition's detail; times are ISO 8601."""

    id: int
    index: int
    name: str
    start: str
    end: str | None
    tasks: tuple[Task, ...]
    execution_time_limit: int
    has_max_submissions: bool
    max_submissions_per_day: int | None
    max_submissions_per_person: int | None
    auto_migrate_to_this_phase: bool
    hide_output: bool
    hide_prediction_output: bool = False
    hide_score_output: bool = False


@dataclass(frozen=True)
class Leaderboard:
    """The competition's one leaderboard; its columns are kept as they are."""

    id: int
    primary_index: int
    submission_rule: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Queue:
    """A queue; its `broker_url`, with the password, is not read."""

    id: int
    name: str
    vhost: str
    owner: str | None = None
    is_public: bool = False


@dataclass(frozen=True)
class User:
    """A collaborator."""

    id: int
    username: str = ""


@dataclass(frozen=True)
class Competition:
    """`GET /api/competitions/ID/`."""

    id: int
    title: str
    created_by: str
    published: bool
    docker_image: str
    queue: Queue | None
    phases: tuple[Phase, ...]
    leaderboards: tuple[Leaderboard, ...]
    collaborators: tuple[User, ...] = ()


@dataclass(frozen=True)
class Score:
    """A score row; `score` is a decimal number as text, or what somebody put there instead."""

    id: int
    column_key: str
    score: Any


@dataclass(frozen=True)
class TaskOfSubmission:
    """The task that a submission ran on."""

    key: str


@dataclass(frozen=True)
class Submission:
    """`GET /api/submissions/?phase=P` gives a list of these, `GET /api/submissions/ID/` one."""

    id: int
    phase: int
    owner: str
    created_when: str
    status: str
    scores: tuple[Score, ...]
    leaderboard: int | None
    status_details: str | None = None
    filename: str | None = None
    description: str | None = None
    parent: int | None = None
    has_children: bool | None = False
    task: TaskOfSubmission | None = None
    is_soft_deleted: bool = False
    is_specific_task_re_run: bool = False
    fact_sheet_answers: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Log:
    """A log by its name; `data_file` is signed."""

    name: str
    data_file: str | None


@dataclass(frozen=True)
class Details:
    """`GET /api/submissions/ID/get_details/`: signed addresses of a submission's files."""

    logs: tuple[Log, ...] = ()
    data_file: str | None = None
    prediction_result: str | None = None
    scoring_result: str | None = None
    detailed_result: str | None = None


@dataclass(frozen=True)
class BoardRow:
    """A row as visitors see it: rounded, without hidden columns, under the account's display name."""

    id: int
    owner: str
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Board:
    """`GET /api/phases/ID/get_leaderboard/`: rows in the hosted order."""

    submissions: tuple[BoardRow, ...]


@dataclass(frozen=True)
class Participant:
    """`GET /api/participants/?competition=ID`."""

    username: str
    status: str
    is_bot: bool = False
    is_deleted: bool = False


@dataclass(frozen=True)
class Creation:
    """`GET /api/competitions/STATUS/creation_status/`."""

    status: str | None
    details: str | None = None
    resulting_competition: int | None = None


@dataclass(frozen=True)
class NewData:
    """`POST /api/datasets/`: where to send the bytes; `sassy_url` is signed."""

    key: str
    sassy_url: str = field(repr=False)


def get(client: Client, kind: type[T], path: str, query: Mapping[str, str] | None = None) -> T:
    """One answer in its shape (E261 to E264)."""
    return decode(kind, client.get(path, query), f"GET {path}", "E264")
