"""`competition run`: one submission, and what its team would see."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from organizer.local_worker.baseline import read_baseline
from organizer.local_worker.engine import Engine
from organizer.local_worker.permit import with_permit
from organizer.local_worker.run import LocalRun, Order, run_submission
from organizer.local_worker.selection import EngineName, select_engine
from organizer.local_worker.submission import as_zip
from organizer.local_worker.upload import Upload, read_upload
from organizer.teams import is_example, pack

USER = 1


def run_command(
    console: Console,
    submission: Path,
    phase: str,
    bundle: Path,
    worker: Path,
    results: Path,
    engine: EngineName,
    image: str,
    public: Path,
    as_baseline: bool = False,
) -> int:
    """Run, print, and keep the results; returns the exit code: 0 if the platform would say Finished."""
    upload = read_upload(bundle)
    if is_example(submission):
        with console.status(f"training and packing {submission.name}"):
            submission = pack(submission.name, public, bundle.parent / "submissions")
    selected = select_engine(engine, image)
    console.print(f"engine         {selected.message}", soft_wrap=True)
    number = next_number(results)
    folder = results / f"run-{number:04d}"
    with console.status(f"running {submission.name} in {phase}"):
        ran = run_at_home(upload, worker, submission, phase, number, folder, selected.engine)
    show(console, upload, ran)
    if as_baseline:
        console.print(read_baseline(ran.scores, ran.folder), markup=False, highlight=False, soft_wrap=True)
    return 0 if ran.status == "Finished" else 1


def next_number(results: Path) -> int:
    """The next free submission number of a results folder."""
    taken = [int(path.name[4:]) for path in results.glob("run-*") if path.name[4:].isdigit()]
    return max(taken, default=0) + 1


def run_at_home(
    upload: Upload, worker: Path, submission: Path, phase: str, number: int, folder: Path, engine: Engine
) -> LocalRun:
    """Run a submission whatever the phase's window: the organizer's own worker folder holds the key for a permit.

    Raises:
        OrganizerFault: bundle, worker folder or submission cannot be read; nothing is left in `folder`.
    """
    chosen = upload.phase(phase)
    with tempfile.TemporaryDirectory(prefix="competition-run-") as temporary:
        archive = as_zip(submission, Path(temporary))
        permitted = with_permit(worker, Path(temporary, "worker"), upload, chosen, number)
        working = Path(temporary, "run")
        ran = run_submission(upload, permitted, Order(USER, number, archive, chosen), engine, working)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(working, folder)
    return LocalRun(ran.status, ran.scores, ran.messages, folder)


def show(console: Console, upload: Upload, ran: LocalRun) -> None:
    """Print the verdict, the leaderboard's row and where the pages lie."""
    console.print(f"{ran.status}", style="bold green" if ran.status == "Finished" else "bold red")
    for line in ran.messages.splitlines():
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    if ran.scores is not None:
        table = Table(show_header=False)
        for column in upload.columns:
            value = ran.scores.get(column.key)
            table.add_row(column.title, "n/a" if value is None else f"{value:.2f}")
        console.print(table)
    page = ran.folder / "scoring_output" / "detailed_results.html"
    if page.is_file():
        console.print(f"detail page    {page}", soft_wrap=True)
    console.print(f"all files      {ran.folder}", soft_wrap=True)
    summary = {"status": ran.status, "scores": ran.scores}
    (ran.folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
