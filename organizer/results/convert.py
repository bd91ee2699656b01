"""The site's answers as the values of a results folder."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from organizer.platform import answers
from organizer.platform.scrub import scrub, scrub_text
from organizer.results.folder import (
    Competition,
    LeaderboardRow,
    Participant,
    Phase,
    Queue,
    ScoreRow,
    Submission,
    Task,
)
from xtreme_tasks.faults import OrganizerFault

SWITCHES = (
    "allow_robot_submissions",
    "auto_run_submissions",
    "can_participants_make_submissions_public",
    "competition_type",
    "enable_detailed_results",
    "forum_enabled",
    "make_input_data_available",
    "make_programs_available",
    "registration_auto_approve",
    "show_detailed_results_in_leaderboard",
    "show_detailed_results_in_submission_panel",
)
"""What is kept under `settings`."""
_KEY = re.compile(r"evaluation-[1-9][0-9]*|final")


def phase_keys(names: Sequence[str]) -> list[str]:
    """Keys of phases from their names in order; where a name was changed on the site, from its position.

    `Evaluation 1` is `evaluation-1` and `Final` is `final`. If not every name says so: the last phase is `final`,
    the others are numbered, which is how the build orders them.
    """
    plain = [re.sub(r"[\W_]+", "-", name.strip().lower()).strip("-") for name in names]
    if all(_KEY.fullmatch(key) for key in plain) and len(set(plain)) == len(plain):
        return plain
    return [*(f"evaluation-{number}" for number in range(1, len(names))), "final"]


def unix(text: str | None, where: str) -> float:
    """Unix seconds of an ISO time, UTC where it names no zone; 0 for none (E264)."""
    if text is None:
        return 0.0
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise OrganizerFault("E264", where, "not a time") from None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def competition(
    found: answers.Competition,
    raw: Mapping[str, Any],
    participants: Sequence[answers.Participant],
    site: str,
    now: float,
) -> Competition:
    """The competition; `raw` is the answer that `found` was read from.

    Raises:
        OrganizerFault: E264 if it has no phase or no leaderboard.

    """
    where = f"competition {found.id}"
    if not found.phases or not found.leaderboards:
        raise OrganizerFault("E264", where, "no phase or no leaderboard")
    board = found.leaderboards[0]
    ordered = sorted(found.phases, key=lambda phase: phase.index)
    keys = phase_keys([phase.name for phase in ordered])
    columns = sorted(board.columns, key=lambda column: column.index)
    queue = found.queue
    return Competition(
        id=found.id,
        site=site,
        collected=now,
        title=found.title,
        owner=found.created_by,
        published=found.published,
        image=found.docker_image,
        queue=None if queue is None else Queue(queue.id, queue.name, queue.vhost, queue.owner or "", queue.is_public),
        phases=tuple(_phase(key, phase, where) for key, phase in zip(keys, ordered, strict=True)),
        columns=tuple(columns),
        primary=next((column.key for column in columns if column.index == board.primary_index), ""),
        submission_rule=board.submission_rule,
        collaborators=tuple(user.username for user in found.collaborators),
        participants=tuple(Participant(one.username, one.status, one.is_bot, one.is_deleted) for one in participants),
        settings={name: raw[name] for name in SWITCHES if name in raw},
    )


def _phase(key: str, phase: answers.Phase, where: str) -> Phase:
    place = f"{where} {key}"
    limited = phase.has_max_submissions
    return Phase(
        id=phase.id,
        key=key,
        name=phase.name,
        index=phase.index,
        start=unix(phase.start, f"{place} start"),
        end=unix(phase.end, f"{place} end"),
        max_submissions=(phase.max_submissions_per_person or 0) if limited else 0,
        max_submissions_per_day=(phase.max_submissions_per_day or 0) if limited else 0,
        execution_time_limit=phase.execution_time_limit,
        auto_migrate=phase.auto_migrate_to_this_phase,
        hide_output=phase.hide_output,
        hide_prediction_output=phase.hide_prediction_output,
        hide_score_output=phase.hide_score_output,
        tasks=tuple(
            Task(task.id, task.key, task.name, {data.type: data.key for data in task.public_datasets})
            for task in phase.tasks
        ),
    )


def score_rows(scores: Sequence[answers.Score]) -> tuple[ScoreRow, ...]:
    """Score rows in the order of their ids; what is no finite number has the value 0 and shows in `text`."""
    return tuple(
        ScoreRow(score.id, score.column_key, _value(score.score), str(score.score)[:60])
        for score in sorted(scores, key=lambda score: score.id)
    )


def _value(score: object) -> float:
    try:
        value = float(Decimal(str(score)))
    except (InvalidOperation, ValueError, OverflowError):
        return 0.0
    return value if math.isfinite(value) else 0.0


def submission(found: answers.Submission, key: str) -> Submission:
    """A submission of the phase `key`, without files and history (E264)."""
    sheet = scrub(dict(found.fact_sheet_answers or {}))
    return Submission(
        id=found.id,
        account=found.owner,
        phase=key,
        created=unix(found.created_when, f"submission {found.id} created_when"),
        status=found.status,
        on_leaderboard=found.leaderboard is not None,
        scores=score_rows(found.scores),
        status_details=scrub_text(found.status_details or ""),
        file_name=found.filename or "",
        description=found.description or "",
        task=found.task.key if found.task is not None else "",
        parent=found.parent or 0,
        soft_deleted=found.is_soft_deleted,
        is_task_re_run=found.is_specific_task_re_run,
        fact_sheet=sheet if isinstance(sheet, dict) else {},
    )


def board_rows(board: answers.Board, accounts: Mapping[int, str]) -> tuple[LeaderboardRow, ...]:
    """Hosted rows in their order; the leaderboard shows display names, so accounts come from the submissions."""
    return tuple(
        LeaderboardRow(place, row.id, accounts.get(row.id, ""), row.owner, score_rows(row.scores))
        for place, row in enumerate(board.submissions, start=1)
    )
