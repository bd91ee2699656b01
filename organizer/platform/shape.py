"""Frozen dataclasses from JSON and back: what is there must have the declared type, what is missing its default."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps

T = TypeVar("T")
Reader = Callable[[Any], Any]
"""Takes a value as `json.loads` gives it; returns it in its type or raises `_Unfit`."""


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
    try:
        return typing.cast(T, _reader(typing.cast(object, kind))(value))
    except _Unfit as unfit:
        raise OrganizerFault(code, where + unfit.place, unfit.reason) from None


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


class _Unfit(Exception):
    """A value that is not of its type; `place` grows from the inside out, so that it costs nothing where all fits."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason, self.place = reason, ""

    def inside(self, place: str) -> _Unfit:
        self.place = place + self.place
        return self


@functools.cache
def _reader(kind: object) -> Reader:
    # Made once for each type: a folder holds thousands of submissions, and these a hundred thousand score rows.
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _optional(next(argument for argument in arguments if argument is not type(None)))
    if origin is typing.Literal:
        return _literal(arguments)
    if dataclasses.is_dataclass(kind):
        return _object(typing.cast(type[Any], kind))
    if origin is tuple:
        return _tuple(arguments[0])
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(arguments[1])
    if kind is Any:
        return _anything
    return _number if kind is float else _plain(typing.cast(type, kind))


def _optional(kind: object) -> Reader:
    inner = _reader(kind)
    return lambda value: None if value is None else inner(value)


def _literal(choices: tuple[Any, ...]) -> Reader:
    def read(value: object) -> object:
        if value not in choices:
            raise _Unfit(f"not one of {', '.join(map(str, choices))}")
        return value

    return read


def _object(kind: type[Any]) -> Reader:
    hints = typing.get_type_hints(kind)
    fields = [(item.name, _reader(hints[item.name]), _required(item)) for item in dataclasses.fields(kind)]

    def read(value: object) -> object:
        if not isinstance(value, dict):
            raise _Unfit(f"not {_NAMES[dict]}")
        found = {}
        for name, inner, required in fields:
            if name in value:
                try:
                    found[name] = inner(value[name])
                except _Unfit as unfit:
                    raise unfit.inside(f".{name}") from None
            elif required:
                raise _Unfit(f"{name} is missing")
        made: object = kind(**found)
        return made

    return read


def _required(item: dataclasses.Field[Any]) -> bool:
    return item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING


def _tuple(kind: object) -> Reader:
    inner = _reader(kind)

    def read(value: object) -> object:
        if not isinstance(value, list):
            raise _Unfit(f"not {_NAMES[list]}")
        found = []
        for place, item in enumerate(value):
            try:
                found.append(inner(item))
            except _Unfit as unfit:
                raise unfit.inside(f"[{place}]") from None
        return tuple(found)

    return read


def _mapping(kind: object) -> Reader:
    inner = _reader(kind)

    def read(value: object) -> object:
        if not isinstance(value, dict):
            raise _Unfit(f"not {_NAMES[dict]}")
        found = {}
        for name, item in value.items():
            try:
                found[str(name)] = inner(item)
            except _Unfit as unfit:
                raise unfit.inside(f".{name}") from None
        return found

    return read


def _anything(value: object) -> object:
    return value


def _number(value: object) -> float:
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            raise _Unfit(f"not {_NAMES[float]}") from None
    if not isinstance(value, float) or not math.isfinite(value):
        raise _Unfit(f"not {_NAMES[float]}")
    return value


def _plain(kind: type) -> Reader:
    name = _NAMES.get(kind, kind.__name__)

    def read(value: object) -> object:
        # The exact type: True is an int to Python, and no number to us.
        if type(value) is not kind:
            raise _Unfit(f"not {name}")
        return value

    return read


_NAMES: Mapping[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a finite number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}
