"""`competition demo`: the main job on embedded sample data, from nothing to re-ranked standings, in minutes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from ingestion_program.probe import probe
from organizer.build.bundle import build_bundle
from organizer.build.options import BuildOptions
from organizer.build.phases import parse_start
from organizer.build.secret import read_or_make_secret
from organizer.check.command import check_command
from organizer.data.command import prepare_command
from organizer.local_worker.engine import Engine
from organizer.local_worker.upload import read_upload
from organizer.rehearsal.command import rehearse
from organizer.rehearsal.plan import Team, same_in_all
from organizer.teams import pack
from xtreme_tasks.faults import OrganizerFault

START = "2027-01-11"
WEEKS = (4, 4, 4, 1)
FILTERS = ("landlock-files", "landlock-tcp", "landlock-scope", "seccomp")
STEADY = ("lexicon", "linear", "slow_linear", "compact")
"""Teams that send the same submission to every phase."""


def run_demo(console: Console, folder: Path, engine: Engine, xtreme_dir: Path | None = None) -> None:
    """Prepare, build both formats, check, rehearse four phases with five teams; every step says what it made.

    Args:
        console: where it is printed.
        folder: receives data, bundles and results; what an earlier demo prepared there is used again.
        engine: where the programs run.
        xtreme_dir: real data in XTREME's layout instead of the sample; slower, and with real scores.

    Raises:
        OrganizerFault: E239 if the bundle that was built does not pass its own check.
    """
    began = time.monotonic()
    prepared = folder / "prepared"
    if not prepared.exists():
        console.rule("prepare: the generated sample, 40 languages" if xtreme_dir is None else f"prepare: {xtreme_dir}")
        prepare_command(prepared, xtreme_dir=xtreme_dir, console=console)
    console.rule("build: sealed for Codabench" + ("" if xtreme_dir else ", unsealed for CodaLab v1.5"))
    secret = read_or_make_secret(folder / "bundle.key")
    missing = ""
    with console.status("building") as status:
        options = BuildOptions(prepared, folder / "dist", secret, parse_start(START), WEEKS)
        built = build_bundle(options, status.update)
        if xtreme_dir is None:  # real hidden data are never written unsealed
            unsealed = build_bundle(replace(options, sealed=False), status.update)
            missing = missing_filters(built.phases[0].require) if engine.name == "process" else ""
            built = unsealed if missing else built
    if missing:
        console.print(f"this machine has no {missing}: the unsealed bundle is rehearsed", style="yellow")
    for path in sorted((folder / "dist").glob("*.zip")):
        console.print(f"{path} ({path.stat().st_size:,} bytes)", soft_wrap=True, highlight=False)
    console.rule("check")
    if check_command(console, built.archive):
        raise OrganizerFault("E239", str(built.archive), "the built bundle does not pass its check")
    console.rule("train and pack five teams")
    upload = read_upload(built.archive)
    with console.status("training"):
        teams = demo_teams(prepared / "public", folder / "submissions", [phase.key for phase in upload.phases])
    console.print(", ".join(team.name for team in teams))
    console.rule("rehearse")
    rehearse(console, upload, built.worker, teams, folder / "rehearsal", engine)
    console.print(f"done in {time.monotonic() - began:.0f} s")


def missing_filters(require: Sequence[str]) -> str:
    """The required filters that this machine's kernel does not have; without them only unsealed data may be run."""
    here = probe().names()
    return ", ".join(name for name in require if name in FILTERS and name not in here)


def demo_teams(public: Path, folder: Path, phases: Sequence[str]) -> list[Team]:
    """Five teams; the last one shows what a fault costs: one before the run nothing, one in it the attempt."""
    packed = {name: pack(name, public, folder) for name in (*STEADY, "constant", "broken", "crash_late")}
    teams = [same_in_all(name, packed[name], phases) for name in STEADY]
    first, *others = phases
    tries = {first: (packed["broken"], packed["crash_late"], packed["constant"])}
    return [*teams, Team("newcomer", {**tries, **dict.fromkeys(others, (packed["constant"],))})]
