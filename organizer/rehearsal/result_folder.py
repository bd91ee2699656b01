"""What a rehearsal leaves: JSON of every phase, the pictures, and one page that shows and links it all."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from organizer.build.ranking_picture import picture
from organizer.platform.shape import encode
from organizer.rehearsal.contest import Attempt, PhaseOutcome
from organizer.rehearsal.page import page
from organizer.results.folder import Column, Phase
from organizer.results.rehearsed import CONTEST_FILE, Contest
from xtreme_tasks.files import write_whole


def write_results(folder: Path, title: str, engine: str, outcomes: Sequence[PhaseOutcome]) -> Path:
    """Write everything and return the page's path.

    Raises:
        OrganizerFault: E232.
    """
    for outcome in outcomes:
        phase = folder / outcome.phase.key
        write_whole(phase / "leaderboard.json", _json([dataclasses.asdict(row) for row in outcome.board.rows()]))
        write_whole(phase / "standings.json", _json(dataclasses.asdict(outcome.standings)))
        write_whole(phase / "attempts.json", _json([_attempt(attempt, folder) for attempt in outcome.attempts]))
        if outcome.standings.rows:
            write_whole(phase / "standings.svg", picture(outcome.standings).encode() + b"\n")
    write_whole(folder / CONTEST_FILE, encode(_contest(title, outcomes)))
    index = folder / "index.html"
    write_whole(index, page(folder, title, engine, outcomes).encode())
    return index


def _contest(title: str, outcomes: Sequence[PhaseOutcome]) -> Contest:
    """What makes the folder a results folder (organizer/results/rehearsed.py)."""
    phases = tuple(
        Phase(
            id=index + 1,
            key=outcome.phase.key,
            name=outcome.phase.name,
            index=index,
            start=0.0,
            end=0.0,
            max_submissions=outcome.phase.max_submissions,
            max_submissions_per_day=0,
            execution_time_limit=int(outcome.phase.execution_time_limit),
        )
        for index, outcome in enumerate(outcomes)
    )
    columns = outcomes[0].board.columns if outcomes else ()
    return Contest(
        title,
        phases,
        tuple(
            Column(index + 1, column.key, column.title, index, column.sorting, 2, hidden=False)
            for index, column in enumerate(columns)
        ),
        next((column.key for column in columns if column.primary), ""),
    )


def _json(value: object) -> bytes:
    # A file name that is not UTF-8 is a name with lone surrogates; their escapes are JSON again.
    return json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _attempt(attempt: Attempt, folder: Path) -> dict[str, object]:
    ran = attempt.ran
    return {
        "phase": attempt.phase,
        "team": attempt.team,
        "submission": attempt.submission,
        "status": "Refused" if ran is None else ran.status,
        "message": "" if ran is None else ran.messages.strip(),
        "folder": "" if ran is None else ran.folder.relative_to(folder).as_posix(),
    }
