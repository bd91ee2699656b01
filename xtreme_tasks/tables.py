"""Dataclasses from tables of values, as JSON and TOML give them: what does not fit is refused by name."""

from __future__ import annotations

import ast
import dataclasses
import functools
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps

T = TypeVar("T")
Check = Callable[[object], str]
"""Why a value does not fit; empty where it does."""
_NEGATIVE = "must not be negative, nor a fraction where a count is meant"


def read_table(data: bytes, version: int, where: str) -> dict[str, Any]:
    """The table of a JSON file that names its format, without that name.

    Raises:
        OrganizerFault: E231 if it is no such file, or of another format.

    """
    try:
        raw = json.loads(data)
        dumps(raw).encode()  # NaN and halves of characters can be read, but not written
    except (ValueError, RecursionError):
        raise OrganizerFault("E231", where, "not JSON") from None
    if not isinstance(raw, dict) or raw.pop("format", None) != version:
        raise OrganizerFault("E231", where, f"format must be {version}")
    return raw


def build(kind: type[T], values: object, where: str) -> T:
    """A dataclass from a mapping: unknown, missing, non-finite or wrongly typed values are refused by name.

    Raises:
        OrganizerFault: E231.

    """
    if not isinstance(values, dict):
        raise OrganizerFault("E231", where, "must be a table")
    checks = _checks(cast(object, kind))
    for name, value in values.items():
        if name not in checks:
            raise OrganizerFault("E231", f"{where} {name}", "unknown setting")
        if reason := checks[name](value):
            raise OrganizerFault("E231", f"{where} {name}", reason)
    try:
        return kind(**values)
    except TypeError:
        missing = ", ".join(name for name in _required(kind) if name not in values)
        raise OrganizerFault("E231", where, f"missing: {missing}") from None


@functools.cache
def _checks(kind: object) -> Mapping[str, Check]:
    """The check of each field; made once for each class, since an audit reads thousands of records."""
    return {item.name: _check(str(item.type)) for item in dataclasses.fields(cast(Any, kind))}


def _check(declared: str) -> Check:
    """Of a type as it is written; what is no plain type is checked by its owner."""
    if declared.startswith("Literal"):
        return _one_of(tuple(ast.literal_eval(declared[len("Literal") :])))
    return {"int": _count, "float": _number, "str": _text, "bool": _switch}.get(declared, _anything)


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not finite(value):
        return "must be a finite number"
    return _NEGATIVE if value < 0 else ""


def _count(value: object) -> str:
    return _number(value) or ("" if isinstance(value, int) else _NEGATIVE)


def _text(value: object) -> str:
    return "" if isinstance(value, str) else "must be text"


def _switch(value: object) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _anything(_: object) -> str:
    return ""


def _one_of(choices: tuple[str, ...]) -> Check:
    return lambda value: "" if value in choices else f"must be {' or '.join(choices)}"


def _required(kind: object) -> list[str]:
    return [
        item.name
        for item in dataclasses.fields(cast(Any, kind))
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    ]


def finite(value: float) -> bool:
    """Whether it is a number that a float can hold; `math.isfinite` fails on whole numbers beyond that."""
    return abs(value) <= sys.float_info.max
