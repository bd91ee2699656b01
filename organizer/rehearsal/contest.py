"""The contest itself: phase by phase, team by team, try by try; then the re-ranking from signed score records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from organizer.local_worker.command import run_at_home
from organizer.local_worker.engine import Engine
from organizer.local_worker.permit import score_key
from organizer.local_worker.run import LocalRun
from organizer.local_worker.upload import Upload, UploadedPhase
from organizer.rehearsal.board import Board
from organizer.rehearsal.plan import Team
from scoring_program.efficiency import rank
from scoring_program.standings import Result, Standings
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.record import SCORE_RECORD_FILE, verify
from xtreme_tasks.settings import Baseline, Rule


@dataclass(frozen=True)
class Attempt:
    """One try: `refused` by the platform (limit reached), or run."""

    phase: str
    team: str
    submission: int
    refused: bool
    ran: LocalRun | None


@dataclass(frozen=True)
class PhaseOutcome:
    """One phase after its end: the hosted leaderboard, and the official standings from the score records."""

    phase: UploadedPhase
    board: Board
    attempts: tuple[Attempt, ...]
    standings: Standings


@dataclass(frozen=True)
class Contest:
    """What is rehearsed, and with what.

    Attributes:
        upload: the built bundle.
        worker: its worker folder.
        rule, baseline: for the re-ranking.
        engine: where the programs run.
        folder: receives everything.
    """

    upload: Upload
    worker: Path
    rule: Rule
    baseline: Baseline
    engine: Engine
    folder: Path


Seen = Callable[[Attempt, Board], None]


def run_contest(contest: Contest, teams: Sequence[Team], seen: Seen) -> list[PhaseOutcome]:
    """Run every phase.

    Args:
        contest: what is rehearsed.
        teams: who takes part.
        seen: is told of each attempt and the leaderboard after it.

    Raises:
        OrganizerFault: what stops a rehearsal; a team's faults do not.
    """
    outcomes = []
    number = 0
    for phase in contest.upload.phases:
        board = Board(phase, contest.upload.columns)
        attempts: list[Attempt] = []
        for team in teams:
            for submission in team.tries.get(phase.key, ()):
                number += 1
                attempts.append(_attempt(contest, board, team, submission, number))
                seen(attempts[-1], board)
        key = score_key(contest.upload, contest.worker, phase)
        results = [official_result(attempt, key) for attempt in _standing(attempts)]
        standings = rank(results, contest.rule, contest.baseline)
        outcomes.append(PhaseOutcome(phase, board, tuple(attempts), standings))
    return outcomes


def _attempt(contest: Contest, board: Board, team: Team, submission: Path, number: int) -> Attempt:
    phase = board.phase.key
    if not board.may_submit(team.name):
        return Attempt(phase, team.name, number, True, None)
    folder = contest.folder / phase / f"{_plain(team.name)}-{number}"
    ran = run_at_home(contest.upload, contest.worker, submission, phase, number, folder, contest.engine)
    board.record(team.name, number, ran.status, ran.scores)
    return Attempt(phase, team.name, number, False, ran)


def _plain(name: str) -> str:
    """A team's name as part of a folder's: it may hold a slash, or be too long."""
    return re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)[:40]


def _standing(attempts: Sequence[Attempt]) -> list[Attempt]:
    """The attempt of each team that counts: its last finished one."""
    finished = {attempt.team: attempt for attempt in attempts if attempt.ran and attempt.ran.status == "Finished"}
    return list(finished.values())


def official_result(attempt: Attempt, key: bytes) -> Result:
    """A team's result as its signed score record says it, whatever stands in the leaderboard.

    Raises:
        OrganizerFault: E201 (no record), E222 (not signed by this bundle's scoring), E223 (of another submission).
    """
    assert attempt.ran is not None  # noqa: S101 - `_standing` keeps only these
    where = f"{attempt.phase} {attempt.team} {SCORE_RECORD_FILE}"
    values = verify(read_file(attempt.ran.folder / "scoring_output" / SCORE_RECORD_FILE, where), "score", key, where)
    row, run = values["row"], values["run"]
    # 0: the engine does not show which submission it runs.
    if run["phase"] != attempt.phase or run["submission"] not in (0, attempt.submission):
        raise OrganizerFault("E223", where, "of another submission")
    return Result(attempt.team, row["score"], row["duration"], run["accepted"])
