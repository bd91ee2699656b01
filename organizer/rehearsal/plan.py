"""Who submits what, when: teams and their submissions for every phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault


@dataclass(frozen=True)
class Team:
    """One account of one team.

    Attributes:
        name: as on the leaderboard.
        tries: submissions of each phase, in the order in which they are sent; a phase may have none.
    """

    name: str
    tries: Mapping[str, Sequence[Path]]


def same_in_all(name: str, submission: Path, phases: Sequence[str]) -> Team:
    """A team that sends the same submission to every phase."""
    return Team(name, dict.fromkeys(phases, (submission,)))


def read_teams(folder: Path, phases: Sequence[str]) -> list[Team]:
    """Teams of a folder: `NAME.zip`, or `NAME/` with a submission, or `NAME/PHASE.zip`, `NAME/PHASE_try2.zip`.

    What is hidden, and any other file, is no team.

    Args:
        folder: the teams.
        phases: keys of the bundle's phases.

    Raises:
        OrganizerFault: E201 (no folder), E233 (no team in it, a team without a submission, one name twice).
    """
    if not folder.is_dir():
        raise OrganizerFault("E201", str(folder), "no such folder")
    teams: list[Team] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.suffix == ".zip":
            teams.append(same_in_all(path.stem, path, phases))
        elif (path / "submission.py").is_file():
            teams.append(same_in_all(path.name, path, phases))
        elif path.is_dir():
            teams.append(_by_phase(path, phases))
    names = [team.name for team in teams]
    for name in names:
        if names.count(name) > 1:
            raise OrganizerFault("E233", str(folder / name), "two submissions of one name", "One zip or folder a team.")
    if not teams:
        raise OrganizerFault("E233", str(folder), "holds no team", "Put one zip or folder for each team there.")
    return teams


def _by_phase(folder: Path, phases: Sequence[str]) -> Team:
    tries: dict[str, list[Path]] = {phase: [] for phase in phases}
    for path in sorted(folder.glob("*.zip"), key=lambda path: (_try_number(path), path.name)):
        phase = _phase_of(path)
        if phase not in tries or not _try_number(path):
            names = f"PHASE.zip or PHASE_try2.zip, PHASE one of {', '.join(phases)}"
            raise OrganizerFault("E233", str(path), "the name tells no phase", f"Call it {names}.")
        tries[phase].append(path)
    if not any(tries.values()):
        raise OrganizerFault("E233", str(folder), "no submission of this team")
    return Team(folder.name, tries)


def _try_number(path: Path) -> int:
    """1 where the name has no number, 0 where it has something else in its place."""
    _, separator, number = path.stem.partition("_try")
    if not separator:
        return 1
    return int(number) if number.isascii() and number.isdigit() else 0


def _phase_of(path: Path) -> str:
    return path.stem.partition("_try")[0]
