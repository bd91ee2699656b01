"""This project's own bundles: do programs, data, phases and the worker folder belong together?

`program.json` in a program tells whose build it is. A worker folder is read where it lies beside the bundle, as the
build leaves it; a sealed bundle's settings can be seen nowhere else.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from organizer.check.bundle_view import BundleView, Slot, at_key
from organizer.check.checks_secrecy import own_programs, read_json
from organizer.check.problem import Found, check, shown
from organizer.check.times import moment
from organizer.check.tree import Tree, UnreadableError
from organizer.check.yaml_view import Item
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import SETTINGS_FILE, Limits
from xtreme_tasks.tables import build

ROLES = {"ingestion_program": "ingestion", "scoring_program": "scoring"}
DATA_ROLES = {"input_data": "input", "reference_data": "reference"}
TOLERANCE = 1.0  # seconds: YAML times have whole ones


@dataclass(frozen=True)
class Window:
    """What the build decided for a phase: window in Unix seconds, timed runs of a submission, limits in seconds."""

    start: float
    end: float
    repeats: int
    limits: Limits


@check("C601", "error", "a program in the wrong role", "Build again; do not exchange the programs of a built bundle.")
def program_role(view: BundleView) -> Iterator[Found]:
    """The role is part of the program's digest."""
    for slot, own in own_programs(view):
        if own["role"] != ROLES[slot.kind]:
            yield Found(slot.place, f"{slot.name} says {shown(own['role'])}")


@check("C602", "error", "programs and data of different builds", "Build again and upload that build as it is.")
def one_build(view: BundleView) -> Iterator[Found]:
    """Sealed data of another build do not open."""
    programs = list(own_programs(view))
    if not programs:
        return
    bundle = programs[0][1]["bundle"]
    for slot, own in [*programs[1:], *_signposts(view)]:
        if own.get("bundle") != bundle:
            yield Found(slot.place, f"{slot.name} is of {shown(own.get('bundle'))}, not of {shown(bundle)}")


@check("C603", "error", "a data set in the wrong place", "Name the file that was built for this task and this role.")
def data_place(view: BundleView) -> Iterator[Found]:
    """`data.json` says role and phase; sealed data open only there."""
    for slot, signpost in _signposts(view):
        expected = (DATA_ROLES[slot.kind], slot.owner.text("name"))
        if (signpost.get("role"), signpost.get("phase")) != expected:
            found = f"{signpost.get('role')} of {signpost.get('phase')}"
            yield Found(slot.place, f"{slot.name} is {shown(found)}, not {shown(' of '.join(map(str, expected)))}")


def _signposts(view: BundleView) -> Iterator[tuple[Slot, dict[str, object]]]:
    if not any(True for _ in own_programs(view)):
        return
    for slot in view.slots:
        tree = view.opened(slot.name) if slot.kind in DATA_ROLES else None
        if isinstance(tree, Tree):
            yield slot, read_json(tree, "data.json")


@check(
    "C604",
    "error",
    "a phase's times differ from its settings",
    "Build again with --start and --weeks; leave both files.",
)
def windows(view: BundleView) -> Iterator[Found]:
    """Ingestion judges by the settings, the page by the YAML."""
    for phase, window in _windows(view):
        for key, expected in (("start", window.start), ("end", window.end)):
            read = moment(phase, key)
            if read is None or read.stored is None:
                continue
            stored = read.stored.replace(tzinfo=datetime.UTC).timestamp()
            if expected and abs(stored - expected) > TOLERANCE:
                settings = datetime.datetime.fromtimestamp(expected, datetime.UTC)
                yield Found(at_key(phase, key), f"{key} is {settings:%Y-%m-%d %H:%M:%S} in the settings")


@check(
    "C605",
    "error",
    "execution_time_limit is below what the rules promise",
    "Raise it to at least pre-flight + repeats x time limit of a run.",
)
def promised_time(view: BundleView) -> Iterator[Found]:
    """The teams may use their time limit to the last second."""
    for phase, window in _windows(view):
        needed = window.limits.preflight_seconds + window.repeats * window.limits.seconds
        seconds = phase.number("execution_time_limit")
        if seconds is not None and seconds < needed:
            yield Found(at_key(phase, "execution_time_limit"), f"{seconds} s, the rules promise {needed:.0f} s")


@check(
    "C606",
    "error",
    "the worker folder beside the bundle is of another build",
    "Build again, upload that bundle and install that worker folder.",
)
def worker_folder(view: BundleView) -> Iterator[Found]:
    """The gate would refuse the programs or the image."""
    worker = _worker(view)
    if not worker:
        return
    image = view.yaml.text("docker_image")
    if worker.get("image") != image:
        yield Found(at_key(view.yaml, "docker_image"), f"the worker allows {shown(worker.get('image'))}")
    programs = worker.get("programs")
    for slot, tree in view.data(*ROLES):
        allowed = programs.get(ROLES[slot.kind]) if isinstance(programs, dict) else None
        if not isinstance(allowed, dict) or allowed.get("digest") != _folder_digest(tree):
            yield Found(slot.place, f"{slot.name} is not the program that the worker allows")


def _folder_digest(tree: Tree) -> str:
    """`xtreme_tasks.files.folder_digest` of the folder into which the worker would extract these files."""
    parents = {name[:end] for name in tree.names for end, letter in enumerate(name) if letter == "/"}
    digest = hashlib.sha256()
    for name in sorted({*tree.names, *parents}):
        kind, content = "folder", ""
        if name in tree:
            inner = hashlib.sha256()
            try:
                for piece in tree.chunks(name, tree.size(name) + 1):
                    inner.update(piece)
            except UnreadableError:
                return ""
            kind, content = "file", inner.hexdigest()
        digest.update(json.dumps([kind, name, content]).encode())
    return digest.hexdigest()


def _worker(view: BundleView) -> Mapping[str, object]:
    """`worker.json` of this build beside the bundle; empty where there is none."""
    for _, own in own_programs(view):
        bundle = str(own["bundle"])
        path = view.path.parent / "worker" / bundle / "worker.json"
        if bundle.isalnum() and path.is_file():
            try:
                value = json.loads(path.read_bytes())
            except (OSError, ValueError, RecursionError):
                return {}
            return value if isinstance(value, dict) else {}
    return {}


def _windows(view: BundleView) -> Iterator[tuple[Item, Window]]:
    """Each phase with its settings, from the open `phase.json` or from the worker folder."""
    described: dict[object, tuple[dict[str, object], object]] = {}
    worker = _worker(view)
    listed = worker.get("phases")
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict):
            described[str(entry.get("phase"))] = (entry, worker.get("limits"))
    names = {
        str(task.members["index"].value): task.text("name") for task in view.listed("tasks") if "index" in task.members
    }
    for slot in view.slots:
        tree = view.opened(slot.name) if slot.kind == "input_data" else None
        raw = read_json(tree, SETTINGS_FILE) if isinstance(tree, Tree) else {}
        if "phase" in raw and any(True for _ in own_programs(view)):
            described[slot.owner.text("name")] = (raw, raw.get("limits"))
    for phase in view.phases:
        tasks = phase.get("tasks")
        for entry in tasks.entries[-1:] if tasks else ():
            raw, limits = described.get(names.get(str(entry.value)), ({}, None))
            window = _window(raw, limits)
            if window is not None:
                yield phase, window


def _window(raw: Mapping[str, object], limits: object) -> Window | None:
    start, end, repeats = raw.get("start"), raw.get("end"), raw.get("repeats")
    if not isinstance(start, int | float) or not isinstance(end, int | float) or not isinstance(repeats, int):
        return None
    if not 0 <= start < 4e9 or not 0 <= end < 4e9:  # the calendar's end is near there
        return None
    try:
        return Window(start, end, repeats, build(Limits, limits, "limits"))
    except OrganizerFault:
        return None


CHECKS = (program_role, one_build, data_place, windows, promised_time, worker_folder)
