"""What only the organizer knows: which account belongs to which team, and which attempts he declares void."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file


@dataclass(frozen=True)
class Roster:
    """Team by account; an empty roster makes each account a team of its own."""

    teams: Mapping[str, str] = field(default_factory=dict)

    def team(self, account: str) -> str:
        """The account's team; empty if it does not take part."""
        return self.teams.get(account, "") if self.teams else account

    def accounts(self, team: str) -> tuple[str, ...]:
        """The team's accounts."""
        return tuple(account for account, name in self.teams.items() if name == team)


def read_roster(path: Path) -> Roster:
    """A CSV file with the columns `account` and `team`; lines that begin with # and further columns are left out.

    Raises:
        OrganizerFault: E201, E231 with the line that is wrong.

    """
    teams: dict[str, str] = {}
    for place, row in _rows(path, ("account", "team")):
        if row["account"] in teams:
            raise OrganizerFault(
                "E231", place, f"account {row['account']} stands in the roster twice", "Keep one line."
            )
        teams[row["account"]] = row["team"]
    return Roster(teams)


def read_voids(path: Path) -> dict[int, str]:
    """The organizer's reason by the number of the submission: a CSV file with the columns `submission` and `reason`.

    Raises:
        OrganizerFault: E201, E231 with the line that is wrong.

    """
    voids: dict[int, str] = {}
    for place, row in _rows(path, ("submission", "reason")):
        if not (row["submission"].isascii() and row["submission"].isdigit()):
            raise OrganizerFault("E231", place, "submission is not a number", "Write the site's number of it.")
        voids[int(row["submission"])] = row["reason"]
    return voids


def _rows(path: Path, names: tuple[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Place and values of each line (E201, E231)."""
    try:
        text = read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OrganizerFault("E231", str(path), "not UTF-8", "Save it as UTF-8.") from None
    # Comments become empty lines, so that a line's number stays what an editor shows.
    lines = ["" if line.lstrip().startswith("#") else line for line in text.splitlines()]
    reader = csv.reader(io.StringIO("\n".join(lines)))
    head: list[str] | None = None
    for cells in reader:
        values = [cell.strip() for cell in cells]
        place = f"{path} line {reader.line_num}"
        if not any(values):
            continue
        if head is None:
            head = values
            if not set(names) <= set(head):
                raise OrganizerFault("E231", place, f"no columns {' and '.join(names)}", "Name them in the first line.")
            continue
        row = dict(zip(head, values, strict=False))
        if not all(row.get(name) for name in names):
            raise OrganizerFault("E231", place, f"needs {' and '.join(names)}", "Complete the line or remove it.")
        yield place, row
    if head is None:
        raise OrganizerFault("E231", str(path), f"no columns {' and '.join(names)}", "Name them in the first line.")
