"""Views of a submission's files: signed addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platform.site.message import Crash, Refusal, Request, Response, answer, denied
from tests.platform.site.shapes import filename, leaderboard_shape
from tests.platform.site.submissions import find

if TYPE_CHECKING:
    from tests.platform.site.server import Site


def details(site: Site, request: Request, number: str) -> Response:
    """GET signed addresses of all files; the platform breaks on a submission whose files are gone."""
    submission = find(site, request, number)
    admin = submission.competition.administered_by(request.user)
    phase = submission.phase
    if phase.hide_output and not admin:
        raise denied("Cannot access submission details while phase marked to hide output.")
    if submission.data is None:
        raise Crash("AttributeError: no data")

    def signed(path: str, hidden: bool = False) -> str | None:
        return site.storage.sign(path) if path and (admin or not hidden) else None

    boards = [leaderboard_shape(phase.leaderboard)] if submission.scores else []
    return answer(
        {
            "logs": [{"name": name, "data_file": site.storage.sign(path)} for name, path in submission.logs.items()],
            "data_file": signed(submission.data.path),
            "prediction_result": signed(submission.prediction_result, phase.hide_prediction_output),
            "detailed_result": signed(submission.detailed_result),
            "scoring_result": signed(submission.scoring_result, phase.hide_score_output),
            "leaderboards": boards,
            "fact_sheet_answers": submission.fact_sheet_answers,
        }
    )


def detail_page(site: Site, request: Request, number: str) -> Response:
    """GET the signed address of the detail page: anybody may, once the competition is published."""
    submission = find(site, request, number, seen=False)
    competition, user = submission.competition, request.user
    if not competition.flags["enable_detailed_results"]:
        raise Refusal(404, {"error_msg": "Detailed results are disabled for this competition!"})
    part = competition.participant(user)
    inside = competition.administered_by(user) or (part is not None and part.status == "approved")
    if not competition.published and not inside:
        text = "You do not have permission to see the detailed result."
        if user is None:
            text += " Participate in this competition to view result."
        raise Refusal(403, {"error_msg": text})
    path = submission.detailed_result
    return answer(site.storage.sign(path) if path else None)


def download_many(site: Site, request: Request) -> Response:
    """POST numbers: signed addresses of the zips."""
    numbers = request.data.get("pks")
    if not numbers:
        raise Refusal(400, {"error": "`pks` field is required"})
    if not isinstance(numbers, list):
        raise Refusal(400, {"error": "`pks` must be a list"})
    found = [item for item in site.state.submissions.values() if item.id in numbers]
    if len(found) != len(numbers):
        raise Refusal(404, {"error": "One or more submission IDs are invalid"})
    if request.user is None:
        raise denied("You must be logged in to download submissions")
    if not all(item.owner is request.user or item.competition.administered_by(request.user) for item in found):
        raise denied("You do not have permission to download one or more of the requested submissions")
    files = []
    for item in found:
        if item.data is None:
            raise Crash("AttributeError: no data")
        when = item.data.created_when.strftime("%Y-%m-%d:%M-%S")
        name = f"{item.id}_{item.owner.username}_PhaseId{item.phase.id}_{when}_{filename(item.data)}"
        files.append({"name": name, "url": site.storage.sign(item.data.path)})
    return answer(files)
