"""The main path of `competition share-code`: whose code, from where, into one archive with the same bytes each time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from organizer.build.archive import Content, write_zip
from organizer.report.read import has_ended
from organizer.report.view import Entry, PhaseView, ReportView
from organizer.results.folder import CODE, ResultsFolder
from organizer.share.gather import Package, gather
from organizer.share.index import page, table
from xtreme_tasks.faults import OrganizerFault


def chosen(view: ReportView, folder: ResultsFolder, phase: str, now: float) -> dict[str, tuple[str, Entry]]:
    """Phase and entry by team: of the phase that is named, else of the last one in which the team has a result.

    Raises:
        OrganizerFault: E233 for an unknown phase, and before the end.

    """
    named = [folder.competition.phase(phase)] if phase else list(folder.competition.phases)
    early = [one.name for one in named if not has_ended(folder, one, now)]
    if early:
        hint = "Wait for the end; where the rules share each phase's code, name a phase that has ended with --phase."
        raise OrganizerFault("E233", "share-code", f"not ended yet: {', '.join(early)}", hint)
    keys = {one.key for one in named}
    found: dict[str, tuple[str, Entry]] = {}
    for one in view.phases:
        if one.key in keys:
            found |= _entries(one)
    return dict(sorted(found.items()))


def _entries(phase: PhaseView) -> dict[str, tuple[str, Entry]]:
    return {team: (phase.key, entry) for team, entry in phase.entries.items()}


def packages(
    folder: ResultsFolder, teams: Mapping[str, tuple[str, Entry]], scratch: Path, weights: bool, most_mib: int
) -> dict[str, Package]:
    """Every team's package by its folder in the archive.

    Raises:
        OrganizerFault: E201, E267 (a zip that was changed since it was collected), E232, E233 (more than `most_mib`,
            before the team that exceeds it is unpacked).

    """
    submissions = {one.id: one for one in folder.submissions}
    names = folder_names(list(teams))
    made: dict[str, Package] = {}
    left = most_mib << 20
    for number, (team, (phase, entry)) in enumerate(teams.items()):
        submission = submissions.get(entry.submission)
        data = folder.file(submission, CODE) if submission is not None else None
        if data is None:
            made[names[team]] = Package(entry, phase, missing="the site delivered no code of this submission")
        else:
            made[names[team]] = gather(data, entry, phase, scratch / str(number), weights, left)
            left -= made[names[team]].size
    return dict(sorted(made.items()))


def folder_names(teams: Sequence[str]) -> dict[str, str]:
    """A folder's name for each team: short, plain on every system, and no two alike there."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for team in teams:
        normal = unicodedata.normalize("NFC", team)
        plain = re.sub(r"[^\w.-]+", "_", normal).strip("._-")[:40].encode("utf-8", "ignore").decode() or "team"
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.casefold())
        names[team] = f"teams/{name}"
    return names


def write_archive(path: Path, title: str, made: Mapping[str, Package]) -> None:
    """Write the archive (E232)."""
    files: dict[str, Content] = {
        "index.html": page(title, made).encode(),
        "files.csv": table(made).encode("utf-8", "replace"),
    }
    for folder, package in made.items():
        for item in package.items:
            if item.path is not None:
                files[f"{folder}/{item.name}"] = item.path
    write_zip(path, files)
