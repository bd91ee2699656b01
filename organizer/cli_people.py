"""Commands about people: who works with whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

console = Console()


def pair_teams(
    people: Annotated[Path, typer.Argument(help="CSV with name, level and more; docs/pairing.md.")],
    out: Annotated[Path, typer.Option(help="Where the teams go, as CSV.")] = Path("teams.csv"),
    topic: Annotated[
        list[str] | None, typer.Option(help="A topic that every team should know; may be given several times.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="Time limit of each of the five goals.")] = 60.0,
) -> None:
    """Divide people into pairs: senior with junior, topic knowledge, few old acquaintances, balanced."""
    from organizer.pairing.command import pair_teams_command

    raise typer.Exit(pair_teams_command(console, people, out, tuple(topic or ()), seconds))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(name="pair-teams")(pair_teams)
