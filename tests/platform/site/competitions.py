"""Views of competitions, participants and phases."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.platform.site import board
from tests.platform.site.competition_shapes import (
    competition_detail,
    competition_row,
    competition_written,
    phase_shape,
)
from tests.platform.site.message import Crash, Refusal, Request, Response, answer, denied, missing
from tests.platform.site.shapes import participant_shape
from tests.platform.site.state import Competition, Participant, Phase, User
from tests.platform.site.unpack_parts import when

if TYPE_CHECKING:
    from tests.platform.site.server import Site


def find(site: Site, number: str, user: User | None, secret: object = None) -> Competition:
    """A competition that this account can see."""
    found = site.state.competitions.get(int(number))
    if found is None or not _visible(found, user, secret):
        raise missing("Competition")
    return found


def _visible(competition: Competition, user: User | None, secret: object) -> bool:
    part = competition.participant(user) if user is not None else None
    taking_part = part is not None and part.status == "approved"
    known = secret is not None and secret == competition.secret_key
    return competition.published or competition.administered_by(user) or taking_part or known


def listing(site: Site, request: Request) -> Response:
    """GET competitions: those that one can see, or `mine`, or `participating_in`; not in pages."""
    user = request.user
    found: Iterable[Competition] = site.state.competitions.values()
    if user is not None and request.query.get("mine"):
        found = [item for item in found if item.organized_by(user)]
    elif user is not None and request.query.get("participating_in"):
        found = [item for item in found if (part := item.participant(user)) and part.status == "approved"]
    else:
        found = [item for item in found if _visible(item, user, request.query.get("secret_key"))]
    if text := request.query.get("search", "").lower():
        found = [item for item in found if text in item.title.lower() or text in str(item.flags["description"]).lower()]
    return answer([competition_row(item, site.base) for item in found])


def detail(site: Site, request: Request, number: str) -> Response:
    """GET one competition; anybody may."""
    competition = find(site, number, request.user, request.query.get("secret_key"))
    return answer(competition_detail(site.state, competition, request.user, site.base))


def change(site: Site, request: Request, number: str) -> Response:
    """PATCH a competition: its creator or a collaborator; any queue can be named, whoever owns it."""
    competition = find(site, number, request.user)
    if not competition.administered_by(request.user):
        raise denied("You do not have permission to perform this action.")
    data = request.data
    if "whitelist_emails" not in data:
        raise Crash("KeyError: whitelist_emails")
    competition.whitelist = [address.lower() for address in data["whitelist_emails"]]
    if "queue" in data:
        if data["queue"] is not None and data["queue"] not in site.state.queues:
            raise Refusal(400, {"queue": [f'Invalid pk "{data["queue"]}" - object does not exist.']})
        competition.queue = site.state.queues.get(data["queue"])
    for name in ("title", "docker_image", "terms"):
        if name in data:
            setattr(competition, name, data[name])
    competition.flags |= {name: data[name] for name in competition.flags if name in data}
    return answer(competition_written(site.state, competition, site.base))


def remove(site: Site, request: Request, number: str) -> Response:
    """DELETE a competition: its creator alone."""
    competition = find(site, number, request.signed_in())
    if not competition.administered_by(request.user):
        raise denied("You do not have permission to perform this action.")
    if competition.created_by is not request.user:
        raise denied("You cannot delete competitions that you didn't create")
    del site.state.competitions[competition.id]
    for submission in list(site.state.submissions.values()):
        if submission.competition is competition:
            del site.state.submissions[submission.id]
    return Response(204)


def toggle_publish(site: Site, request: Request, number: str) -> Response:
    """POST: published or not; a superuser alone may not."""
    competition = find(site, number, request.user)
    if not competition.organized_by(request.user):
        raise denied("You don't have access to publish this competition")
    competition.published = not competition.published
    return answer({"published": competition.published})


def register(site: Site, request: Request, number: str) -> Response:
    """POST: take part."""
    user = request.signed_in()
    competition = find(site, number, user, request.data.get("secret_key"))
    if competition.participant(user) is not None:
        raise Refusal(400, ["You already applied for participation in this competition!"])
    approved = competition.flags["registration_auto_approve"] or competition.organized_by(user)
    approved = approved or user.email.lower() in competition.whitelist
    part = Participant(site.state.number("participant"), user, "approved" if approved else "pending")
    competition.participants.append(part)
    competition.participants_count += 1
    return answer({"participant_status": part.status}, 201)


def results(site: Site, request: Request, number: str, form: str) -> Response:
    """GET results.json, results.csv or results.zip: organizers and superusers."""
    competition = find(site, number, request.user)
    if not competition.administered_by(request.user):
        raise denied("You are not a competition admin or superuser")
    phases = competition.phases
    if wanted := request.query.get("phase"):
        phases = [phase for phase in phases if str(phase.id) == wanted]
        if not phases:
            raise missing("Phase")
    found = board.results(site.state, phases)
    if form == "json":
        return answer(found)
    if form == "csv":
        if len(found) > 1:
            raise Refusal(400, ["More than one matching leaderboard. Try selecting phase or get a .zip?"])
        title, rows = next(iter(found.items()))
        headers = {"Content-Disposition": f'attachment; filename="{title}.csv"'}
        return Response(200, board.as_csv(rows).encode(), "text/csv", headers)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for title, rows in found.items():
            if rows:
                archive.writestr(f"{title}.csv", board.as_csv(rows))
    headers = {"Content-Disposition": f"attachment; filename={competition.title}.zip"}
    return Response(200, stream.getvalue(), "application/x-zip-compressed", headers)


def creation_status(site: Site, request: Request, number: str) -> Response:
    """GET: how far the unpacking of one's own bundle is."""
    user = request.user
    if user is None:
        raise Crash("TypeError: an anonymous visitor has no number")
    creation = site.state.creations.get(int(number))
    if creation is None or creation.created_by is not user:
        raise missing("CompetitionCreationTaskStatus")
    made = creation.competition.id if creation.competition is not None else None
    shape = {"status": creation.status, "details": creation.details, "resulting_competition": made}
    return answer(shape | {"created_by": user.id})


def participants(site: Site, request: Request) -> Response:
    """GET participants: empty without `competition`, and for whoever does not organize it."""
    user = request.signed_in()
    wanted = request.query.get("competition")
    found = [
        part
        for competition in site.state.competitions.values()
        for part in competition.participants
        if str(competition.id) == wanted and competition.administered_by(user)
    ]
    if status := request.query.get("status"):
        found = [part for part in found if part.status == status]
    if name := request.query.get("user__username"):
        found = [part for part in found if part.user.username == name]
    return answer([participant_shape(part) for part in sorted(found, key=lambda part: part.user.username)])


def approve(site: Site, request: Request, number: str) -> Response:
    """PATCH a participant's status: organizers."""
    user = request.signed_in()
    for competition in site.state.competitions.values():
        for part in competition.participants:
            if part.id == int(number) and competition.administered_by(user) and "status" in request.data:
                status = request.data["status"]
                if status == part.status:
                    raise Refusal(400, {"error": f"Status is already set to `{status}`"})
                part.status = status
                return answer(participant_shape(part))
    raise missing("CompetitionParticipant")


def find_phase(site: Site, number: str) -> tuple[Competition, Phase]:
    """A phase, for anybody who has signed in."""
    found = site.state.phase(int(number))
    if found is None:
        raise missing("Phase")
    return found


def phase(site: Site, request: Request, number: str) -> Response:
    """GET one phase."""
    request.signed_in()
    return answer(phase_shape(site.state, find_phase(site, number)[1]))


def change_phase(site: Site, request: Request, number: str) -> Response:
    """PATCH a phase: any account can change its limits, its times and its tasks."""
    request.signed_in()
    _, found = find_phase(site, number)
    data = request.data
    if "tasks" in data:
        tasks = [site.state.task_of(name) for name in data["tasks"]]
        for name, task in zip(data["tasks"], tasks, strict=True):
            if task is None:
                raise Refusal(400, {"tasks": [f"Object with key={name} does not exist."]})
        found.tasks = [task for task in tasks if task is not None]
    for name in ("start", "end"):
        if name in data:
            setattr(found, name, when(data[name]))
    for name in (
        "name description execution_time_limit has_max_submissions max_submissions_per_day max_submissions_per_person "
        "auto_migrate_to_this_phase hide_output hide_prediction_output hide_score_output"
    ).split():
        if name in data:
            setattr(found, name, data[name])
    return answer(phase_shape(site.state, found))


def phase_leaderboard(site: Site, request: Request, number: str) -> Response:
    """GET a phase's leaderboard; anybody may, whether it is hidden or not."""
    competition, found = find_phase(site, number)
    return answer(board.leaderboard(site.state, competition, found))
