"""Outcomes of a phase without a run: results in, what `run_contest` would give out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from organizer.local_worker.run import LocalRun
from organizer.local_worker.upload import Column, UploadedPhase
from organizer.rehearsal.board import Board
from organizer.rehearsal.contest import Attempt, PhaseOutcome
from scoring_program.efficiency import rank
from scoring_program.standings import Result
from xtreme_tasks.settings import Baseline, Rule

COLUMNS = (
    Column("adjusted_score", "Adjusted score", "desc", True),
    Column("score", "Score", "desc", False),
    Column("duration", "Duration (s)", "asc", False),
    Column("speedup", "Speed-up over the baseline", "desc", False),
)


def phase(key: str = "evaluation-1", name: str = "Evaluation 1", limit: int = 1) -> UploadedPhase:
    return UploadedPhase(key, name, limit, 600.0, "", "", "", "")


def outcome(results: Sequence[Result], folder: Path, of: UploadedPhase | None = None) -> PhaseOutcome:
    """Every result as one finished attempt; then one that failed and one that is refused."""
    of = of or phase()
    board = Board(of, COLUMNS)
    attempts = []
    for number, result in enumerate(results, start=1):
        row = {"adjusted_score": result.score, "score": result.score, "duration": result.duration}
        ran = LocalRun("Finished", row, f"ok: score {result.score}\n", folder / of.key / str(number))
        board.record(result.team, number, "Finished", row)
        attempts.append(Attempt(of.key, result.team, number, False, ran))
    for result in results[:1]:
        failed = LocalRun("Failed", None, "E111 submission.py line 1: " + "x" * 400, folder / of.key / "0")
        attempts.append(Attempt(of.key, result.team, 1001, False, failed))
        attempts.append(Attempt(of.key, result.team, 1002, True, None))
    return PhaseOutcome(of, board, tuple(attempts), rank(results, Rule(), Baseline()))


HOSTILE = (
    "<script>alert(1)</script>\"'&",
    "W" * 400,
    "فريق الذكاء الاصطناعي متعدد اللغات",
    "קבוצה",
    "多语言高效模型研究小组与朋友们",
    "e\u0301\u0301\u0301 \u202eevil\u202c \u200b\x00\x1b[31m \ud800",
    "ทีมของเรา",
    "a b",
)


def hostile() -> list[Result]:
    return [Result(name, 80 - place / 3, 3.0 - place / 4, float(place)) for place, name in enumerate(HOSTILE)]


def many(count: int) -> list[Result]:
    return [Result(f"team-{n:03d}", 90 - n / 5, 1 + (n * 37 % count) / 7, float(n)) for n in range(count)]
