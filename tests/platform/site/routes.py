"""Which view answers which address."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.platform.site import competitions, resources, scores, submission_files, submissions
from tests.platform.site.message import Refusal, Request, Response, page

if TYPE_CHECKING:
    from tests.platform.site.server import Site

View = Callable[..., Response]
N, KEY = r"(\d+)", r"([0-9a-f-]{36})"
_TABLE: list[tuple[str, dict[str, View]]] = [
    ("/api/api-token-auth/", {"POST": resources.token}),
    ("/api/datasets/", {"GET": resources.data_sets, "POST": resources.new_data}),
    (f"/api/datasets/completed/{KEY}/", {"PUT": resources.completed}),
    (f"/api/datasets/{N}/", {"DELETE": resources.remove_data}),
    (f"/datasets/download/{KEY}/", {"GET": resources.download}),
    ("/api/tasks/", {"GET": resources.tasks, "POST": resources.new_task}),
    ("/api/queues/", {"GET": resources.queues, "POST": resources.new_queue}),
    (f"/api/queues/{N}/", {"PATCH": resources.change_queue, "DELETE": resources.remove_queue}),
    (f"/api/can_make_submission/{N}/", {"GET": resources.can_submit}),
    ("/api/competitions/", {"GET": competitions.listing}),
    (
        f"/api/competitions/{N}/",
        {"GET": competitions.detail, "PATCH": competitions.change, "DELETE": competitions.remove},
    ),
    (f"/api/competitions/{N}/creation_status/", {"GET": competitions.creation_status}),
    (f"/api/competitions/{N}/toggle_publish/", {"POST": competitions.toggle_publish}),
    (f"/api/competitions/{N}/register/", {"POST": competitions.register}),
    (rf"/api/competitions/{N}/results\.(json|csv|zip)/?", {"GET": competitions.results}),
    ("/api/participants/", {"GET": competitions.participants}),
    (f"/api/participants/{N}/", {"PATCH": competitions.approve}),
    (f"/api/phases/{N}/", {"GET": competitions.phase, "PATCH": competitions.change_phase}),
    (f"/api/phases/{N}/get_leaderboard/", {"GET": competitions.phase_leaderboard}),
    ("/api/submissions/", {"GET": submissions.listing, "POST": submissions.create}),
    ("/api/submissions/download_many/", {"POST": submission_files.download_many}),
    (
        f"/api/submissions/{N}/",
        {"GET": submissions.detail, "PATCH": submissions.change, "DELETE": submissions.remove},
    ),
    (f"/api/submissions/{N}/soft_delete/", {"DELETE": submissions.soft_delete}),
    (f"/api/submissions/{N}/get_details/", {"GET": submission_files.details}),
    (f"/api/submissions/{N}/get_detail_result/", {"GET": submission_files.detail_page}),
    (f"/api/submissions/{N}/run_submission/", {"POST": submissions.run}),
    (f"/api/submissions/{N}/re_run_submission/", {"POST": submissions.run_again}),
    (f"/api/submissions/{N}/cancel_submission/", {"GET": submissions.cancel}),
    (
        f"/api/submissions/{N}/submission_leaderboard_connection/",
        {"POST": submissions.connect, "DELETE": submissions.connect},
    ),
    (f"/api/upload_submission_scores/{N}/", {"POST": scores.post_scores}),
    (f"/api/submission_scores/{N}/", {"PATCH": scores.change_score, "DELETE": scores.remove_score}),
]
TABLE = [(re.compile(pattern), views) for pattern, views in _TABLE]


def route(site: Site, request: Request) -> Response:
    """The answer to a request of the API."""
    for pattern, views in TABLE:
        match = pattern.fullmatch(request.path)
        if match is None:
            continue
        view = views.get("GET" if request.method == "HEAD" else request.method)
        if view is None:
            raise Refusal(405, {"detail": f'Method "{request.method}" not allowed.'})
        return view(site, request, *match.groups())
    slashed = request.path + "/"
    if any(pattern.fullmatch(slashed) for pattern, _ in TABLE):
        return Response(301, b"", "text/html; charset=utf-8", {"Location": slashed})
    return page(404, "Not Found")
