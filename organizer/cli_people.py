"""Commands of planning: who works with whom, and which thresholds the rules should have."""

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


def calibrate_rules(
    results: Annotated[Path, typer.Argument(help="An audited results folder, of the platform or of a rehearsal.")],
    worker: Annotated[Path | None, typer.Option(help="The worker folder, for the calibrated noise.")] = None,
    baseline: Annotated[str, typer.Option(help="The team that ran the baseline; else [baseline] of the build.")] = "",
    noise: Annotated[float, typer.Option(min=0, help="Noise of one run, as a fraction, where nothing says it.")] = 0.0,
    share: Annotated[
        float, typer.Option(min=0, max=1, help="How much of the baseline's points above chance speed may be worth.")
    ] = 0.2,
) -> None:
    """Propose the rules' thresholds from baseline and noise, and show what each choice would change."""
    from organizer.calibrate_rules.command import Options, calibrate_rules_command
    from organizer.calibrate_rules.proposal import Policy

    options = Options(worker, baseline, noise, Policy(share))
    raise typer.Exit(calibrate_rules_command(console, results, options))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(name="pair-teams")(pair_teams)
    app.command(name="calibrate-rules")(calibrate_rules)
