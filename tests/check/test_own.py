"""Checks of this project's own bundles, on a small one with programs, data and a worker folder of one build."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from organizer.check.check import check_bundle
from sealing.seal import seal
from tests.check.draft import NOW, Draft, valid
from xtreme_tasks.files import folder_digest
from xtreme_tasks.settings import Limits

BUNDLE = "0123456789abcdef"
KEY = bytes(64)
START, END = 1801472400.0, 1803859140.0  # the first phase of the draft
WINDOWS = {"one": (START, END), "two": (1803859200.0, 1806451200.0)}


def signpost(phase: str, role: str, sealed: bool = True) -> bytes:
    return json.dumps({"bundle": BUNDLE, "phase": phase, "role": role, "sealed": sealed}).encode()


def own() -> Draft:
    draft = valid()
    for role in ("ingestion", "scoring"):
        body = {"bundle": BUNDLE, "role": role, "sealed": True}
        draft.zips[f"{role}.zip"]["program.json"] = json.dumps(body).encode()
    for phase in ("one", "two"):
        for role in ("input", "reference"):
            draft.zips[f"{role}_{phase}.zip"] = {
                "data.json": signpost(phase, role),
                "part.jsonl.sealed": seal(f"{phase}{role}".encode(), KEY, BUNDLE, role, phase, "part.jsonl"),
            }
    return draft


def worker(draft: Draft, folder: Path, **changes: object) -> None:
    """The worker folder that the build would leave beside the bundle; digests by the worker's own function."""
    programs = {}
    for role in ("ingestion", "scoring"):
        place = folder / "extracted" / role
        for name, data in draft.zips[f"{role}.zip"].items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(data)
        programs[role] = {"digest": folder_digest(place), "command": ""}
    phases = [
        {"phase": name, "split": "evaluation", "start": start, "end": end, "repeats": 1}
        for name, (start, end) in WINDOWS.items()
    ]
    body = {
        "image": draft.yaml["docker_image"],
        "programs": programs,
        "phases": phases,
        "limits": dataclasses.asdict(Limits(seconds=800, preflight_seconds=100)),
    }
    path = folder / "worker" / BUNDLE / "worker.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({**body, **changes}))


def ids(draft: Draft, folder: Path) -> set[str]:
    return {problem.id for problem in check_bundle(draft.write(folder), NOW)}


def test_a_build_with_its_worker_folder_has_no_problem(tmp_path: Path):
    draft = own()
    worker(draft, tmp_path)
    assert ids(draft, tmp_path) == set()


@pytest.mark.parametrize(
    ("identifier", "archive", "name", "data"),
    [
        ("C506", "input_one.zip", "part2.jsonl", b'{"id":"a","premise":"b"}\n'),
        ("C506", "reference_two.zip", "part2.jsonl.sealed", b"not sealed at all"),
        (
            "C601",
            "scoring.zip",
            "program.json",
            json.dumps({"bundle": BUNDLE, "role": "ingestion", "sealed": True}).encode(),
        ),
        (
            "C602",
            "scoring.zip",
            "program.json",
            json.dumps({"bundle": "f" * 16, "role": "scoring", "sealed": True}).encode(),
        ),
        ("C602", "input_one.zip", "data.json", signpost("one", "input").replace(b"0123", b"3210")),
        ("C602", "input_one.zip", "data.json", b"{"),
        ("C603", "input_one.zip", "data.json", signpost("one", "reference")),
        ("C603", "input_one.zip", "data.json", signpost("two", "input")),
    ],
)
def test_a_part_of_another_build_or_place(tmp_path: Path, identifier: str, archive: str, name: str, data: bytes):
    draft = own()
    draft.zips[archive][name] = data
    assert identifier in ids(draft, tmp_path)


def later(draft: Draft) -> None:
    draft.phases[0]["start"] = "2027-01-31 09:00:00"


def short(draft: Draft) -> None:
    draft.phases[0]["execution_time_limit"] = 899


def patched(draft: Draft) -> None:
    draft.zips["scoring.zip"]["score/__init__.py"] = b"pass\n"


def retagged(draft: Draft) -> None:
    draft.yaml["docker_image"] = "other@sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("identifier", "change"), [("C604", later), ("C605", short), ("C606", patched), ("C606", retagged)]
)
def test_the_bundle_against_its_worker_folder(tmp_path: Path, identifier: str, change: Callable[[Draft], None]):
    draft = own()
    worker(draft, tmp_path)
    change(draft)
    assert ids(draft, tmp_path) == {identifier}


def test_repeats_count_into_the_promised_time(tmp_path: Path):
    draft = own()
    phases = [{"phase": name, "start": start, "end": end, "repeats": 2} for name, (start, end) in WINDOWS.items()]
    worker(draft, tmp_path, phases=phases)
    found = [problem for problem in check_bundle(draft.write(tmp_path), NOW) if problem.id == "C605"]
    assert len(found) == 2
    assert "1700 s" in found[0].what
    for phase in draft.phases:
        phase["execution_time_limit"] = 1700
    assert ids(draft, tmp_path) == set()


def test_an_open_build_is_judged_by_its_own_settings(tmp_path: Path):
    draft = own()
    for role in ("ingestion", "scoring"):
        body = {"bundle": BUNDLE, "role": role, "sealed": False}
        draft.zips[f"{role}.zip"]["program.json"] = json.dumps(body).encode()
    settings = {"phase": "one", "start": START, "end": END + 60, "repeats": 3, "limits": {"seconds": 1000.0}}
    draft.zips["input_one.zip"] = {
        "data.json": signpost("one", "input", False),
        "phase.json": json.dumps(settings).encode(),
    }
    found = ids(draft, tmp_path)
    assert {"C604", "C605"} <= found
    settings |= {"end": END, "repeats": 1, "limits": {"seconds": 800.0}}
    draft.zips["input_one.zip"]["phase.json"] = json.dumps(settings).encode()
    assert not {"C604", "C605"} & ids(draft, tmp_path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"phases": 1, "programs": []}', '{"phases": [{"phase": []}]}', "\x00"]
)
def test_a_worker_folder_with_anything_in_it(tmp_path: Path, text: str):
    draft = own()
    path = tmp_path / "worker" / BUNDLE / "worker.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert ids(draft, tmp_path) <= {"C606"}
