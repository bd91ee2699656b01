"""Views of accounts, data sets, tasks and queues."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from tests.platform.site.message import Crash, Refusal, Request, Response, answer, denied, missing, page
from tests.platform.site.shapes import Shape, data_shape, moment, queue_shape, task_shape
from tests.platform.site.state import Creation, Data, Queue, Task
from tests.platform.site.unpack import PIECES

if TYPE_CHECKING:
    from tests.platform.site.server import Site

TYPES = (*PIECES, "public_data", "starting_kit", "competition_bundle", "submission", "solution")
T = TypeVar("T")


def token(site: Site, request: Request) -> Response:
    """POST username and password."""
    data = request.data
    absent = {name: ["This field is required."] for name in ("username", "password") if name not in data}
    if absent:
        raise Refusal(400, absent)
    user = site.state.user_named(data["username"])
    if user is None or user.password != data["password"]:
        raise Refusal(400, {"non_field_errors": ["Unable to log in with provided credentials."]})
    return answer({"token": user.token})


def paged(request: Request, items: Sequence[T], shape: Callable[[T], Shape]) -> Response:
    """Ten in a page unless `page_size` says otherwise: data sets, tasks and queues; nothing else is paged."""
    size = min(int(request.query.get("page_size", "10")), 1000)
    number = int(request.query.get("page", "1"))
    start = (number - 1) * size
    if number < 1 or (start >= len(items) and number > 1):
        raise Refusal(404, {"detail": "Invalid page."})

    def link(wanted: int) -> str:
        query = {**request.query, "page": str(wanted)}
        return f"{request.base}{request.path}?{urllib.parse.urlencode(query)}"

    return answer(
        {
            "count": len(items),
            "next": link(number + 1) if start + size < len(items) else None,
            "previous": link(number - 1) if number > 1 else None,
            "results": [shape(item) for item in items[start : start + size]],
        }
    )


def data_sets(site: Site, request: Request) -> Response:
    """GET one's own and public data sets, newest first."""
    user = request.signed_in()
    kinds = {"submission": ("submission",), "bundle": ("competition_bundle",), "dataset": TYPES[:6]}
    wanted = kinds.get(request.query.get("_type", ""), TYPES)
    found = [data for data in site.state.data.values() if data.created_by is user or data.is_public]
    found = [data for data in found if data.type in wanted]
    for name in ("type", "name", "key"):
        if value := request.query.get(name):
            found = [data for data in found if getattr(data, name) == value]
    return paged(request, found[::-1], lambda data: data_shape(site.state, data))


def new_data(site: Site, request: Request) -> Response:
    """POST: announce an upload; the answer holds where to put the bytes."""
    user, data = request.signed_in(), request.data
    if not data.get("file_size"):
        raise Refusal(400, {"file_size": "This field is required."})
    try:
        float(data["file_size"])
    except (TypeError, ValueError):
        raise Refusal(400, {"file_size": ["A valid number is required."]}) from None
    absent = {name: ["This field is required."] for name in ("type", "request_sassy_file_name") if name not in data}
    if absent:
        raise Refusal(400, absent)
    if data["type"] not in TYPES:
        raise Refusal(400, {"type": [f'"{data["type"]}" is not a valid choice.']})
    name = data.get("name")
    if name and any(item.name == name and item.created_by is user for item in site.state.data.values()):
        text = "You already have a dataset by this name, please delete that dataset or rename this one"
        raise Refusal(400, {"non_field_errors": [text]})
    path = site.storage.put("dataset", str(data["request_sassy_file_name"]))
    now = site.state.clock.now()
    made = Data(site.state.number("data"), data["type"], user, now, name or f"{user.username} - {data['type']}", path)
    made.competition, made.description = data.get("competition"), data.get("description")
    site.state.data[made.id] = made
    return answer({"key": made.key, "sassy_url": site.storage.sign(path, "PUT")}, 201)


def completed(site: Site, request: Request, name: str) -> Response:
    """PUT: the bytes are there; a bundle is unpacked now."""
    user = request.signed_in()
    data = site.state.data_of(name)
    if data is None or data.created_by is not user:
        raise missing()
    data.completed, data.file_size = True, len(site.storage.blobs[data.path])
    if data.type != "competition_bundle":
        return answer({"key": data.key})
    creation = Creation(site.state.number("creation"), user, data)
    site.state.creations[creation.id] = creation
    site.later(lambda: site.unpack(creation))
    return answer({"status_id": creation.id})


def remove_data(site: Site, request: Request, number: str) -> Response:
    """DELETE one's own data set that nothing uses."""
    user = request.signed_in()
    data = site.state.data.get(int(number))
    if data is None or not (data.is_public or data.created_by is user):
        raise missing("Data")
    if data.created_by is not user:
        raise Refusal(400, {"error": "Cannot delete a dataset that is not yours"})
    if data_shape(site.state, data)["in_use"]:
        raise Refusal(400, {"error": "Cannot delete dataset: dataset is in use"})
    del site.state.data[data.id]
    return Response(204)


def download(site: Site, request: Request, name: str) -> Response:
    """GET the bytes of a key: anybody may, whatever it is."""
    data = site.state.data_of(name)
    if data is None:
        return page(404, "Not Found")
    return Response(302, b"", "text/html; charset=utf-8", {"Location": site.storage.sign(data.path)})


def tasks(site: Site, request: Request) -> Response:
    """GET one's own tasks."""
    user = request.signed_in()
    found = [task for task in site.state.tasks.values() if task.created_by is user or request.query.get("public")]
    return paged(request, found[::-1], lambda task: task_row(site, task))


def task_row(site: Site, task: Task) -> Shape:
    """A task in a list."""
    return {
        "id": task.id,
        "created_when": moment(task.created_when),
        "created_by": task.created_by.username,
        "owner_display_name": task.created_by.display_name or task.created_by.username,
        "key": task.key,
        "name": task.name,
        "description": task.description,
        "solutions": [],
        "ingestion_only_during_scoring": task.ingestion_only_during_scoring,
        "value": task.key,
        "is_public": task.is_public,
        "is_used_in_competitions": any(
            task in phase.tasks for competition in site.state.competitions.values() for phase in competition.phases
        ),
    }


def new_task(site: Site, request: Request) -> Response:
    """POST: a task of any data sets whose keys one knows."""
    user, data = request.signed_in(), request.data
    if "name" not in data:
        raise Refusal(400, {"name": ["This field is required."]})
    made = Task(site.state.number("task"), data["name"], user, site.state.clock.now(), data.get("description"))
    for piece in PIECES:
        if data.get(piece) is not None:
            found = site.state.data_of(data[piece])
            if found is None:
                raise Refusal(400, {piece: [f"Object with key={data[piece]} does not exist."]})
            setattr(made, piece, found)
    site.state.tasks[made.id] = made
    return answer(task_shape(made), 201)


def queues(site: Site, request: Request) -> Response:
    """GET queues that one owns or organizes, and public ones with `public`."""
    user = request.signed_in()
    found = [
        queue
        for queue in site.state.queues.values()
        if user in (queue.owner, *queue.organizers) or (queue.is_public and request.query.get("public"))
    ]
    return paged(request, sorted(found, key=lambda queue: queue.name), lambda queue: _queue_row(site, request, queue))


def _queue_row(site: Site, request: Request, queue: Queue) -> Shape:
    using = [item for item in site.state.competitions.values() if item.queue is queue]
    using = [item for item in using if item.published or item.administered_by(request.user)]
    rows = [{"id": item.id, "title": item.title} for item in using]
    return queue_shape(queue, request.user) | {"competitions": rows}


def new_queue(site: Site, request: Request) -> Response:
    """POST: a queue of one's own."""
    user, data = request.signed_in(), request.data
    if not data.get("name"):
        raise Refusal(400, {"name": ["This field is required."]})
    made = Queue(site.state.number("queue"), data["name"], user, site.state.clock.now(), bool(data.get("is_public")))
    site.state.queues[made.id] = made
    shape = queue_shape(made, user)
    return answer(shape | {"owner": user.id, "organizers": []}, 201)


def change_queue(site: Site, request: Request, number: str) -> Response:
    """PATCH a queue: its owner."""
    user = request.signed_in()
    queue = site.state.queues.get(int(number))
    if queue is None or user not in (queue.owner, *queue.organizers):
        raise missing("Queue")
    if queue.owner is not user and not user.superuser:
        raise denied("Cannot update a queue that is not yours")
    queue.name = request.data.get("name", queue.name)
    return answer(queue_shape(queue, user) | {"owner": queue.owner.id})


def remove_queue(site: Site, request: Request, number: str) -> Response:
    """DELETE a queue: its owner."""
    user = request.signed_in()
    queue = site.state.queues.get(int(number))
    if queue is None or user not in (queue.owner, *queue.organizers):
        raise missing("Queue")
    if queue.owner is not user:
        raise denied("Cannot delete a queue that is not yours")
    for competition in site.state.competitions.values():
        if competition.queue is queue:
            competition.queue = None
    del site.state.queues[queue.id]
    return Response(204)


def can_submit(site: Site, request: Request, number: str) -> Response:
    """GET can_make_submission: what the page asks before it uploads."""
    user = request.user
    found = site.state.phase(int(number))
    if found is None:
        raise missing("Phase")
    if user is None:
        raise Crash("TypeError: an anonymous visitor has no number")
    competition, phase = found
    part = competition.participant(user)
    if part is None or part.status != "approved":
        return answer({"can": False, "reason": "User not approved to participate in this competition"})
    reason = site.obstacle(phase, user)
    return answer({"can": reason is None, "reason": reason})
