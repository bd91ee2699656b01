"""One planted fault, and names of places in the draft's YAML."""

from __future__ import annotations

from dataclasses import dataclass

from tests.check.changes import COLUMNS, Change


@dataclass(frozen=True)
class Plant:
    """One fault.

    Attributes:
        id: the check that must find it.
        name: what is wrong.
        broken: the change that plants it.
        mended: the remedy, where it is a change of the bundle.
        where: a part of the place that must be named.

    """

    id: str
    name: str
    broken: Change
    mended: Change | None = None
    where: str = ""


def phase(key: str, number: int = 0) -> tuple[str | int, ...]:
    return ("phases", number, key)


def task(key: str, number: int = 0) -> tuple[str | int, ...]:
    return ("tasks", number, key)


def column(key: str, number: int = 0) -> tuple[str | int, ...]:
    return (*COLUMNS, number, key)
