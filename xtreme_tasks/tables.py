"""Dataclasses from tables of values, as JSON and TOML give them: what does not fit is refused by name."""

from __future__ import annotations

import ast
import dataclasses
import functools
import json
import sys
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps

T = TypeVar("T")


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
    declared = _declared(cast(object, kind))
    for name, value in values.items():
        if name not in declared:
            raise OrganizerFault("E231", f"{where} {name}", "unknown setting")
        if reason := _reason(declared[name], value):
            raise OrganizerFault("E231", f"{where} {name}", reason)
    try:
        return kind(**values)
    except TypeError:
        missing = ", ".join(name for name in _required(kind) if name not in values)
        raise OrganizerFault("E231", where, f"missing: {missing}") from None


@functools.cache
def _declared(kind: object) -> Mapping[str, str | tuple[str, ...]]:
    """By field, its declared type as it is written; of a `Literal` its choices. Looked up once for each class."""
    return {item.name: _type(str(item.type)) for item in dataclasses.fields(cast(Any, kind))}


def _type(declared: str) -> str | tuple[str, ...]:
    return tuple(ast.literal_eval(declared[len("Literal") :])) if declared.startswith("Literal") else declared


def _required(kind: object) -> list[str]:
    return [
        item.name
        for item in dataclasses.fields(cast(Any, kind))
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    ]


def _reason(declared: str | tuple[str, ...], value: object) -> str:
    """Why a value does not fit the declared type; empty where it does, or where its owner checks it."""
    if isinstance(declared, tuple):
        return "" if value in declared else f"must be {' or '.join(declared)}"
    if declared in ("int", "float"):
        if isinstance(value, bool) or not isinstance(value, int | float) or not finite(value):
            return "must be a finite number"
        counts = declared == "float" or isinstance(value, int)
        return "" if value >= 0 and counts else "must not be negative, nor a fraction where a count is meant"
    if declared == "str" and not isinstance(value, str):
        return "must be text"
    return "must be true or false" if declared == "bool" and not isinstance(value, bool) else ""


def finite(value: float) -> bool:
    """Whether it is a number that a float can hold; `math.isfinite` fails on whole numbers beyond that."""
    return abs(value) <= sys.float_info.max
