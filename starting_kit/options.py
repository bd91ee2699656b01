"""A dataclass as command line: every field is `--name value`, with its default, its help and the numbers it may be."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tables import finite

Settings = TypeVar("Settings")


class Allowed(NamedTuple):
    """Numbers that a setting may be, in words and as a test; what is not finite never is."""

    words: str
    fits: Callable[[float], bool]


FRACTION = Allowed("from 0 to 1", lambda value: 0 <= value <= 1)
POSITIVE = Allowed("above 0", lambda value: value > 0)
AT_LEAST_0 = Allowed("0 or more", lambda value: value >= 0)
AT_LEAST_1 = Allowed("1 or more", lambda value: value >= 1)
SEED = Allowed("from 0 to 4294967295", lambda value: 0 <= value < 2**32)


def option(default: Any, text: str = "", allowed: Allowed | None = None) -> Any:  # noqa: ANN401 - a field of any type
    """A dataclass field with a line of help, and with the numbers that it may be."""
    return dataclasses.field(default=default, metadata={"help": text, "allowed": allowed})


def parse_options(kind: type[Settings], arguments: Sequence[str] | None, description: str) -> Settings:
    """Read the command line into a dataclass; a wrong name or type ends the program with argparse's message.

    Raises:
        OrganizerFault: E231 for a number that the setting may not be.

    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]  # a dataclass, as its caller knows
        how: dict[str, Any] = {"default": field.default, "help": field.metadata.get("help", "")}
        hint = hints[field.name]
        if hint is bool:
            how["action"] = argparse.BooleanOptionalAction
        elif get_origin(hint) is Literal:
            how["choices"] = get_args(hint)
        else:
            how["type"] = hint
        parser.add_argument(_name(field.name), dest=field.name, **how)
    return check(kind(**vars(parser.parse_args(arguments))), _name)


def _name(field: str) -> str:
    return "--" + field.replace("_", "-")


def check(settings: Settings, place: Callable[[str], str]) -> Settings:
    """The same dataclass, if each of its numbers is one that it may be.

    Args:
        settings: whose fields were made by `option`, or are of no interest here.
        place: from a field's name to what a fault names.

    Raises:
        OrganizerFault: E231.

    """
    for field in dataclasses.fields(settings):  # type: ignore[arg-type]  # a dataclass, as its caller knows
        allowed, value = field.metadata.get("allowed"), getattr(settings, field.name)
        if allowed is not None and not (finite(value) and allowed.fits(value)):
            detail = f"{value} is not {allowed.words}"
            raise OrganizerFault("E231", place(field.name), detail, f"Let it be {allowed.words}.")
    return settings


def take(kind: type[Settings], settings: object) -> Settings:
    """A dataclass from another one's fields of the same names."""
    return kind(**{field.name: getattr(settings, field.name) for field in dataclasses.fields(kind)})  # type: ignore[arg-type]


def parse_list(text: str) -> list[str]:
    """Words between commas."""
    return [word for word in text.split(",") if word]
