"""`competition build`: what an organizer sees of a build."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from organizer.build.bundle import build_bundle
from organizer.build.options import DEFAULT_PREPARED, BuildOptions
from organizer.build.phases import parse_start, parse_weeks, platform_time
from organizer.build.secret import read_or_make_secret
from organizer.data.command import prepare_command
from xtreme_tasks.faults import OrganizerFault


def build_command(
    console: Console,
    prepared: Path,
    out: Path,
    start: str,
    weeks: str,
    secret: Path,
    sealed: bool,
    codalab: bool | None = None,
    image_digest: str = "",
) -> None:
    """Build and say what was made and what is to be done with it."""
    windows = parse_start(start), tuple(parse_weeks(weeks))  # first: a slip of the pen shall not cost a preparation
    if not prepared.is_dir() and prepared == DEFAULT_PREPARED:
        console.print("no prepared data yet: preparing the generated sample (see `competition prepare --help`)")
        prepare_command(prepared, console=console)
    if not prepared.is_dir():
        raise OrganizerFault("E201", str(prepared), "no prepared data", "Run `competition prepare` first.")
    options = BuildOptions(
        prepared,
        out,
        read_or_make_secret(secret),
        *windows,
        sealed,
        codalab=codalab,
        image_digest=image_digest,
    )
    with console.status("building") as status:
        built = build_bundle(options, lambda text: status.update(text))
    size = built.archive.stat().st_size
    console.print(f"bundle         {built.bundle}")
    console.print(f"upload         {built.archive} ({size:,} bytes, sha256 {built.sha256[:16]}...)", soft_wrap=True)
    if built.codalab is not None:
        size = built.codalab.stat().st_size
        note = "not sealed, and not tried on CodaLab itself"
        console.print(f"CodaLab v1.5   {built.codalab} ({size:,} bytes): {note}", soft_wrap=True)
    console.print(f"worker folder  {built.worker}: copy it to the GPU worker as root, and nowhere else", soft_wrap=True)
    for phase, built_phase in zip(built.windows, built.phases, strict=True):
        examples = sum(sum(counts.values()) for counts in built_phase.counts.values())
        window = f"{platform_time(phase.start)} to {platform_time(phase.end)} UTC"
        console.print(f"{built_phase.phase:<13}  {window}  {examples:,} hidden examples", soft_wrap=True)
    if not sealed:
        console.print("[bold]unsealed: anybody can read the hidden data and forge results of this bundle[/bold]")
