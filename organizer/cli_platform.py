"""Commands that talk to a platform or read what it delivered; part of the console script `competition`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from xtreme_tasks.faults import Fault

console = Console()

Competition = Annotated[int | None, typer.Option(help="The competition's number, from its page's address.")]
Folder = Annotated[Path, typer.Option(help="The results folder; a rehearsal's folder serves, too, where it is read.")]
ResultsArgument = Annotated[Path, typer.Argument(help="The results folder, of the platform or of a rehearsal.")]
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


def publish(
    folder: Annotated[Path, typer.Argument(help="The results folder, audited.")] = DEFAULT_FOLDER,
    phase: Annotated[str, typer.Option(help="Only this phase, over or not; without it every one that is over.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last publication of each phase back.")] = False,
    despite_findings: Annotated[
        str, typer.Option(help="Publish in spite of the audit's findings; the reason is recorded.")
    ] = "",
) -> None:
    """Show the official order on the hosted leaderboard: adjusted scores and places gained, with a backup."""
    from organizer.publish.command import Options, publish_command

    raise typer.Exit(publish_command(console, folder, Options(phase, yes, despite_findings), undo))


def watch(
    competition: Competition = None,
    out: Folder = DEFAULT_FOLDER,
    worker: Annotated[Path, typer.Option(help="The worker folder of the build.")] = Path("dist/worker"),
    bundle: Annotated[Path, typer.Option(help="The built bundle.")] = Path("dist/competition-codabench.zip"),
    journal: Annotated[Path | None, typer.Option(help="The gate's journal, copied from the worker.")] = None,
    journal_key: Annotated[Path | None, typer.Option(help="The journal's key, if the gate has one.")] = None,
    roster: Annotated[Path | None, typer.Option(help="Team by account: a CSV file, account,team.")] = None,
    voids: Annotated[Path | None, typer.Option(help="Attempts that do not stand: a CSV file, submission,reason.")] = (
        None
    ),
    when_unsure: Annotated[str, typer.Option(help="Where noise could decide: point, keep or rerun.")] = "rerun",
    phase: Annotated[str, typer.Option(help="Publish only this phase, over or not.")] = "",
    running: Annotated[bool, typer.Option("--running", help="Publish phases that are not over, too.")] = False,
    despite_findings: Annotated[str, typer.Option(help="Publish in spite of findings; the reason is recorded.")] = "",
    every: Annotated[float, typer.Option(min=1, help="Minutes between two rounds.")] = 10.0,
    once: Annotated[bool, typer.Option("--once", help="One round only; the exit code is 1 if a phase is left.")] = (
        False
    ),
) -> None:
    """Collect, audit, rank and publish at intervals, until it is ended."""
    from organizer.audit.command import AuditOptions
    from organizer.rerank.rerank import choice
    from organizer.watch.command import watch_command

    options = AuditOptions(out, bundle, worker, journal, journal_key, roster, voids)
    chosen = choice(when_unsure)
    raise typer.Exit(watch_command(competition, options, chosen, phase, running, despite_findings, every, once))


def permit(
    submission: Annotated[int, typer.Argument(help="The platform's number of the submission.")],
    worker: Annotated[Path, typer.Option(help="The worker folder, on the worker.")] = Path("dist/worker"),
    bundle: Annotated[str, typer.Option(help="Which bundle, where the folder holds several.")] = "",
    repeats: Annotated[int, typer.Option(help="Timed runs, an odd number; the median counts.")] = 1,
) -> None:
    """Permit one submission to run again, or outside the window; it does not count."""
    from organizer.permit import write_permit

    console.print(f"permit {write_permit(worker, bundle, submission, repeats)}", soft_wrap=True, highlight=False)


def report(
    folder: Annotated[Path, typer.Argument(help="The results folder, or a rehearsal's.")] = DEFAULT_FOLDER,
    out: Annotated[Path, typer.Option(help="Folder of the report.")] = Path("results/report"),
    edition: Annotated[str, typer.Option(help="public, organizer or both.")] = "both",
    rules: Annotated[Path, typer.Option(help="The rules of the competition.")] = Path("competition_bundle/rules.toml"),
    roster: Annotated[
        Path | None, typer.Option(help="Which account belongs to which team: a CSV file with account and team.")
    ] = None,
    png: Annotated[bool, typer.Option("--png", help="Pictures as PNG too, drawn by Chromium.")] = False,
) -> None:
    """Write the results as one page with pictures: one to publish, one for the organizer."""
    from organizer.report.command import report_command

    raise typer.Exit(report_command(console, folder, out, edition, rules, roster, png))


def audit(
    results: ResultsArgument = DEFAULT_FOLDER,
    worker: Annotated[Path, typer.Option(help="The worker folder of the build.")] = Path("dist/worker"),
    bundle: Annotated[Path, typer.Option(help="The built bundle.")] = Path("dist/competition-codabench.zip"),
    journal: Annotated[Path | None, typer.Option(help="The gate's journal, copied from the worker.")] = None,
    journal_key: Annotated[Path | None, typer.Option(help="The journal's key, if the gate has one.")] = None,
    roster: Annotated[Path | None, typer.Option(help="Team by account: a CSV file, account,team.")] = None,
    voids: Annotated[Path | None, typer.Option(help="Attempts that do not stand: a CSV file, submission,reason.")] = (
        None
    ),
    live: Annotated[str, typer.Option(help="The site's address: what can an anonymous visitor download now?")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Compare results, records, journal and build; find what was forged; write the official results.

    The exit code is 0 if nothing is left to look at, 1 with errors or warnings, 2 if the audit could not be made.
    """
    from organizer.audit.command import AuditOptions, audit_command

    options = AuditOptions(results, bundle, worker, journal, journal_key, roster, voids, live)
    with _two_on_fault():
        raise typer.Exit(audit_command(console, options, as_json))


def rerank(
    results: ResultsArgument = DEFAULT_FOLDER,
    when_unsure: Annotated[
        str, typer.Option(help="Where noise could decide: point (by the numbers), keep (the order), rerun (ask first).")
    ] = "point",
    rule: Annotated[str, typer.Option(help="places or baseline; the build's own if empty.")] = "",
) -> None:
    """Make the official standings of every phase from audited results.

    The exit code is 0 if they are settled, 1 if re-runs are asked for, 2 if they could not be made.
    """
    from organizer.rerank.command import rerank_command
    from organizer.rerank.rerank import choice

    with _two_on_fault():
        raise typer.Exit(rerank_command(console, results, choice(when_unsure, rule)))


@contextlib.contextmanager
def _two_on_fault() -> Iterator[None]:
    """A fault is exit code 2 where 1 already means that something was found."""
    try:
        yield
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        raise typer.Exit(2) from None


def share_code(
    folder: Annotated[Path, typer.Argument(help="The results folder, or a rehearsal's.")] = DEFAULT_FOLDER,
    out: Annotated[Path, typer.Option(help="The archive.")] = Path("results/code.zip"),
    phase: Annotated[str, typer.Option(help="Only this phase's code, as soon as it has ended.")] = "",
    weights: Annotated[bool, typer.Option("--with-weights/--without-weights", help="Weights, or their digests.")] = (
        True
    ),
    despite: Annotated[bool, typer.Option("--despite", help="Although something looks like a secret.")] = False,
    most_mib: Annotated[int, typer.Option(help="Refuse an archive with more MiB than this.")] = 4096,
    rules: Annotated[Path, typer.Option(help="The rules of the competition.")] = Path("competition_bundle/rules.toml"),
    roster: Annotated[
        Path | None, typer.Option(help="Which account belongs to which team: a CSV file with account and team.")
    ] = None,
) -> None:
    """Put the code of all teams, looked through for secrets, into one archive with an index."""
    from organizer.share.command import Sharing, share_command

    raise typer.Exit(share_command(console, folder, out, Sharing(phase, weights, despite, most_mib), rules, roster))


def register(app: typer.Typer) -> None:
    """Add the commands to the console script."""
    app.command()(upload)
    app.command()(results)
    app.command()(publish)
    app.command()(watch)
    app.command()(permit)
    app.command()(audit)
    app.command()(rerank)
    app.command()(report)
    app.command("share-code")(share_code)
