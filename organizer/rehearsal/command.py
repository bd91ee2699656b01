"""`competition rehearse`: what an organizer sees of a rehearsal."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from organizer.calibrate.notice import notice
from organizer.local_worker.engine import Engine
from organizer.local_worker.permit import phase_settings
from organizer.local_worker.upload import Upload, read_upload
from organizer.rehearsal.board import Board
from organizer.rehearsal.contest import Attempt, Contest, PhaseOutcome, run_contest
from organizer.rehearsal.known import EXPECTED, SECONDS, known_teams
from organizer.rehearsal.plan import Team, read_teams
from organizer.rehearsal.result_folder import write_results
from xtreme_tasks.faults import OrganizerFault

MARKER = ".rehearsal"


def rehearse_command(
    console: Console,
    bundle: Path,
    worker: Path,
    teams: Path | None,
    known: Path | None,
    out: Path,
    engine: Engine,
    seconds: float = SECONDS,
) -> int:
    """Rehearse with the teams of a folder, or with the known outcome from prepared data; returns the exit code.

    `seconds` is how long the slowest of the known teams sleeps.
    """
    upload = read_upload(bundle)
    phases = [phase.key for phase in upload.phases]
    with tempfile.TemporaryDirectory(prefix="competition-known-") as temporary:
        if known is not None:
            chosen = known_teams(known, Path(temporary), phases, seconds)
        elif teams is not None:
            chosen = read_teams(teams, phases)
        else:
            hint = "Name a folder of teams with --teams, or prepared data with --known."
            raise OrganizerFault("E233", "rehearse", "nobody takes part", hint)
        outcomes = rehearse(console, upload, worker, chosen, out, engine)
    if known is not None:
        return _judge_known(console, outcomes)
    return 0


def rehearse(
    console: Console, upload: Upload, worker: Path, teams: Sequence[Team], out: Path, engine: Engine
) -> list[PhaseOutcome]:
    """Run all phases, print every step, write the result folder.

    Raises:
        OrganizerFault: E232 if `out` holds something else than an earlier rehearsal.
    """
    _make_room(out)
    settings = phase_settings(upload, worker, upload.phases[0])
    contest = Contest(upload, worker, settings.rule, settings.baseline, engine, out)
    console.print(f"{len(upload.phases)} phases, {len(teams)} teams, engine {engine.name}")
    if raw := notice(worker):
        console.print(raw, soft_wrap=True, highlight=False, markup=False)
    with console.status("running"):
        outcomes = run_contest(contest, teams, lambda attempt, board: _seen(console, attempt, board))
    for outcome in outcomes:
        show(console, outcome)
    page = write_results(out, upload.title, engine.name, outcomes)
    console.print(f"all pages, records and pictures: {page}", soft_wrap=True)
    return outcomes


def _make_room(out: Path) -> None:
    hint = "Name another folder with --out."
    try:
        if out.exists() and not (out / MARKER).is_file() and (not out.is_dir() or any(out.iterdir())):
            raise OrganizerFault("E232", str(out), "holds something else than an earlier rehearsal", hint)
        if out.exists():
            shutil.rmtree(out)
        out.mkdir(parents=True)
        (out / MARKER).touch()
    except OSError as error:
        raise OrganizerFault("E232", str(out), error.strerror or str(error), hint) from None


def _seen(console: Console, attempt: Attempt, board: Board) -> None:
    ran = attempt.ran
    status = "refused: the attempt of this phase is used up" if ran is None else ran.status
    order = ", ".join(row.team for row in board.rows()) or "nobody"
    console.print(f"{attempt.phase}  {attempt.team}: {status}", highlight=False, markup=False)
    if ran is not None:
        for line in ran.messages.splitlines():
            console.print(f"    {line}", soft_wrap=True, highlight=False, markup=False)
    console.print(f"    leaderboard: {order}", highlight=False, markup=False, soft_wrap=True)


def show(console: Console, outcome: PhaseOutcome) -> None:
    """Print the re-ranked standings of a phase with the reasons."""
    table = Table(title=f"{outcome.phase.name}: re-ranked")
    for title in ("place", "team", "by score", "gained", "score", "duration (s)"):
        table.add_column(title, justify="left" if title == "team" else "right")
    for row in outcome.standings.rows:
        gained = f"{row.places_gained:+d}" if row.places_gained else ""
        table.add_row(
            str(row.place), row.team, str(row.place_by_score), gained, f"{row.score:.2f}", f"{row.duration:.2f}"
        )
    console.print(table)
    for step in outcome.standings.trail:
        console.print(f"  {step.sentence}", soft_wrap=True, highlight=False, markup=False)


def _judge_known(console: Console, outcomes: Sequence[PhaseOutcome]) -> int:
    found = {outcome.phase.key: tuple(row.team for row in outcome.standings.rows) for outcome in outcomes}
    wrong = [f"{phase}: {', '.join(order)}" for phase, order in found.items() if order != EXPECTED]
    if wrong:
        console.print(f"expected {', '.join(EXPECTED)}, but {'; '.join(wrong)}", style="bold red", soft_wrap=True)
        return 1
    console.print(f"as expected in all {len(found)} phases: {', '.join(EXPECTED)}", style="bold green")
    return 0
