"""Whatever bytes and values a bundle holds, the answer is a list of problems: never an exception."""

from __future__ import annotations

import datetime
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organizer.check.check import check_bundle
from organizer.check.keys import LEVELS
from tests.check.draft import NOW, valid, zipped

VALUES: list[Any] = [
    None, True, 0, -1, 10**30, 1.5, float("nan"), float("inf"), "", "x", "\x00", "ü" * 300, "../..", "/", ".",
    "a/../..", [], [[]], [None], {}, {"a": {}}, {1: 2}, [{}], ["x"], [{"index": [], "tasks": {}, "key": []}],
    datetime.date(2027, 1, 1), datetime.datetime(1, 1, 1, 0, 0, 1), "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00",
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a YAML value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in inner for place in places(child, (*path, key)))]


def set_at(root: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    owner = root
    for step in place[:-1]:
        owner = owner[step]
    owner[place[-1]] = value
    return root


def check_at(tmp_path: Path, place: tuple[Any, ...], value: Any) -> None:
    draft = valid()
    draft.yaml = set_at(draft.yaml, place, value)
    draft.zips.clear()
    for problem in check_bundle(draft.write(tmp_path), NOW):
        assert problem.line().isascii()


def test_wrong_values_at_every_place(tmp_path: Path):
    draw = random.Random(3)
    for place in places(valid().yaml):
        for value in draw.sample(VALUES, 3):
            check_at(tmp_path, place, value)


@pytest.mark.long
@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:20])
def test_every_wrong_value_at_every_place(tmp_path: Path, value: Any):
    for place in places(valid().yaml):
        check_at(tmp_path, place, value)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:20])
def test_a_wrong_value_under_every_known_key(tmp_path: Path, value: Any):
    draft = valid()
    for level in ("pages", "tasks", "phases", "leaderboards", "solutions"):
        draft.yaml[level] = [dict.fromkeys(LEVELS[level], value), value]
    draft.yaml["leaderboards"].insert(0, {"columns": [dict.fromkeys(LEVELS["columns"], value), value]})
    assert check_bundle(draft.write(tmp_path), NOW)


def test_flipped_bytes_of_a_zip(tmp_path: Path):
    whole, path, draw = zipped(valid().content()), tmp_path / "bundle.zip", random.Random(1)
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(draw.choice((1, 3, 20))):
            # The directory at the end is where a reader can be led astray.
            low = len(data) - 2500 if draw.random() < 0.7 else 0
            data[draw.randrange(low, len(data))] = draw.randrange(256)
        path.write_bytes(data)
        for problem in check_bundle(path, NOW):
            assert problem.line().isascii()


def test_flipped_bytes_of_an_inner_zip(tmp_path: Path):
    draw = random.Random(2)
    for _ in range(100):
        draft = valid()
        for name in ("scoring.zip", "input_one.zip"):
            data = bytearray(zipped(draft.zips.pop(name)))
            for _ in range(draw.choice((1, 5))):
                data[draw.randrange(len(data))] = draw.randrange(256)
            draft.files[name] = bytes(data)
        for problem in check_bundle(draft.write(tmp_path), NOW):
            assert problem.line().isascii()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_as_any_file(tmp_path: Path, data: bytes):
    path = tmp_path / "bundle.zip"
    path.write_bytes(zipped({"competition.yaml": data}))
    assert check_bundle(path, NOW)
    draft = valid()
    for files in (draft.files, *draft.zips.values()):
        for name in files:
            files[name] = data
    path.write_bytes(zipped(draft.content()))
    assert check_bundle(path, NOW)


@pytest.mark.parametrize("source", [b"(" * 50_000, b"-" * 200_000 + b"1", b"x = " + b"[" * 90, b"\0", b"\xff"])
def test_sources_that_trouble_a_compiler(tmp_path: Path, source: bytes):
    draft = valid()
    draft.zips["scoring.zip"]["score/odd.py"] = source
    found = [problem for problem in check_bundle(draft.write(tmp_path), NOW) if problem.id == "C336"]
    assert [problem.place for problem in found] == ["scoring.zip: score/odd.py"]


def test_a_source_on_which_interpreters_disagree(tmp_path: Path):
    """Python 3.11 gives up on this chain, later ones compile it: either way the check comes to its end."""
    draft = valid()
    draft.zips["scoring.zip"]["score/odd.py"] = b"a.b" * 9000
    found = [problem for problem in check_bundle(draft.write(tmp_path), NOW) if problem.severity == "error"]
    assert {problem.id for problem in found} <= {"C336"}
