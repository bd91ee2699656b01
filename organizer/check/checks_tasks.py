"""Tasks and the data that they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, at, at_key, is_key, locate
from organizer.check.platform_limits import PHASE_SLOTS, TASK_SLOTS, TITLE
from organizer.check.problem import Found, check, shown
from organizer.check.yaml_view import Item


@check("C301", "error", "there are no tasks", "Write `tasks:` with at least one task.")
def tasks_missing(view: BundleView) -> Iterator[Found]:
    """Required."""
    if not view.listed("tasks"):
        yield Found(at_key(view.yaml, "tasks"), "no tasks")


@check("C302", "error", "a task's index is missing or not its own", "Number the tasks 0, 1, 2, ...")
def task_index(view: BundleView) -> Iterator[Found]:
    """Phases refer to it."""
    counts = Counter(_index(task) for task in view.listed("tasks"))
    for task in view.listed("tasks"):
        if "index" not in task.members:
            yield Found(at(task), f"task {shown(task.text('name'))} has no index")
        elif counts[_index(task)] > 1:
            yield Found(at_key(task, "index"), f"index {shown(_index(task))} occurs {counts[_index(task)]} times")


def _index(task: Item) -> str:
    return str(task.members["index"].value) if "index" in task.members else ""


@check("C303", "warning", "a task that no phase uses", "Remove it, or name its index in a phase.")
def task_unused(view: BundleView) -> Iterator[Found]:
    """It is created all the same, with its data."""
    lists = [phase.get("tasks") for phase in view.phases]
    used = {str(entry.value) for tasks in lists if tasks for entry in tasks.entries}
    for task in view.listed("tasks"):
        if "index" in task.members and _index(task) not in used:
            yield Found(at(task), f"task {shown(task.text('name') or _index(task))}")


@check("C304", "error", "a task's name is missing or too long", f"Write `name:` with 1 to {TITLE} characters.")
def task_name(view: BundleView) -> Iterator[Found]:
    """Required by the platform's model, unless `key:` names a task that exists there."""
    for task in view.listed("tasks"):
        text = task.text("name") or ""
        if "key" not in task.members and (not text.strip() or len(text) > TITLE):
            yield Found(at_key(task, "name"), f"{len(text)} characters" if text else "no name")


@check("C305", "error", "a task has no scoring program", "Write `scoring_program:` with a zip or folder of the bundle.")
def scoring_missing(view: BundleView) -> Iterator[Found]:
    """The unpacker stops at it."""
    for task in view.listed("tasks"):
        if "key" not in task.members and task.text("scoring_program") is None:
            yield Found(at(task), f"task {shown(task.text('name'))}")


@check("C306", "error", "a data set is not in the bundle", "Pack the file, or correct the name.")
def data_missing(view: BundleView) -> Iterator[Found]:
    """A name may also be the key of a data set that is on the platform already."""
    for slot in view.slots:
        if locate(slot.name) is not None and not view.has_data(slot.name) and not is_key(slot.name):
            yield Found(slot.place, f"{slot.kind} {shown(slot.name)}")


@check(
    "C307", "note", "data or tasks that are on the platform already", "Check them there: they are not in the bundle."
)
def on_platform(view: BundleView) -> Iterator[Found]:
    """Named by a key."""
    for slot in view.slots:
        if is_key(slot.name) and not view.has_data(slot.name):
            yield Found(slot.place, f"{slot.kind} {slot.name}")
    for task in view.listed("tasks"):
        if "key" in task.members:
            ignored = [key for key in task.members if key not in ("key", "index")]
            also = f"; ignored: {', '.join(ignored)}" if ignored else ""
            yield Found(at_key(task, "key"), f"task {shown(task.text('key'))}{also}")


@check(
    "C308",
    "error",
    "ingestion_only_during_scoring",
    "Set it to false: it mounts the labels in the container that runs the teams' code.",
)
def during_scoring(view: BundleView) -> Iterator[Found]:
    """Ingestion then runs beside scoring."""
    for task in view.listed("tasks"):
        if task.flag("ingestion_only_during_scoring", False):
            yield Found(at_key(task, "ingestion_only_during_scoring"), f"task {shown(task.text('name'))}")


@check(
    "C309",
    "note",
    "a task without ingestion program",
    "Add one if teams hand in code: without it a team's own command runs, and can write any result.",
)
def no_ingestion(view: BundleView) -> Iterator[Found]:
    """Right for contests in which predictions are handed in."""
    for task in view.listed("tasks"):
        if "key" not in task.members and task.get("ingestion_program") is None:
            yield Found(at(task), f"task {shown(task.text('name'))}")


@check("C310", "warning", "a task without data", "Write `input_data:` for ingestion and `reference_data:` for scoring.")
def no_data(view: BundleView) -> Iterator[Found]:
    """The mount is empty then."""
    for task in view.listed("tasks"):
        if "key" in task.members:
            continue
        if task.get("reference_data") is None:
            yield Found(at(task), f"task {shown(task.text('name'))} has no reference_data")
        if task.get("ingestion_program") is not None and task.get("input_data") is None:
            yield Found(at(task), f"task {shown(task.text('name'))} has no input_data")


@check("C311", "error", "a data set is no zip", "Pack it as a zip, or as a folder: the worker unzips it.")
def no_zip(view: BundleView) -> Iterator[Found]:
    """The worker fails with `Bad or empty zip file`, after ten tries."""
    for slot in view.slots_of(*TASK_SLOTS, "path"):
        reason = view.opened(slot.name)
        if isinstance(reason, str):
            yield Found(slot.place, f"{shown(slot.name)}: {reason}")


@check("C312", "warning", "an empty zip", "Pack the files, or leave the key out.")
def empty_zip(view: BundleView) -> Iterator[Found]:
    """Nothing is mounted."""
    for slot, tree in view.data(*TASK_SLOTS, "public_data", "starting_kit"):
        if not tree.entries:
            yield Found(slot.place, shown(slot.name))


@check(
    "C313",
    "note",
    "all files of a data set lie in one folder",
    "Zip the files themselves if the program does not expect the folder.",
)
def one_folder(view: BundleView) -> Iterator[Found]:
    """A common slip of zip tools; programs have a check of their own."""
    for slot, tree in view.data("input_data", "reference_data"):
        roots = {name.partition("/")[0] if "/" in name else "" for name in tree.names}
        if len(roots) == 1 and roots != {""}:
            yield Found(slot.place, f"{shown(slot.name)} holds only {shown(roots.pop() + '/')}")


@check("C314", "error", "a solution is malformed", "Give it `index`, `path` and `tasks` with indexes of tasks.")
def solution(view: BundleView) -> Iterator[Found]:
    """The unpacker stops at it."""
    known = {_index(task) for task in view.listed("tasks")}
    for item in view.listed("solutions"):
        missing = [key for key in ("index", "tasks") if item.get(key) is None]
        if item.get("key") is None and item.get("path") is None:
            missing.append("path")
        if missing:
            yield Found(at(item), f"no {', '.join(missing)}")
        tasks = item.get("tasks")
        for entry in tasks.entries if tasks else ():
            if str(entry.value) not in known:
                yield Found(at(entry), f"task {shown(entry.value)} does not exist")


OPEN_ROLES = {"input_data", "public_data", "starting_kit"}
"""Some contests hand out their inputs on purpose."""


@check("C315", "warning", "one file in two roles", "Give each role its own file.")
def two_roles(view: BundleView) -> Iterator[Found]:
    """Reference data as input data hand out the labels; swapped programs do not start."""
    roles: dict[str, str] = {}
    for slot in view.slots_of(*TASK_SLOTS, *PHASE_SLOTS):
        name = locate(slot.name) or slot.name
        first = roles.setdefault(name, slot.kind)
        if first != slot.kind and not {first, slot.kind} <= OPEN_ROLES:
            yield Found(slot.place, f"{shown(slot.name)} is {first} and {slot.kind}")


CHECKS = (
    tasks_missing,
    task_index,
    task_unused,
    task_name,
    scoring_missing,
    data_missing,
    on_platform,
    during_scoring,
    no_ingestion,
    no_data,
    no_zip,
    empty_zip,
    one_folder,
    solution,
    two_roles,
)
