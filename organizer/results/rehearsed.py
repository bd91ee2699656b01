"""A rehearsal's folder read as a results folder, so that audit, ranking and report can be tried without a site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from organizer.local_worker import upload
from organizer.local_worker.scores import read_scores
from organizer.platform.shape import decode, parse
from organizer.results.folder import (
    CODE,
    PAGE,
    Column,
    Competition,
    File,
    LeaderboardRow,
    Phase,
    ResultsFolder,
    ScoreRow,
    Submission,
)
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, sha256
from xtreme_tasks.record import RECORD_FILE, SCORE_RECORD_FILE, STARTED_FILE

CONTEST_FILE = "contest.json"
"""Written by the rehearsal: title, phases and columns."""
_FILES: Mapping[str, str] = {
    SCORE_RECORD_FILE: f"scoring_output/{SCORE_RECORD_FILE}",
    PAGE: f"scoring_output/{PAGE}",
    RECORD_FILE: f"prediction_output/{RECORD_FILE}",
    STARTED_FILE: f"prediction_output/{STARTED_FILE}",
    CODE: CODE,
}


@dataclass(frozen=True)
class Contest:
    """What a rehearsal says of the contest as a whole; `phases` have no window: a permit opens each run."""

    title: str
    phases: tuple[Phase, ...]
    columns: tuple[Column, ...]
    primary: str


@dataclass(frozen=True)
class _Row:
    team: str
    submission: int
    scores: Mapping[str, float]


@dataclass(frozen=True)
class _Attempt:
    phase: str
    team: str
    submission: int
    status: str
    message: str
    folder: str


def read_rehearsal(path: Path) -> ResultsFolder:
    """The folder of `competition rehearse --out`.

    Raises:
        OrganizerFault: E201, E267.

    """
    if not (path / CONTEST_FILE).is_file():
        raise OrganizerFault("E201", str(path / CONTEST_FILE), "no such file", "Run the rehearsal again to its end.")
    contest = parse(Contest, read_file(path / CONTEST_FILE), str(path / CONTEST_FILE))
    submissions: list[Submission] = []
    boards: dict[str, tuple[LeaderboardRow, ...]] = {}
    for phase in contest.phases:
        rows = _list(path / phase.key / "leaderboard.json", _Row)
        attempts = _list(path / phase.key / "attempts.json", _Attempt)
        boards[phase.key] = tuple(_board_row(place, row) for place, row in enumerate(rows, start=1))
        scores = {row.submission: row for row in rows}
        submissions += [_submission(path, contest, one, scores.get(one.submission)) for one in attempts if one.folder]
    competition = Competition(
        id=0,
        site="",
        collected=(path / CONTEST_FILE).stat().st_mtime,
        title=contest.title,
        owner="",
        published=False,
        image="",
        queue=None,
        phases=contest.phases,
        columns=contest.columns,
        primary=contest.primary,
        submission_rule="Force_Last",
    )
    return ResultsFolder(path, competition, tuple(sorted(submissions, key=lambda one: one.id)), boards)


def _list(path: Path, kind: type[Any]) -> tuple[Any, ...]:
    try:
        values = json.loads(read_file(path))
    except ValueError:
        raise OrganizerFault("E267", str(path), "not JSON") from None
    if not isinstance(values, list):
        raise OrganizerFault("E267", str(path), "not a list")
    return tuple(decode(kind, value, f"{path}[{place}]") for place, value in enumerate(values))


def _board_row(place: int, row: _Row) -> LeaderboardRow:
    return LeaderboardRow(place, row.submission, row.team, row.team, _scores(row.scores))


def _scores(row: Mapping[str, float]) -> tuple[ScoreRow, ...]:
    return tuple(ScoreRow(0, key, value) for key, value in row.items())


def _submission(path: Path, contest: Contest, attempt: _Attempt, row: _Row | None) -> Submission:
    folder = path / attempt.folder
    summary = folder / "scoring_output" / "scores.json"
    scores = _scores(row.scores) if row is not None else _own_scores(contest.columns, attempt, summary)
    files = {name: _file(path, folder / place) for name, place in _FILES.items() if (folder / place).is_file()}
    return Submission(
        id=attempt.submission,
        account=attempt.team,
        phase=attempt.phase,
        created=folder.stat().st_mtime,
        status=attempt.status,
        on_leaderboard=row is not None,
        scores=scores,
        status_details=attempt.message,
        files=files,
    )


def _own_scores(columns: tuple[Column, ...], attempt: _Attempt, path: Path) -> tuple[ScoreRow, ...]:
    """The scores of a run whose row a later one replaced."""
    known = [upload.Column(one.key, one.title, one.sorting, False) for one in columns]
    row = read_scores(path, known).row if attempt.status == "Finished" else None
    return _scores(row or {})


def _file(root: Path, path: Path) -> File:
    data = read_file(path)
    return File(path.relative_to(root).as_posix(), sha256(data), len(data))
