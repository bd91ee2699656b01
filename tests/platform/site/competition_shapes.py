"""The platform's JSON of a competition and its phases."""

from __future__ import annotations

from typing import Any

from tests.platform.site.shapes import (
    Shape,
    data_shape,
    display_name,
    moment,
    phase_status,
    phase_task_shape,
    queue_shape,
    visible_boards,
)
from tests.platform.site.state import Competition, Phase, State, User

STORED = (
    "show_detailed_results_in_submission_panel",
    "show_detailed_results_in_leaderboard",
    "auto_run_submissions",
    "can_participants_make_submissions_public",
    "make_programs_available",
    "make_input_data_available",
)


def phase_settings(state: State, phase: Phase) -> Shape:
    """What every form of a phase has in common, in the platform's order."""
    return {
        "id": phase.id,
        "index": phase.index,
        "start": moment(phase.start),
        "end": moment(phase.end),
        "name": phase.name,
        "description": phase.description,
        "status": phase_status(phase, state.clock.now()),
        "execution_time_limit": phase.execution_time_limit,
        "tasks": [],
        "has_max_submissions": phase.has_max_submissions,
        "max_submissions_per_day": phase.max_submissions_per_day,
        "max_submissions_per_person": phase.max_submissions_per_person,
        "auto_migrate_to_this_phase": phase.auto_migrate_to_this_phase,
        "hide_output": phase.hide_output,
        "hide_prediction_output": phase.hide_prediction_output,
        "hide_score_output": phase.hide_score_output,
    }


def phase_shape(state: State, phase: Phase) -> Shape:
    """A phase by itself: tasks by key, data sets by number."""
    return phase_settings(state, phase) | {
        "tasks": [task.key for task in phase.tasks],
        "leaderboard": phase.leaderboard.id,
        "public_data": phase.public_data.id if phase.public_data else None,
        "starting_kit": phase.starting_kit.id if phase.starting_kit else None,
        "is_final_phase": phase.is_final_phase,
    }


def phase_detail(state: State, phase: Phase, user: User | None) -> Shape:
    """A phase in its competition's page."""
    today = state.clock.now().date()
    own = [item for item in state.submissions_of(phase) if item.owner is user and item.status != "Failed"]
    return phase_settings(state, phase) | {
        "tasks": [phase_task_shape(state, phase, task) for task in phase.tasks],
        "public_data": data_shape(state, phase.public_data) if phase.public_data else None,
        "starting_kit": data_shape(state, phase.starting_kit) if phase.starting_kit else None,
        "is_final_phase": phase.is_final_phase,
        "used_submissions_per_day": sum(item.created_when.date() == today for item in own),
        "used_submissions_per_person": len(own),
    }


def competition_detail(state: State, competition: Competition, user: User | None, base: str) -> Shape:
    """A competition's page; anonymous visitors see all of it but the secret key and the whitelist."""
    part = competition.participant(user)
    shape: Shape = {
        "id": competition.id,
        "title": competition.title,
        "published": competition.published,
        "secret_key": competition.secret_key,
        "created_by": competition.created_by.username,
        "owner_display_name": display_name(competition.created_by),
        "created_when": moment(competition.created_when),
        "logo": f"{base}/media/{competition.logo}",
        "logo_icon": f"{base}/media/icon_{competition.logo}",
        "terms": competition.terms,
        "pages": competition.pages,
        "phases": [phase_detail(state, phase, user) for phase in competition.phases],
        "leaderboards": visible_boards(competition, user),
        "collaborators": [
            {"id": person.id, "name": person.username, "username": person.username}
            for person in competition.collaborators
        ],
        "participant_status": part.status if part is not None else None,
        "registration_auto_approve": competition.flags["registration_auto_approve"],
        "description": competition.flags["description"],
        "participants_count": competition.participants_count,
        "submissions_count": competition.submissions_count,
        "queue": queue_shape(competition.queue, user) if competition.queue is not None else None,
        "enable_detailed_results": competition.flags["enable_detailed_results"],
        **_flags(competition, STORED),
        "docker_image": competition.docker_image,
        "allow_robot_submissions": False,
        "competition_type": competition.flags["competition_type"],
        "fact_sheet": competition.flags["fact_sheet"],
        "forum": competition.id,
        "reward": competition.flags["reward"],
        "contact_email": competition.flags["contact_email"],
        "report": None,
        "whitelist_emails": competition.whitelist,
        "forum_enabled": competition.flags["forum_enabled"],
    }
    if user is None:
        del shape["participant_status"]
    if not competition.administered_by(user):
        del shape["secret_key"], shape["whitelist_emails"]
    return shape


def competition_written(state: State, competition: Competition, base: str) -> Shape:
    """What changing a competition answers: its queue by number, no counts."""
    detail = competition_detail(state, competition, competition.created_by, base)
    gone = ("owner_display_name", "logo_icon", "leaderboards", "participant_status", "participants_count")
    for name in (*gone, "submissions_count", "forum"):
        del detail[name]
    return detail | {
        "phases": [
            phase_shape(state, phase) | {"tasks": [phase_task_shape(state, phase, task) for task in phase.tasks]}
            for phase in competition.phases
        ],
        "collaborators": [person.id for person in competition.collaborators],
        "queue": competition.queue.id if competition.queue is not None else None,
        "whitelist_emails": [{"email": address} for address in competition.whitelist],
    }


def competition_row(competition: Competition, base: str) -> Shape:
    """A competition in a list."""
    return {
        "id": competition.id,
        "title": competition.title,
        "created_by": competition.created_by.username,
        "owner_display_name": display_name(competition.created_by),
        "created_when": moment(competition.created_when),
        "published": competition.published,
        "participants_count": competition.participants_count,
        "logo": f"{base}/media/{competition.logo}",
        "logo_icon": f"{base}/media/icon_{competition.logo}",
        "description": competition.flags["description"],
        "competition_type": competition.flags["competition_type"],
        "reward": competition.flags["reward"],
        "contact_email": competition.flags["contact_email"],
        "report": None,
        "is_featured": False,
        "submissions_count": competition.submissions_count,
    }


def _flags(competition: Competition, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: competition.flags[name] for name in names}
