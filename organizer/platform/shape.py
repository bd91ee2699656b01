"""Frozen dataclasses from JSON and back: what is there must have the declared type, what is missing its default."""

from __future__ import annotations

import dataclasses
import json
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps

T = TypeVar("T")


def decode(kind: type[T], value: object, where: str, code: str = "E267") -> T:
    """A value of the declared type; names that the dataclass does not know are left out.

    Args:
        kind: a dataclass of str, int, float, bool, `X | None`, `tuple[X, ...]`, `Mapping[str, X]` and dataclasses.
        value: as `json.loads` gave it.
        where: for the message.
        code: of the fault.

    Raises:
        OrganizerFault: `code`, with the place of the first value that does not fit.

    """
    return typing.cast(T, _decode(kind, value, where, code))


def encode(value: object) -> bytes:
    """Canonical JSON of a dataclass; the inverse of `decode`."""
    # "replace": half a surrogate pair can come out of JSON, but is no text.
    return dumps(dataclasses.asdict(typing.cast(Any, value))).encode("utf-8", "replace") + b"\n"


def parse(kind: type[T], data: bytes, where: str) -> T:
    """A value of the declared type from a file of ours (E267)."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise OrganizerFault("E267", where, "not JSON") from None
    return decode(kind, value, where)


def _decode(kind: type[Any], value: object, where: str, code: str) -> object:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        inner = next(argument for argument in arguments if argument is not type(None))
        return None if value is None else _decode(inner, value, where, code)
    if origin is typing.Literal:
        if value not in arguments:
            raise OrganizerFault(code, where, f"not one of {', '.join(map(str, arguments))}")
        return value
    if dataclasses.is_dataclass(kind):
        return _object(kind, value, where, code)
    if origin is tuple:
        items = _of(list, value, where, code)
        return tuple(_decode(arguments[0], item, f"{where}[{place}]", code) for place, item in enumerate(items))
    if origin is not None and issubclass(origin, Mapping):
        table = _of(dict, value, where, code)
        return {str(name): _decode(arguments[1], item, f"{where}.{name}", code) for name, item in table.items()}
    return value if typing.cast(object, kind) is Any else _plain(kind, value, where, code)


def _object(kind: type[Any], value: object, where: str, code: str) -> object:
    table = _of(dict, value, where, code)
    hints = _hints(kind)
    found: dict[str, object] = {}
    for item in dataclasses.fields(kind):
        if item.name in table:
            found[item.name] = _decode(hints[item.name], table[item.name], f"{where}.{item.name}", code)
        elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            raise OrganizerFault(code, where, f"{item.name} is missing")
    made: object = kind(**found)
    return made


def _hints(kind: type[Any]) -> Mapping[str, Any]:
    # Looked up once for each class: a folder holds thousands of submissions.
    if kind not in _KNOWN:
        _KNOWN[kind] = typing.get_type_hints(kind)
    return _KNOWN[kind]


def _plain(kind: type, value: object, where: str, code: str) -> object:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if not fits or (isinstance(value, float) and not math.isfinite(value)):
        raise OrganizerFault(code, where, f"not {_NAMES.get(kind, kind.__name__)}")
    return value


def _of(kind: type[T], value: object, where: str, code: str) -> T:
    if not isinstance(value, kind):
        raise OrganizerFault(code, where, f"not {_NAMES[kind]}")
    return value


_KNOWN: dict[type[Any], Mapping[str, Any]] = {}
_NAMES: Mapping[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a finite number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}
