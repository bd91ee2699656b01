"""A dataclass as command line: every field is `--name value`, with its default and its help."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Settings = TypeVar("Settings")


def option(default: Any, text: str) -> Any:  # noqa: ANN401 - a field of any type
    """A dataclass field with a line of help."""
    return dataclasses.field(default=default, metadata={"help": text})


def parse_options(kind: type[Settings], arguments: Sequence[str] | None, description: str) -> Settings:
    """Read the command line into a dataclass; a wrong one ends the program with argparse's message."""
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
        parser.add_argument("--" + field.name.replace("_", "-"), dest=field.name, **how)
    return kind(**vars(parser.parse_args(arguments)))


def take(kind: type[Settings], settings: object) -> Settings:
    """A dataclass from another one's fields of the same names."""
    return kind(**{field.name: getattr(settings, field.name) for field in dataclasses.fields(kind)})  # type: ignore[arg-type]


def parse_list(text: str) -> list[str]:
    """Words between commas."""
    return [word for word in text.split(",") if word]
