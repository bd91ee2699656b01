"""The people to pair, read from a CSV file that an organizer keeps in a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file

Level = Literal["senior", "junior"]
REQUIRED = ("name", "level")
COLUMNS = (*REQUIRED, "strength", "topics", "worked_with", "avoid", "wish")
STRENGTHS = range(1, 11)
DEFAULT_STRENGTH: Mapping[Level, int] = {"senior": 7, "junior": 4}
HINT = "Mend the line; docs/pairing.md describes the columns."


@dataclass(frozen=True)
class Person:
    """One line of the file.

    Attributes:
        name: unique.
        level: `senior` or `junior`.
        strength: 1 to 10, as the organizer judges it; what balanced teams are measured by.
        topics: what this person knows, casefolded.
        worked_with: how often this person worked with others before, by name.
        avoid: people with whom this person must not be paired.
        wish: people with whom this person is meant to be paired.

    """

    name: str
    level: Level
    strength: int
    topics: frozenset[str] = frozenset()
    worked_with: Mapping[str, int] = field(default_factory=dict)
    avoid: frozenset[str] = frozenset()
    wish: frozenset[str] = frozenset()


def read_people(path: Path) -> tuple[Person, ...]:
    """Everybody in the file, sorted by name, so that the order of its lines changes nothing.

    Raises:
        OrganizerFault: E201 (no file), E202 with the line that is wrong.

    """
    data = read_file(path)
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _fault(path, 1, "not UTF-8 text") from None
    return parse_people(text, path)


def parse_people(text: str, path: Path) -> tuple[Person, ...]:
    """As `read_people`, from the file's text; `path` is only named in faults."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if not line.lstrip().startswith("#")]
    reader = csv.DictReader(io.StringIO("\n".join(line for _, line in lines)), skipinitialspace=True)
    numbers = [number for number, line in lines if line.strip()]
    _check_header(reader.fieldnames, path, numbers)
    people: dict[str, tuple[int, Person]] = {}
    for number, row in zip(numbers[1:], reader, strict=False):
        if None in row or None in row.values():
            raise _fault(path, number, "another number of columns than the first line")
        person = _person(row, path, number)
        if person.name in people:
            raise _fault(path, number, f"the name of line {people[person.name][0]} again")
        people[person.name] = (number, person)
    _check_names(people, path)
    if len(people) < 2:
        raise _fault(path, len(numbers), "fewer than two people")
    return tuple(person for _, (_, person) in sorted(people.items()))


def _check_header(names: Sequence[str] | None, path: Path, numbers: Sequence[int]) -> None:
    line = numbers[0] if numbers else 1
    found = [name.strip() for name in names or ()]
    missing = [name for name in REQUIRED if name not in found]
    unknown = [name for name in found if name not in COLUMNS]
    if missing:
        raise _fault(path, line, f"no column {', '.join(missing)}")
    if unknown or len(set(found)) != len(found):
        raise _fault(path, line, f"unknown or repeated column: {', '.join(unknown or found)}")


def _person(row: Mapping[str, str], path: Path, number: int) -> Person:
    cell = {key.strip(): value.strip() for key, value in row.items()}
    if not cell["name"]:
        raise _fault(path, number, "no name")
    level: Level
    if cell["level"].casefold() == "senior":
        level = "senior"
    elif cell["level"].casefold() == "junior":
        level = "junior"
    else:
        raise _fault(path, number, "level is neither senior nor junior")
    return Person(
        cell["name"],
        level,
        _strength(cell.get("strength", ""), level, path, number),
        frozenset(topic.casefold() for topic in _list(cell.get("topics", ""))),
        _times(cell.get("worked_with", ""), path, number),
        frozenset(_list(cell.get("avoid", ""))),
        frozenset(_list(cell.get("wish", ""))),
    )


def _list(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _strength(cell: str, level: Level, path: Path, number: int) -> int:
    if not cell:
        return DEFAULT_STRENGTH[level]
    if not (cell.isascii() and cell.isdigit()) or int(cell) not in STRENGTHS:
        raise _fault(path, number, "strength is not a whole number from 1 to 10")
    return int(cell)


def _times(cell: str, path: Path, number: int) -> dict[str, int]:
    """`Ada; Bo:3` is once with Ada and three times with Bo."""
    times: dict[str, int] = {}
    for part in _list(cell):
        name, _, count = part.partition(":")
        count = count.strip() or "1"
        if not (count.isascii() and count.isdigit()) or not 1 <= int(count) <= 1000:
            raise _fault(path, number, "worked_with has a count that is not a whole number from 1 to 1000")
        times[name.strip()] = int(count)
    return times


def _check_names(people: Mapping[str, tuple[int, Person]], path: Path) -> None:
    for number, person in people.values():
        for column, names in (("worked_with", person.worked_with), ("avoid", person.avoid), ("wish", person.wish)):
            for name in names:
                if name not in people or name == person.name:
                    raise _fault(path, number, f"{column} names somebody who is not another line of the file: {name}")


def _fault(path: Path, line: int, detail: str) -> OrganizerFault:
    return OrganizerFault("E202", f"{path.name} line {line}", detail, HINT)
