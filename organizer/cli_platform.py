"""Commands that talk to a platform or read what it delivered; part of the console script `competition`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

console = Console()

Competition = Annotated[int | None, typer.Option(help="The competition's number, from its page's address.")]
Folder = Annotated[Path, typer.Option(help="The results folder; a rehearsal's folder serves, too, where it is read.")]
DEFAULT_FOLDER = Path("results/platform")


def upload(
    bundle: Annotated[Path, typer.Argument(help="The built bundle.")] = Path("dist/competition-codabench.zip"),
    publish: Annotated[bool, typer.Option("--publish", help="Make it visible if it is what the bundle says.")] = False,
) -> None:
    """Upload the bundle, wait until the platform has made a competition of it, and compare the two."""
    from organizer.platform.upload_command import upload_command

    raise typer.Exit(upload_command(console, bundle, publish))


def results(
    competition: Competition = None,
    out: Folder = DEFAULT_FOLDER,
    offline: Annotated[bool, typer.Option("--offline", help="Only make the tables again from the folder.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Compare the digest of every file, not only its size.")] = (
        False
    ),
) -> None:
    """Collect every submission with scores, records, logs and code from the platform into one folder."""
    from organizer.results.command import results_command

    raise typer.Exit(results_command(console, competition, out, offline, verify))


def permit(
    submission: Annotated[int, typer.Argument(help="The platform's number of the submission.")],
    worker: Annotated[Path, typer.Option(help="The worker folder, on the worker.")] = Path("dist/worker"),
    bundle: Annotated[str, typer.Option(help="Which bundle, where the folder holds several.")] = "",
    repeats: Annotated[int, typer.Option(help="Timed runs; the median counts.")] = 1,
) -> None:
    """Permit one submission to run again, or outside the window; it does not count."""
    from organizer.permit import write_permit

    console.print(f"permit {write_permit(worker, bundle, submission, repeats)}", soft_wrap=True, highlight=False)


def register(app: typer.Typer) -> None:
    """Add the commands to the console script."""
    app.command()(upload)
    app.command()(results)
    app.command()(permit)
