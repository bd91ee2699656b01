"""Files of a results folder become values of the declared types, or one line that names the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from organizer.platform.shape import decode, encode, parse
from xtreme_tasks.faults import OrganizerFault


@dataclass(frozen=True)
class Inner:
    number: float
    word: Literal["a", "b"] = "a"


@dataclass(frozen=True)
class Outer:
    count: int
    flag: bool
    name: str | None
    items: tuple[Inner, ...] = ()
    table: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    other: Any = None


WHOLE: dict[str, Any] = {
    "count": 1,
    "flag": True,
    "name": None,
    "items": [{"number": 2, "word": "b"}],
    "table": {"x": [1, 2]},
    "other": [{}],
}


def test_what_was_written_is_read_again() -> None:
    made = decode(Outer, WHOLE, "here")
    assert made == Outer(1, True, None, (Inner(2.0, "b"),), {"x": (1, 2)}, [{}])
    assert type(made.items[0].number) is float
    assert parse(Outer, encode(made), "here") == made


def test_what_is_missing_has_its_default_and_what_is_unknown_is_left_out() -> None:
    assert decode(Outer, {"count": 1, "flag": False, "name": "n", "more": 1}, "here") == Outer(1, False, "n")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"count": True}, "here.count: not a whole number"),
        ({"count": 1.0}, "here.count: not a whole number"),
        ({"flag": 1}, "here.flag: not true or false"),
        ({"name": 1}, "here.name: not text"),
        ({"items": {}}, "here.items: not a list"),
        ({"items": [{"number": 1}, 5]}, "here.items[1]: not an object"),
        ({"items": [{"number": True}]}, "here.items[0].number: not a finite number"),
        ({"items": [{"number": float("inf")}]}, "here.items[0].number: not a finite number"),
        ({"items": [{"number": 10**400}]}, "here.items[0].number: not a finite number"),
        ({"items": [{"number": 1, "word": "c"}]}, "here.items[0].word: not one of a, b"),
        ({"items": [{}]}, "here.items[0]: number is missing"),
        ({"table": []}, "here.table: not an object"),
        ({"table": {"x": [1, "2"]}}, "here.table.x[1]: not a whole number"),
    ],
)
def test_what_does_not_fit_is_named(change: Mapping[str, Any], line: str) -> None:
    with pytest.raises(OrganizerFault) as caught:
        decode(Outer, {**WHOLE, **change}, "here")
    assert f"{caught.value.where}: {caught.value.detail}" == line


@pytest.mark.parametrize("data", [b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_named(data: bytes) -> None:
    with pytest.raises(OrganizerFault, match="E267 here: .*not JSON"):
        parse(Outer, data, "here")


def test_the_code_is_the_callers() -> None:
    with pytest.raises(OrganizerFault, match="E264"):
        decode(Outer, [], "here", "E264")
