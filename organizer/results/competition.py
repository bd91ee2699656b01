"""The competition as the site shows it: `competition.json` of a results folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from xtreme_tasks.faults import OrganizerFault

T = TypeVar("T")
COMPETITION_FILE = "competition.json"


@dataclass(frozen=True)
class Column:
    """One column of the leaderboard; `precision` is the number of decimals shown."""

    id: int
    key: str
    title: str
    index: int
    sorting: str
    precision: int
    hidden: bool


@dataclass(frozen=True)
class Task:
    """One task of a phase.

    Attributes:
        id, key, name: as the site has them; the build calls the task like its phase.
        data: key of each data set and program by type: `ingestion_program`, `scoring_program`, `input_data`,
            `reference_data`.

    """

    id: int
    key: str
    name: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Phase:
    """One phase as the site has it now.

    Attributes:
        key: `evaluation-1` ... `final`; everything else refers to a phase by it.
        start, end: Unix seconds; 0 = open.
        max_submissions: for one account; 0 = no limit.
        max_submissions_per_day: for one account; 0 = no limit.
        execution_time_limit: seconds.

    """

    id: int
    key: str
    name: str
    index: int
    start: float
    end: float
    max_submissions: int
    max_submissions_per_day: int
    execution_time_limit: int
    auto_migrate: bool = False
    hide_output: bool = False
    hide_prediction_output: bool = False
    hide_score_output: bool = False
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Queue:
    """The queue to which the worker listens; its address holds a password and is never kept."""

    id: int
    name: str
    vhost: str
    owner: str
    is_public: bool


@dataclass(frozen=True)
class Participant:
    """One account that asked to take part; `status` is `approved`, `pending`, `denied` or `unknown`."""

    account: str
    status: str
    is_bot: bool = False
    is_deleted: bool = False


@dataclass(frozen=True)
class Competition:
    """The competition.

    Attributes:
        id: 0 in a rehearsal.
        site: the site's address; empty in a rehearsal.
        collected: Unix seconds of the last complete collection.
        image: the container image that the site tells the worker to use.
        queue: None is the site's shared queue.
        primary: key of the column by which the hosted leaderboard is sorted.
        settings: further switches of the site by their own names, such as `auto_run_submissions`.

    """

    id: int
    site: str
    collected: float
    title: str
    owner: str
    published: bool
    image: str
    queue: Queue | None
    phases: tuple[Phase, ...]
    columns: tuple[Column, ...]
    primary: str
    submission_rule: str
    collaborators: tuple[str, ...] = ()
    participants: tuple[Participant, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def phase(self, key: str) -> Phase:
        """The phase of that key.

        Raises:
            OrganizerFault: E233 with the keys that exist.

        """
        return phase_of({phase.key: phase for phase in self.phases}, key, "this competition")


def phase_of(phases: Mapping[str, T], key: str, whose: str) -> T:
    """The phase of a key.

    Args:
        phases: by key.
        key: as the organizer wrote it.
        whose: phases they are, for the message.

    Raises:
        OrganizerFault: E233 with the keys that exist.

    """
    if key not in phases:
        raise OrganizerFault("E233", f"phase {key}", "no such phase", f"Phases of {whose}: {', '.join(phases)}.")
    return phases[key]
