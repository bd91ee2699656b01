"""`competition demo`: the main job on embedded sample data, from nothing to re-ranked standings, in minutes."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from organizer.build.bundle import build_bundle
from organizer.build.options import ROOT, BuildOptions
from organizer.build.phases import parse_start
from organizer.build.secret import read_or_make_secret
from organizer.data.command import prepare_command
from organizer.local_worker.command import next_number, run_at_home
from organizer.local_worker.engine import ProcessEngine
from organizer.local_worker.run import LocalRun
from organizer.local_worker.upload import Upload, read_upload
from organizer.teams import TEAMS, pack
from scoring_program.efficiency import rank
from scoring_program.standings import Result, Standings
from xtreme_tasks.settings import Rule
from xtreme_tasks.tasks import TASKS

PHASE = "evaluation-1"


def run_demo(console: Console, folder: Path) -> None:
    """Prepare, build, run every example team, print the leaderboard and the re-ranking with its reasons.

    Args:
        console: where it is printed.
        folder: receives data, bundle and results; an earlier demo's are replaced or kept, none is needed.
    """
    began = time.monotonic()
    prepared = folder / "prepared"
    if not prepared.exists():
        prepare_command(prepared)
    secret = read_or_make_secret(folder / "bundle.key")
    with console.status("building") as status:
        options = BuildOptions(prepared, folder / "dist", secret, parse_start("2027-01-11"), (4, 4, 4, 1))
        built = build_bundle(options, lambda text: status.update(text))
    console.print(f"built {built.archive} ({built.archive.stat().st_size:,} bytes)", soft_wrap=True)
    upload = read_upload(built.archive)
    runs: dict[str, LocalRun] = {}
    for position, team in enumerate(TEAMS, start=1):
        with console.status(f"[{position}/{len(TEAMS)}] {team}"):
            archive = pack(team, prepared / "public", folder / "submissions")
            number = next_number(folder / "results")
            place = folder / "results" / f"run-{number:04d}"
            runs[team] = run_at_home(upload, built.worker, archive, PHASE, number, place, ProcessEngine())
        console.print(f"  {team:<12} {runs[team].status:<9} {runs[team].messages.strip()}", soft_wrap=True)
    show(console, upload, runs, built.phases[0].rule)
    console.print(f"detail pages: {folder}/results/run-*/scoring_output/detailed_results.html", soft_wrap=True)
    console.print(f"done in {time.monotonic() - began:.0f} s; examples and rules: {ROOT.name}/examples, docs/rules.md")


def show(console: Console, upload: Upload, runs: dict[str, LocalRun], rule: Rule) -> None:
    """Print the leaderboard after the re-ranking, and the trail that led to it."""
    results = [
        Result(team, run.scores["score"], run.scores["duration"], float(position))
        for position, (team, run) in enumerate(runs.items())
        if run.scores is not None
    ]
    standings = rank(results, rule)
    table = Table(title=f"{upload.title}: {PHASE}, re-ranked by the efficiency rule")
    for title in ("place", "team", "by score", "score", *(task.title for task in TASKS.values()), "duration (s)"):
        table.add_column(title, justify="left" if title == "team" else "right")
    for row in standings.rows:
        scores = runs[row.team].scores or {}
        figures = (f"{scores[name]:.2f}" for name in ("score", *TASKS, "duration"))
        table.add_row(str(row.place), row.team, str(row.place_by_score), *figures)
    console.print(table)
    _trail(console, standings)


def _trail(console: Console, standings: Standings) -> None:
    for step in standings.trail:
        console.print(f"  {step.sentence}", soft_wrap=True, highlight=False, markup=False)
