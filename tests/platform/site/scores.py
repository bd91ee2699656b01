"""Views of score rows: posted with a submission's secret, changed by organizers, deleted by anybody."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from tests.platform.site.message import Crash, Refusal, Request, Response, answer, as_uuid, denied, missing
from tests.platform.site.shapes import score_shape
from tests.platform.site.state import Score, Submission
from tests.platform.site.submissions import find

if TYPE_CHECKING:
    from tests.platform.site.server import Site


def post_scores(site: Site, request: Request, number: str) -> Response:
    """POST scores with the submission's secret: new rows beside those that are there."""
    submission = find(site, request, number, seen=False)
    data = request.data
    if data.get("secret") is None:
        raise Refusal(400, ["Secret not a valid UUID"])
    if str(as_uuid(data["secret"])) != submission.secret:
        raise denied("Submission secrets do not match")
    if "scores" not in data:
        raise Refusal(400, ["'scores' required."])
    site.add_scores(submission, data["scores"])
    return Response(200)


def change_score(site: Site, request: Request, number: str) -> Response:
    """PATCH a score row: organizers; whoever else tries gets HTTP 500."""
    user = request.signed_in()
    submission, score = _score(site, number)
    if not submission.competition.administered_by(user):
        raise Crash("PermissionError: You do not have permission to update submission scores")
    if "score" in request.data:
        score.score = decimal(request.data["score"])
    return answer(score_shape(score))


def remove_score(site: Site, request: Request, number: str) -> Response:
    """DELETE a score row: any account may, anybody's."""
    request.signed_in()
    submission, score = _score(site, number)
    submission.scores.remove(score)
    return Response(204)


def _score(site: Site, number: str) -> tuple[Submission, Score]:
    for submission in site.state.submissions.values():
        for score in submission.scores:
            if score.id == int(number):
                return submission, score
    raise missing("SubmissionScore")


def decimal(value: object) -> Decimal:
    """A number that the platform can keep: ten digits on each side of the point."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise Refusal(400, {"score": ["A valid number is required."]}) from None
    if not number.is_finite() or isinstance(value, bool):
        raise Refusal(400, {"score": ["A valid number is required."]})
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    places = max(-exponent, 0)
    whole = max(len(digits) + exponent, 0)
    if places > 10:
        raise Refusal(400, {"score": ["Ensure that there are no more than 10 decimal places."]})
    if whole > 10:
        raise Refusal(400, {"score": ["Ensure that there are no more than 10 digits before the decimal point."]})
    return number
