"""The platform's JSON of accounts, data sets, tasks, queues and leaderboards: keys, types, order and number formats."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.platform.site.state import (
    Column,
    Competition,
    Data,
    Leaderboard,
    Participant,
    Phase,
    Queue,
    Score,
    State,
    Submission,
    Task,
    User,
)

Shape = dict[str, Any]


def moment(when: datetime | None) -> str | None:
    """A time as the platform writes it."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z") if when is not None else None


def display_name(user: User) -> str:
    """The name that pages show."""
    return user.display_name or user.username


def data_shape(state: State, data: Data) -> Shape:
    """A data set in full; sizes in bytes are written as fractions."""
    shape: Shape = {
        "id": data.id,
        "created_by": data.created_by.username,
        "owner_display_name": display_name(data.created_by),
        "created_when": moment(data.created_when),
        "name": data.name,
        "type": data.type,
        "description": data.description,
        "is_public": data.is_public,
        "key": data.key,
        "value": data.key,
        "was_created_by_competition": data.by_competition,
        "in_use": _in_use(state, data),
        "competition": _made(state, data),
        "file_name": "",
        "file_size": float(data.file_size),
    }
    if data.type == "submission":
        shape |= {
            "submission_file_size": float(data.file_size),
            "prediction_result_file_size": 0,
            "scoring_result_file_size": 0,
            "detailed_result_file_size": 0,
        }
    return shape


def _in_use(state: State, data: Data) -> list[Shape]:
    return [
        {"pk": competition.id, "title": competition.title}
        for competition in state.competitions.values()
        if any(data in used_by(phase) for phase in competition.phases)
    ]


def used_by(phase: Phase) -> list[Data]:
    """Every data set that a phase names."""
    found = [phase.public_data, phase.starting_kit]
    for task in phase.tasks:
        found += parts(task)
    return [data for data in found if data is not None]


def parts(task: Task) -> list[Data]:
    """The data sets of a task."""
    found = (task.input_data, task.reference_data, task.ingestion_program, task.scoring_program)
    return [data for data in found if data is not None]


def _made(state: State, data: Data) -> Shape | None:
    made = state.competitions.get(data.competition or 0)
    for creation in state.creations.values():
        if creation.data is data:
            made = creation.competition
    return {"id": made.id, "title": made.title} if made is not None else None


def task_shape(task: Task) -> Shape:
    """A task as submissions and task creation show it: data sets by key."""

    def key_of(data: Data | None) -> str | None:
        return data.key if data is not None else None

    return {
        "id": task.id,
        "name": task.name,
        "description": task.description,
        "key": task.key,
        "created_by": task.created_by.id,
        "created_when": moment(task.created_when),
        "is_public": task.is_public,
        "ingestion_only_during_scoring": task.ingestion_only_during_scoring,
        "validated": False,
        "input_data": key_of(task.input_data),
        "ingestion_program": key_of(task.ingestion_program),
        "reference_data": key_of(task.reference_data),
        "scoring_program": key_of(task.scoring_program),
        "shared_with": [],
    }


def phase_task_shape(state: State, phase: Phase, task: Task) -> Shape:
    """A task as a phase shows it, to anybody: with the keys of all its data."""
    return {
        "task": task.key,
        "order_index": 999,
        "phase": phase.id,
        "id": task.id,
        "value": task.key,
        "key": task.key,
        "created_when": moment(task.created_when),
        "name": task.name,
        "solutions": [],
        "public_datasets": [data_shape(state, data) for data in sorted(parts(task), key=lambda data: data.id)],
    }


def queue_shape(queue: Queue, user: User | None) -> Shape:
    """A queue, with the address that holds its owner's password."""
    return {
        "name": queue.name,
        "vhost": queue.vhost,
        "is_public": queue.is_public,
        "owner": queue.owner.username,
        "organizers": [{"username": person.username, "id": person.id} for person in queue.organizers],
        "broker_url": queue.broker_url,
        "created_when": moment(queue.created_when),
        "is_owner": queue.owner is user,
        "id": queue.id,
    }


def column_shape(column: Column) -> Shape:
    """A column."""
    indexes = column.computation_indexes
    return {
        "id": column.id,
        "computation": column.computation,
        "computation_indexes": indexes.split(",") if indexes else None,
        "title": column.title,
        "key": column.key,
        "sorting": column.sorting,
        "index": column.index,
        "hidden": column.hidden,
        "precision": column.precision,
    }


def leaderboard_shape(board: Leaderboard) -> Shape:
    """A leaderboard's definition."""
    return {
        "id": board.id,
        "primary_index": board.primary_index,
        "title": board.title,
        "key": board.key,
        "columns": [column_shape(column) for column in board.columns],
        "hidden": board.hidden,
        "submission_rule": board.submission_rule,
    }


def participant_shape(participant: Participant) -> Shape:
    """A participant, as organizers see him."""
    return {
        "id": participant.id,
        "username": participant.user.username,
        "is_bot": False,
        "email": participant.user.email,
        "status": participant.status,
        "is_deleted": False,
    }


def score_shape(score: Score) -> Shape:
    """A score row: the number as text with ten decimals."""
    return {
        "id": score.id,
        "index": score.column.index,
        "score": f"{score.score:.10f}",
        "column_key": score.column.key,
    }


def scores_shape(submission: Submission) -> list[Shape]:
    """A submission's score rows by column."""
    return [score_shape(score) for score in sorted(submission.scores, key=lambda score: score.column.index)]


def filename(data: Data | None) -> str:
    """The name under which a submission's zip lies in the storage."""
    return data.path.rpartition("/")[2] if data is not None else "Deleted File"


def submission_shape(submission: Submission) -> Shape:
    """A submission in a list or alone; its secret is never shown."""
    flags = submission.competition.flags
    return {
        "phase_name": submission.phase.name,
        "name": "",
        "filename": filename(submission.data),
        "description": submission.description,
        "created_when": moment(submission.created_when),
        "is_public": False,
        "is_specific_task_re_run": submission.specific_task,
        "status": submission.status,
        "status_details": submission.status_details,
        "owner": submission.owner.username,
        "has_children": False,
        "parent": None,
        "children": [],
        "pk": submission.id,
        "id": submission.id,
        "phase": submission.phase.id,
        "scores": scores_shape(submission),
        "fact_sheet_answers": submission.fact_sheet_answers,
        "leaderboard": submission.phase.leaderboard.id if submission.on_leaderboard else None,
        "on_leaderboard": submission.on_leaderboard,
        "task": task_shape(submission.task) if submission.task is not None else None,
        "auto_run": flags["auto_run_submissions"],
        "can_make_submissions_public": flags["can_participants_make_submissions_public"],
        "is_soft_deleted": submission.soft_deleted,
    }


def submission_write_shape(submission: Submission) -> Shape:
    """What creating or changing a submission answers."""
    return {
        "id": submission.id,
        "data": submission.data.key if submission.data is not None else None,
        "phase": submission.phase.id,
        "status": submission.status,
        "status_details": submission.status_details,
        "filename": filename(submission.data),
        "description": submission.description,
        "md5": submission.md5,
        "fact_sheet_answers": submission.fact_sheet_answers,
        "organization": None,
        "queue": submission.queue,
        "created_when": submission.created_when.strftime("%Y-%m-%d %H:%M"),
        "scores": scores_shape(submission),
    }


def phase_status(phase: Phase, now: datetime) -> str:
    """Previous, Current or Next, by the clock."""
    if phase.start > now:
        return "Next"
    return "Previous" if phase.end is not None and phase.end < now else "Current"


def visible_boards(competition: Competition, user: User | None) -> list[Shape]:
    """The leaderboards that an account sees on the competition's page."""
    found = {phase.leaderboard.id: phase.leaderboard for phase in competition.phases}
    shown = [board for board in found.values() if not board.hidden or competition.administered_by(user)]
    return [leaderboard_shape(board) for board in shown]
