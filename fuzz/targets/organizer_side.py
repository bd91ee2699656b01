"""What reaches the organizer's own machine: the platform's answers, downloaded outputs, teams' zips at home, lists."""

from __future__ import annotations

import json
import math
import shutil

from fuzz import seeds
from fuzz.target import JSON_WORDS, Target, file_with, require, scratch
from ingestion_program.calibration import Calibration, parse_calibration
from organizer.base_models.listing import read_list
from organizer.local_worker.scores import LARGEST, read_scores
from organizer.local_worker.submission import extract, place
from organizer.local_worker.upload import Column
from organizer.pairing.people import read_people
from organizer.platform import answers, shape
from organizer.results.files import _member
from xtreme_tasks.record import RECORD_FILE

_KINDS = (answers.Competition, answers.Submission, answers.Details, answers.Board, answers.Participant)
_COLUMNS = tuple(Column(key, key, "desc", key == "score") for key in ("score", "duration"))
_PEOPLE = seeds.ROOT / "docs" / "people.csv"
_MODELS = seeds.ROOT / "worker" / "models.toml"


def run_platform_answer(data: bytes) -> None:
    """An answer of the platform's API: values of the declared types; what is kept of it can be read again."""
    if not data:
        return
    kind = _KINDS[data[0] % len(_KINDS)]
    value = shape.parse(kind, data[1:], "fuzz")
    require(shape.parse(kind, shape.encode(value), "fuzz") is not None, "not the same when written again")


def run_downloaded(data: bytes) -> None:
    """The output of a run as the platform delivers it: a record's bytes, or nothing."""
    member = _member(file_with(data, "output.zip"), RECORD_FILE)
    require(member is None or isinstance(member, bytes), "neither bytes nor nothing")


def run_home_zip(data: bytes) -> None:
    """A team's zip in the local worker: extracted and placed as the worker does it, or refused in one line."""
    root = scratch() / "home"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    if data[:2] == b"PK":
        extract(file_with(data, "home.zip"), root / "program")
    else:  # only the metadata
        (root / "program").mkdir()
        (root / "program" / "metadata.yaml").write_bytes(data)
    command = place(root / "program", root / "output")
    require(command is None or bool(command), "an empty command")


def run_scores(data: bytes) -> None:
    """`scores.json` as the platform takes it: finite numbers of the leaderboard's columns."""
    pushed = read_scores(file_with(data, "scores.json"), _COLUMNS)
    for key, value in (pushed.row or {}).items():
        require(key in ("score", "duration") and math.isfinite(value) and abs(value) <= LARGEST, "an odd score")


def run_people(data: bytes) -> None:
    """The list of people to be paired."""
    people = read_people(file_with(data, "people.csv"))
    require(len({person.name for person in people}) == len(people) >= 2, "somebody is there twice")


def run_model_list(data: bytes) -> None:
    """The list of base models."""
    for model in read_list(file_with(data, "models.toml")):
        require(not any(".." in name.split("/") or name.startswith("/") for name in model.files), "a path that leaves")


def run_calibration(data: bytes) -> None:
    """The calibration in the worker folder."""
    found = parse_calibration(data)
    require(parse_calibration(found.to_json()) == found, "not the same when written again")


def _answers() -> list[bytes]:
    found = []
    samples = (
        {"id": 1, "title": "t", "phases": [{"id": 2, "name": "p", "tasks": [3]}], "leaderboards": [], "queue": None},
        {"id": 5, "phase": 2, "owner": "a", "status": "Finished", "scores": [{"id": 1, "score": "2.5"}]},
        {"data_file": "https://x.example/a", "logs": [{"name": "l", "data_file": "https://x.example/b"}]},
        {"title": "b", "submissions": [{"id": 5, "owner": "a", "scores": []}]},
        {"id": 1, "username": "a", "status": "approved"},
    )
    for number, sample in enumerate(samples):
        found.append(bytes([number]) + json.dumps(sample).encode())
    return found


def _outputs() -> list[bytes]:
    return [seeds.zipped({RECORD_FILE: b"{}\n"}), seeds.zipped({"./" + RECORD_FILE: b"", RECORD_FILE: b"x"})]


def _home() -> list[bytes]:
    return [*seeds.team_zips(), b"command: python3 x.py\n"]


def _calibration() -> list[bytes]:
    return [Calibration("numpy", 1, 9, 0.5, 0.9, 1.1, 0.01, 0.02, "some machine", 1.8e9).to_json()]


_TYPES = (b'"id":', b'"scores":[', b'"phases":[', b'"tasks":[', b'"leaderboards":[', b'"submissions":[')
_ZIP_WORDS = (b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"../", RECORD_FILE.encode(), b"\xff\xff\xff\xff")
_YAML_WORDS = (b"command: ", b"!!int", b"!!bool", b"!!timestamp ", b"&a ", b"*a", b"<<: ", b"- ", b"{", b"? ")
_TOML_WORDS = (b"[[model]]\n", b"files = ", b"[" * 200)
_CSV_WORDS = (b"name,level", b"senior", b"junior", b",", b'"', b";", b":", b"\r\n", b"\0", b"# ")
TARGETS = (
    Target("platform_answer", run_platform_answer, _answers, JSON_WORDS + _TYPES),
    Target("downloaded", run_downloaded, _outputs, _ZIP_WORDS),
    Target("home_zip", run_home_zip, _home, _ZIP_WORDS + _YAML_WORDS),
    Target("scores", run_scores, lambda: [b'{"score": 1.5, "duration": 2}'], (*JSON_WORDS, b'"score":')),
    Target("people", run_people, lambda: [_PEOPLE.read_bytes()], _CSV_WORDS, 8192),
    Target("model_list", run_model_list, lambda: [_MODELS.read_bytes()], _TOML_WORDS, 8192),
    Target("calibration", run_calibration, _calibration, (*JSON_WORDS, b'"backend":"numpy"', b'"nominal":')),
)
