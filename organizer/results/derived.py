"""What a later command leaves in a results folder, and when it no longer holds: `audited.json`, `standings.json`."""

from __future__ import annotations

from typing import Protocol, TypeVar

from organizer.platform.shape import parse
from organizer.results.folder import ResultsFolder
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file


class Derived(Protocol):
    """It names the collection that it was made of."""

    @property
    def competition(self) -> int:
        """The competition's number."""

    @property
    def collected(self) -> float:
        """Unix seconds of that collection."""


T = TypeVar("T", bound=Derived)


def read_derived(results: ResultsFolder, name: str, kind: type[T], what: str, remedy: str) -> T:
    """Such a file of the folder.

    Args:
        results: the folder.
        name: of the file.
        kind: its dataclass.
        what: what it holds, and `remedy`: how to make it, for the messages.

    Raises:
        OrganizerFault: E201 (none), E267 (damaged, or made before the results were collected last).

    """
    path = results.path / name
    if not path.is_file():
        raise OrganizerFault("E201", str(path), f"no {what}", f"Run {remedy} first.")
    found = parse(kind, read_file(path), str(path))
    if (found.collected, found.competition) != (results.competition.collected, results.competition.id):
        raise OrganizerFault("E267", str(path), "of an earlier collection", f"Run {remedy} again.")
    return found
