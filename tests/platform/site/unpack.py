"""A bundle becomes a competition, or the platform's words for what is wrong with it.

The order of the checks is the platform's, since only the first fault is shown.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests.platform.site.state import (
    Competition,
    Data,
    Leaderboard,
    Participant,
    Phase,
    Queue,
    State,
    Task,
    User,
)
from tests.platform.site.storage import Storage
from tests.platform.site.unpack_parts import Unpacking, Window, leaderboard_of, ordered, short, windows_of

PIECES = ("ingestion_program", "input_data", "scoring_program", "reference_data")
FLAGS: Mapping[str, object] = {
    "registration_auto_approve": False,
    "enable_detailed_results": False,
    "show_detailed_results_in_submission_panel": True,
    "show_detailed_results_in_leaderboard": True,
    "auto_run_submissions": True,
    "can_participants_make_submissions_public": True,
    "make_programs_available": False,
    "make_input_data_available": False,
    "description": "",
    "competition_type": "competition",
    "fact_sheet": None,
    "reward": None,
    "contact_email": None,
    "forum_enabled": True,
}


@dataclass
class Bundle:
    """The opened zip and what has been made of it so far."""

    state: State
    storage: Storage
    creator: User
    raw: dict[str, Any]
    files: Mapping[str, bytes]
    made: list[Data] = field(default_factory=list)

    def data(self, name: object, kind: str) -> Data:
        """The data set of a file in the bundle, of a folder in it, or of a key."""
        content = self.files.get(str(name))
        if content is None:
            content = _folder(self.files, str(name))
        if content is None:
            return self._known(str(name), kind)
        number, now = self.state.number("data"), self.state.clock.now()
        path = self.storage.put("dataset", str(name).rpartition("/")[2], content)
        made = Data(number, kind, self.creator, now, f"{kind} @ {now:'%m-%d-%Y %H:%M'}", path)
        made.by_competition, made.file_size = True, len(content)
        self.state.data[number] = made
        self.made.append(made)
        return made

    def _known(self, name: str, kind: str) -> Data:
        try:
            uuid.UUID(name)
        except ValueError:
            raise Unpacking(f'Cannot find dataset: "{name}"') from None
        found = self.state.data_of(name)
        if found is None:
            raise Unpacking(f'Cannot find {kind} with key: "{name}"')
        return found

    def text(self, name: object) -> str:
        """A page or the terms."""
        content = self.files.get(str(name))
        if content is None:
            raise Unpacking(f"Unable to find page: {name}")
        return content.decode()


def unpack(state: State, storage: Storage, creator: User, archive: bytes) -> Competition:
    """The competition of a bundle of version 2, added to the state.

    Raises:
        Unpacking: the platform's message; nothing is left behind.

    """
    bundle = _open(state, storage, creator, archive)
    try:
        return _competition(bundle)
    except Unpacking:
        _clean(bundle)
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        _clean(bundle)
        raise Unpacking(f"Unpacking the bundle failed. Here is the error log: {error}") from None


def _clean(bundle: Bundle) -> None:
    for data in bundle.made:
        del bundle.state.data[data.id]


def _open(state: State, storage: Storage, creator: User, archive: bytes) -> Bundle:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            files = {name: opened.read(name) for name in opened.namelist()}
    except zipfile.BadZipFile:
        raise Unpacking("Bad zip file uploaded.") from None
    if "competition.yaml" not in files:
        raise Unpacking(
            "competition.yaml is missing from zip, check your folder structure "
            "to make sure it is in the root directory."
        )
    try:
        raw = yaml.safe_load(files["competition.yaml"])
        version = str(raw.get("version", "1"))
    except (yaml.YAMLError, AttributeError) as error:
        raise Unpacking(f"Unpacking the bundle failed. Here is the error log: {error}") from None
    if version != "2":  # the emulation reads no bundles of version 1.5
        raise Unpacking(
            "A suitable version could not be found for this competition. Make sure one is supplied in the yaml."
        )
    return Bundle(state, storage, creator, raw, files)


def _competition(bundle: Bundle) -> Competition:
    raw, state = bundle.raw, bundle.state
    pages = [_page(bundle, index, page) for index, page in enumerate(raw.get("pages"))]  # type: ignore[arg-type]
    plans = _task_plans(raw)
    terms = _terms(bundle)
    if "image" not in raw:
        raise Unpacking("An image for this competition could not be found in the yaml")
    if raw["image"] not in bundle.files:
        raise Unpacking(f"Unable to find image: {raw['image']}")
    queue = _queue(bundle)
    if "phases" not in raw:
        raise Unpacking("Unable to find any phases for this competition")
    windows = windows_of(raw["phases"])
    if "leaderboards" not in raw:
        raise Unpacking("Could not find leaderboards in the competition yaml")
    tasks = {index: _task(bundle, plan) for index, plan in plans.items()}
    board = leaderboard_of(state, raw["leaderboards"][0])
    _check_texts(raw)
    phases = [
        _phase(bundle, index, item, tasks, board, window)
        for index, (item, window) in enumerate(zip(ordered(raw["phases"]), windows, strict=True))
    ]
    phases[-1].is_final_phase = True
    flags = {name: raw.get(name, default) for name, default in FLAGS.items()}
    made = Competition(
        state.number("competition"),
        str(raw["title"]),
        bundle.creator,
        state.clock.now(),
        str(raw.get("docker_image", "codalab/codalab-legacy:py37")),
        terms,
        str(raw["image"]),
        pages,
        phases,
        flags,
        queue,
    )
    made.participants.append(Participant(state.number("participant"), bundle.creator, "approved"))
    state.competitions[made.id] = made
    return made


def _page(bundle: Bundle, index: int, page: Mapping[str, Any]) -> dict[str, Any]:
    text = bundle.text(page["file"])
    if not text:
        raise Unpacking(f"Page '{page['file']}' is empty, it must contain content.")
    return {"id": bundle.state.number("page"), "title": page.get("title"), "content": text, "index": index}


def _task_plans(raw: Mapping[str, Any]) -> dict[Any, Mapping[str, Any]]:
    if "tasks" not in raw:
        raise Unpacking("No tasks listed in this competition")
    plans: dict[Any, Mapping[str, Any]] = {}
    for task in raw["tasks"]:
        if "index" not in task:
            raise Unpacking(f"ERROR: No index for task: {task.get('name') or task.get('key')}")
        if task["index"] in plans:
            raise Unpacking(f"ERROR: Duplicate task indexes. Index: {task['index']}")
        if "key" not in task and "scoring_program" not in task:
            raise Unpacking(f'ERROR: Task "{task.get("name") or task["index"]}" does not have a scoring program')
        plans[task["index"]] = task
    return plans


def _task(bundle: Bundle, plan: Mapping[str, Any]) -> Task:
    if "key" in plan:
        found = bundle.state.task_of(plan["key"])
        if found is None:
            raise Unpacking(f"Task with key {plan['key']} does not exist")
        return found
    number, now = bundle.state.number("task"), bundle.state.clock.now()
    task = Task(number, str(plan["name"]), bundle.creator, now, plan.get("description"))
    task.ingestion_only_during_scoring = bool(plan.get("ingestion_only_during_scoring", False))
    for piece in PIECES:
        if piece in plan:
            setattr(task, piece, bundle.data(plan[piece], piece))
    bundle.state.tasks[number] = task
    return task


def _terms(bundle: Bundle) -> str:
    if "terms" not in bundle.raw:
        where = "in the required location"
        raise Unpacking(f"A file containing the terms of this competition has not been supplied {where}")
    text = bundle.text(bundle.raw["terms"])
    if not text:
        raise Unpacking(f"{bundle.raw['terms']} is empty, it must contain content.")
    return text


def _queue(bundle: Bundle) -> Queue | None:
    vhost = bundle.raw.get("queue")
    if not vhost:
        return None
    queue = next((item for item in bundle.state.queues.values() if item.vhost == str(vhost)), None)
    if queue is None:
        raise Unpacking("The specified Queue does not exist!")
    if not queue.is_public and bundle.creator not in (queue.owner, *queue.organizers):
        raise Unpacking("You do not have access to the specified queue!")
    return queue


def _check_texts(raw: Mapping[str, Any]) -> None:
    if raw.get("title") is None:
        raise Unpacking("title: This field may not be null.\n")
    short("docker_image", raw.get("docker_image", ""), 128)


def _phase(
    bundle: Bundle,
    index: int,
    raw: Mapping[str, Any],
    tasks: Mapping[Any, Task],
    board: Leaderboard,
    window: Window,
) -> Phase:
    chosen = [tasks[number] for number in raw["tasks"]]
    made = Phase(bundle.state.number("phase"), index, str(raw["name"]), *window, chosen, board)
    made.description = raw.get("description")
    made.execution_time_limit = int(raw.get("execution_time_limit") or 600)
    made.max_submissions_per_day = raw.get("max_submissions_per_day", 5)
    made.max_submissions_per_person = raw.get("max_submissions", 100)
    for name in ("auto_migrate_to_this_phase", "hide_output", "hide_prediction_output", "hide_score_output"):
        setattr(made, name, bool(raw.get(name, False)))
    for name in ("public_data", "starting_kit"):
        if name in raw:
            setattr(made, name, bundle.data(raw[name], name))
    return made


def _folder(files: Mapping[str, bytes], name: str) -> bytes | None:
    """A folder of the bundle, zipped as the platform zips it."""
    inside = {path: data for path, data in files.items() if path.startswith(name.rstrip("/") + "/")}
    if not inside:
        return None
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in inside.items():
            if not path.endswith("/"):
                archive.writestr(path.removeprefix(name.rstrip("/") + "/"), data)
    return stream.getvalue()
