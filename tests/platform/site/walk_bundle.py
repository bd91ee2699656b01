"""The small competition of the walk, and what a platform refuses to unpack: one fault each."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from organizer.build.logo import draw, to_png
from tests.platform.site.visitor import packed

PIECES = ("ingestion_program", "scoring_program", "input_data", "reference_data")
_COLUMNS = [
    {"title": "Adjusted", "key": "adjusted_score", "index": 0, "sorting": "desc", "precision": 4},
    {"title": "Score", "key": "score", "index": 1, "sorting": "desc"},
    {"title": "Duration", "key": "duration", "index": 2, "sorting": "asc", "hidden": True},
]
_TIMES = (("2026-01-01 00:00:00", "2026-02-01 00:00:00"), ("2026-03-01 00:00:00", "2099-03-01 00:00:00"))
_PHASE = {
    "description": "d",
    "max_submissions": 1,
    "max_submissions_per_day": 1,
    "execution_time_limit": 60,
    "hide_output": True,
    "starting_kit": "input_data.zip",
    "public_data": "input_data.zip",
}
_TASK = {"description": "d", **{piece: f"{piece}.zip" for piece in PIECES}}
_RAW: Mapping[str, Any] = {
    "version": 2,
    "title": "A walk",
    "description": "A walk through the platform's endpoints.",
    "image": "logo.png",
    "terms": "terms.md",
    "docker_image": "none:none",
    "auto_run_submissions": False,
    "enable_detailed_results": True,
    "pages": [{"title": "Overview", "file": "terms.md"}],
    "tasks": [{"index": 0, "name": "evaluation-1", **_TASK}, {"index": 1, "name": "final", **_TASK}],
    "phases": [
        {"index": index, "name": f"Phase {index}", "start": start, "end": end, "tasks": [index], **_PHASE}
        for index, (start, end) in enumerate(_TIMES)
    ],
    "leaderboards": [{"title": "Results", "key": "main", "submission_rule": "Force_Last", "columns": _COLUMNS}],
}
Change = Callable[[dict[str, Any], dict[str, bytes]], object]


def bundle(change: Change | None = None) -> bytes:
    """Two phases that run nothing by themselves; a change sees the YAML's values and the other files."""
    raw = copy.deepcopy(dict(_RAW))
    files = {f"{piece}.zip": packed({"metadata.yaml": "command: none\n"}) for piece in PIECES}
    files |= {"logo.png": to_png(draw(64)), "terms.md": b"Terms.\n", "empty.md": b""}
    if change is not None:
        change(raw, files)
    return packed({"competition.yaml": yaml.safe_dump(raw), **files})


def _column(name: str, value: object) -> Change:
    return lambda raw, files: raw["leaderboards"][0]["columns"][1].update({name: value})


def _phase(index: int, **values: object) -> Change:
    return lambda raw, files: raw["phases"][index].update(values)


REFUSED: Mapping[str, bytes] = {
    "no zip": b"no zip",
    "no yaml": packed({"folder/competition.yaml": "version: 2"}),
    "unknown version": bundle(lambda raw, files: raw.update(version=3)),
    "page missing": bundle(lambda raw, files: raw["pages"][0].update(file="absent.md")),
    "page empty": bundle(lambda raw, files: raw["pages"][0].update(file="empty.md")),
    "no tasks": bundle(lambda raw, files: raw.pop("tasks")),
    "task twice": bundle(lambda raw, files: raw["tasks"][1].update(index=0)),
    "no scoring program": bundle(lambda raw, files: raw["tasks"][0].pop("scoring_program")),
    "file missing": bundle(lambda raw, files: files.pop("reference_data.zip")),
    "no terms": bundle(lambda raw, files: raw.pop("terms")),
    "terms empty": bundle(lambda raw, files: raw.update(terms="empty.md")),
    "no image": bundle(lambda raw, files: raw.pop("image")),
    "image missing": bundle(lambda raw, files: raw.update(image="absent.png")),
    "unknown queue": bundle(lambda raw, files: raw.update(queue="00000000-0000-4000-8000-00000000ffff")),
    "no phases": bundle(lambda raw, files: raw.pop("phases")),
    "no end": bundle(lambda raw, files: raw["phases"][0].pop("end")),
    "phases overlap": bundle(_phase(1, start="2026-01-15 00:00:00")),
    "phases touch": bundle(_phase(1, start="2026-02-01 00:00:00")),
    "phase without task": bundle(lambda raw, files: raw["phases"][0].pop("tasks")),
    "no leaderboards": bundle(lambda raw, files: raw.pop("leaderboards")),
    "column key twice": bundle(_column("key", "duration")),
    "column index twice": bundle(_column("index", 0)),
    "column title too long": bundle(_column("title", "x" * 37)),
    "no title": bundle(lambda raw, files: raw.pop("title")),
    "image name too long": bundle(lambda raw, files: raw.update(docker_image="x" * 129)),
}
