"""Views of submissions, with the platform's holes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.platform.site.message import Crash, Refusal, Request, Response, answer, as_uuid, denied, missing
from tests.platform.site.shapes import (
    filename,
    submission_shape,
    submission_write_shape,
)
from tests.platform.site.state import AUTOMATIC_RULES, Submission

if TYPE_CHECKING:
    from tests.platform.site.server import Site

STATUSES = "None Submitting Submitted Preparing Running Scoring Cancelled Finished Failed".split()
NO_TASK = (
    "You cannot rerun this submission because one or more tasks this submission was running are deleted, "
    "resubmit the submission or contact the competition organizer!"
)
DONE = ("Finished", "Failed", "Cancelled")


def _seen(site: Site, request: Request) -> list[Submission]:
    """What a GET may see, newest first: one's own, those of one's competitions, and the leaderboard's anonymously."""
    user = request.user
    found = list(site.state.submissions.values())[::-1]
    if user is None:
        return [item for item in found if item.on_leaderboard and not item.soft_deleted and item.status == "Finished"]
    if request.query.get("show_is_soft_deleted", "").lower() != "true":
        found = [item for item in found if not item.soft_deleted]
    return [item for item in found if item.owner is user or item.competition.administered_by(user)]


def find(site: Site, request: Request, number: str, seen: bool = True) -> Submission:
    """One submission; requests that write find every one."""
    found = _seen(site, request) if seen else list(site.state.submissions.values())
    for submission in found:
        if submission.id == int(number):
            return submission
    raise missing("Submission")


def listing(site: Site, request: Request) -> Response:
    """GET submissions: all of them at once, not in pages."""
    found, query = _seen(site, request), request.query
    if wanted := query.get("phase"):
        if not wanted.isdigit() or site.state.phase(int(wanted)) is None:
            raise _no_choice("phase")
        found = [item for item in found if str(item.phase.id) == wanted]
    if wanted := query.get("phase__competition"):
        if not wanted.isdigit() or int(wanted) not in site.state.competitions:
            raise _no_choice("phase__competition")
        found = [item for item in found if str(item.competition.id) == wanted]
    if wanted := query.get("status"):
        if wanted not in STATUSES:
            text = f"Select a valid choice. {wanted} is not one of the available choices."
            raise Refusal(400, {"status": [text]})
        found = [item for item in found if item.status == wanted]
    if wanted := query.get("search"):
        found = [item for item in found if wanted in item.owner.username or wanted in filename(item.data)]
    return answer([submission_shape(item) for item in found])


def _no_choice(name: str) -> Refusal:
    text = "Select a valid choice. That choice is not one of the available choices."
    return Refusal(400, {name: [text]})


def detail(site: Site, request: Request, number: str) -> Response:
    """GET one submission."""
    return answer(submission_shape(find(site, request, number)))


def create(site: Site, request: Request) -> Response:
    """POST data and phase; the hole: a secret, a status and a time of one's own are taken too."""
    data, user = request.data, request.user
    if "phase" not in data:
        raise Refusal(400, {"phase": ["This field is required."]})
    found = site.state.phase(int(data["phase"]))
    if found is None:
        raise Refusal(400, {"phase": [f'Invalid pk "{data["phase"]}" - object does not exist.']})
    competition, phase = found
    archive = site.state.data_of(data["data"]) if data.get("data") is not None else None
    if data.get("data") is not None and archive is None:
        raise Refusal(400, {"data": [f"Object with key={data['data']} does not exist."]})
    _check_answers(data.get("fact_sheet_answers"), competition.flags["fact_sheet"])
    part = competition.participant(user)
    if user is None:
        raise Crash("TypeError: an anonymous visitor takes part in nothing")
    if part is None or part.status != "approved":
        raise denied("You do not have access to this competition to make a submission")
    reason = site.obstacle(phase, user)
    if reason is not None:
        raise Crash(f"PermissionError: {reason}")
    if archive is None:
        raise Crash("AttributeError: a submission without data has no file name")
    made = Submission(site.state.number("submission"), user, phase, competition, archive, site.state.clock.now())
    made.fact_sheet_answers = data.get("fact_sheet_answers")
    _take(made, data)
    site.state.submissions[made.id] = made
    competition.submissions_count += 1
    shape = submission_write_shape(made)
    if competition.flags["auto_run_submissions"]:
        site.start(made)
    return answer(shape, 201)


def _check_answers(answers: Any, sheet: Any) -> None:
    if not answers:
        return
    if set(answers) != set(sheet or {}):
        raise Refusal(400, {"non_field_errors": ["Fact Sheet keys do not match Answer keys"]})
    for name, value in answers.items():
        row = sheet[name]
        if row["selection"] and value not in row["selection"]:
            raise Refusal(400, {"non_field_errors": [f"{name}: {value} is not a valid selection from {row}"]})
        if not value and row["is_required"] == "true" and not isinstance(value, bool):
            raise Refusal(400, {"non_field_errors": [f"{row['title']}({name}) requires an answer"]})


def _take(submission: Submission, data: dict[str, Any]) -> None:
    if "secret" in data:
        submission.secret = str(as_uuid(data["secret"]))
    if "status" in data:
        if data["status"] not in STATUSES:
            raise Refusal(400, {"status": [f'"{data["status"]}" is not a valid choice.']})
        submission.status = data["status"]
    if "created_when" in data:
        submission.created_when = datetime.fromisoformat(str(data["created_when"]).replace("Z", "+00:00"))
    for name in ("status_details", "md5", "queue"):
        if name in data:
            setattr(submission, name, data[name])


def change(site: Site, request: Request, number: str) -> Response:
    """PATCH with the submission's secret: meant for the worker, open to whoever knows it."""
    submission = find(site, request, number, seen=False)
    data = request.data
    if data.get("secret") is None or str(as_uuid(data["secret"])) != submission.secret:
        raise denied("Submission secrets do not match")
    if data.get("task"):
        raise denied("Submission task cannot be updated")
    _take(submission, data)
    return answer(submission_write_shape(submission))


def remove(site: Site, request: Request, number: str) -> Response:
    """DELETE: organizers, or the owner while it is off the leaderboard; nothing of it stays."""
    submission = find(site, request, number, seen=False)
    admin = submission.competition.administered_by(request.user)
    if submission.owner is not request.user and not admin:
        raise denied("You do not have permission to delete this submission!")
    if not admin and submission.on_leaderboard:
        raise denied("You cannot delete a leaderboard submission!")
    site.forget(submission)
    return Response(204)


def soft_delete(site: Site, request: Request, number: str) -> Response:
    """DELETE by the page's button: the row stays, its files go."""
    submission = find(site, request, number, seen=False)
    if submission.owner is not request.user:
        raise Refusal(403, {"error": "You are not allowed to delete this submission"})
    if submission.status == "Finished" and submission.on_leaderboard:
        raise Refusal(403, {"error": "You are not allowed to delete a leaderboard submission"})
    if submission.status not in DONE:
        raise Refusal(403, {"error": "You are not allowed to delete a running submission"})
    if submission.soft_deleted:
        raise Refusal(400, {"error": "Submission already deleted"})
    site.drop_files(submission)
    submission.soft_deleted = True
    return answer({"message": "Submission deleted successfully"})


def run(site: Site, request: Request, number: str) -> Response:
    """POST: organizers start what waits, where submissions do not run by themselves."""
    submission = find(site, request, number, seen=False)
    if not submission.competition.administered_by(request.user):
        raise denied("You do not have permission to run this submission")
    if submission.status != "Submitting":
        raise denied("Cannot run a submission which is not in submitting status")
    site.start(submission)
    return answer({"id": submission.id})


def run_again(site: Site, request: Request, number: str) -> Response:
    """POST: organizers; a new submission of the same team, which no limit stops."""
    old = find(site, request, number, seen=False)
    if not old.competition.administered_by(request.user):
        raise denied("You do not have permission to re-run submissions")
    if old.status not in DONE:
        raise denied("Cannot request a re-run on a submission that has not finished processing.")
    fresh, now = site.state.number("submission"), site.state.clock.now()
    made = Submission(fresh, old.owner, old.phase, old.competition, old.data, now)
    made.task, made.fact_sheet_answers = old.task, old.fact_sheet_answers
    if name := request.query.get("task_key"):
        made.task, made.specific_task = site.state.task_of(name), True
    if made.task is None:
        raise Refusal(404, {"error_msg": NO_TASK})
    made.queue = old.competition.queue.id if old.competition.queue is not None else None
    site.state.submissions[made.id] = made
    old.competition.submissions_count += 1
    site.start(made)
    return answer({"id": made.id})


def cancel(site: Site, request: Request, number: str) -> Response:
    """GET: its owner or an organizer."""
    submission = find(site, request, number)
    if submission.owner is not request.user and not submission.competition.administered_by(request.user):
        raise denied("You do not have permission to cancel submissions")
    cancelled = submission.status not in DONE
    if cancelled:
        submission.status, submission.revoked = "Cancelled", True
    return answer({"canceled": cancelled})


def connect(site: Site, request: Request, number: str) -> Response:
    """POST or DELETE a leaderboard connection: with an automatic rule, superusers alone."""
    submission = find(site, request, number, seen=False)
    user, rule = request.user, submission.phase.leaderboard.submission_rule
    if user is None or not (submission.owner is user or submission.competition.administered_by(user)):
        raise denied("You cannot perform this action, contact the competition organizer!")
    if rule in AUTOMATIC_RULES and not user.superuser:
        raise denied("Users are not allowed to edit the leaderboard on this Competition")
    if request.method == "DELETE" and rule not in ("Add_And_Delete", "Add_And_Delete_Multiple"):
        raise denied("You are not allowed to remove a submission on this phase")
    if request.method == "POST" and rule != "Add_And_Delete_Multiple":
        site.clear_board(submission)
    submission.on_leaderboard = request.method == "POST"
    return answer({})
