"""`competition share-code`: what an organizer sees of it."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from organizer.report.command import read_source
from organizer.report.read import read_view
from organizer.results.harmless import for_terminal
from organizer.share.index import complaints
from organizer.share.share import chosen, packages, write_archive
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, sha256


@dataclass(frozen=True)
class Sharing:
    """What is shared.

    Attributes:
        phase: its key; empty: the last phase of each team.
        weights: whether files of weights go along.
        despite: share although something looks like a secret.
        most_mib: refuse an archive with more than this, uncompressed.

    """

    phase: str = ""
    weights: bool = True
    despite: bool = False
    most_mib: int = 4096


def share_command(
    console: Console, results: Path, out: Path, sharing: Sharing, rules: Path, roster: Path | None
) -> int:
    """Write the archive; 1 and no archive where something looks like a secret.

    Raises:
        OrganizerFault: E201, E231 to E233, E267.

    """
    source = read_source(results, rules, roster, time.time())
    teams = chosen(read_view(source), source.folder, sharing.phase, source.now)
    if not teams:
        raise OrganizerFault("E233", "share-code", "nobody has a result", "Collect the results first.")
    with tempfile.TemporaryDirectory(prefix="competition-share-") as scratch:
        made = packages(source.folder, teams, Path(scratch), sharing.weights, sharing.most_mib)
        found = complaints(list(made.values()))
        for line in found:
            console.print(f"found      {line}", soft_wrap=True, highlight=False, markup=False)
        if found and not sharing.despite:
            console.print("nothing was written: ask these teams, or share all the same with --despite", soft_wrap=True)
            return 1
        write_archive(out, source.folder.competition.title, made)
    for package in made.values():
        if package.missing:
            line = for_terminal(f"no code    {package.entry.team}: {package.missing}")
            console.print(line, soft_wrap=True, markup=False, highlight=False)
    digest = sha256(read_file(out))
    console.print(f"archive    {out} ({len(made)} teams, sha256 {digest})", soft_wrap=True, highlight=False)
    return 0
