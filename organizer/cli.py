"""The console script `competition`: reads arguments, prints, picks the exit code; the work is elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from organizer import cli_people, cli_platform, cli_worker
from organizer.build.options import DEFAULT_PREPARED
from organizer.local_worker.selection import LOCAL_IMAGE, EngineName
from xtreme_tasks.faults import Fault, OrganizerFault, printable

app = typer.Typer(
    help="Prepare, build, check and rehearse the competition.", no_args_is_help=True, pretty_exceptions_enable=False
)
console = Console()

Prepared = Annotated[Path, typer.Option(help="Folder of the prepared data.")]
Bundle = Annotated[Path, typer.Option(help="The built bundle.")]
Worker = Annotated[Path, typer.Option(help="The built worker folder.")]
EngineOption = Annotated[
    EngineName, typer.Option(help="Containers, plain processes, or containers where an engine and the image are there.")
]
ImageOption = Annotated[str, typer.Option(help="The competition image, for containers.")]
DEFAULT_OUT = Path("dist")
EXTRA = {
    "keyring",
    "matplotlib",
    "pandas",
    "pyarrow",
    "requests",
    "scipy",
    "tenacity",
}  # of `platform` in pyproject.toml
DEFAULT_BUNDLE = DEFAULT_OUT / "competition-codabench.zip"
DEFAULT_WORKER = DEFAULT_OUT / "worker"


@app.command()
def prepare(
    out: Annotated[Path, typer.Option(help="Folder to make.")] = DEFAULT_PREPARED,
    xtreme_dir: Annotated[
        Path | None, typer.Option(help="A folder in XTREME's layout: TASK/{train,dev,test}-LANG.tsv.")
    ] = None,
    hub: Annotated[str | None, typer.Option(help="A data set of the hub, like google/xtreme.")] = None,
    scale: Annotated[float | None, typer.Option(help="Size of the generated sample; 1 is XTREME's own size.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the generated sample.")] = 1,
    order_key: Annotated[
        Path | None, typer.Option(help="The secret key of order and ids; made beside OUT where there is none.")
    ] = None,
    parallel: Annotated[Path | None, typer.Option(help="A TOML file that declares line-parallel blocks.")] = None,
    tiny_limit: Annotated[int | None, typer.Option(help="Test sets with fewer examples are not divided.")] = None,
    drop_bad: Annotated[bool, typer.Option("--drop-bad", help="Leave bad examples out, and report them.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier preparation.")] = False,
    perturb: Annotated[
        float, typer.Option(help="Share of the hidden examples with digits, where these are safe to change, to change.")
    ] = 0.0,
    canaries: Annotated[int, typer.Option(help="Made-up examples in each hidden part; docs/look-up.md.")] = 0,
) -> None:
    """Prepare data: the generated sample (default), a folder in XTREME's layout, or the hub."""
    from organizer.data.command import prepare_command
    from organizer.data.hidden_rows import Changes

    changes = Changes(perturb, canaries)
    prepare_command(
        out, xtreme_dir, hub, scale, seed, order_key, parallel, tiny_limit, drop_bad, force, changes, console
    )


@app.command()
def build(
    prepared: Prepared = DEFAULT_PREPARED,
    out: Annotated[Path, typer.Option(help="Where the bundle and the worker folder go.")] = DEFAULT_OUT,
    start: Annotated[str, typer.Option(help="Start of the first phase, UTC, like 2027-01-11 or 2027-01-11T09:00.")] = (
        "2027-01-11"
    ),
    weeks: Annotated[str, typer.Option(help="Length of each phase in weeks.")] = "4,4,4,1",
    secret: Annotated[Path, typer.Option(help="The bundle's secret; made (mode 0600) where there is none.")] = Path(
        "data/bundle.key"
    ),
    unsealed: Annotated[bool, typer.Option("--unsealed", help="A demonstration whose data are not secret.")] = False,
    codalab: Annotated[
        bool | None,
        typer.Option(
            "--codalab/--no-codalab",
            help="Also the CodaLab v1.5 bundle, which is never sealed. Default: only with --unsealed. "
            "With a sealed build only of the generated sample.",
        ),
    ] = None,
    image_digest: Annotated[
        str, typer.Option(help="sha256:... of the image, for worker.json alone: the gate then runs no other one.")
    ] = "",
) -> None:
    """Build the Codabench bundle and the worker folder from prepared data."""
    from organizer.build.command import build_command

    build_command(console, prepared, out, start, weeks, secret, not unsealed, codalab, image_digest)


@app.command()
def run(
    submission: Annotated[
        Path, typer.Argument(help="A team's zip, or the folder of one; an example of the repository is packed first.")
    ],
    phase: Annotated[str, typer.Option(help="The phase's key.")] = "evaluation-1",
    bundle: Bundle = DEFAULT_BUNDLE,
    worker: Worker = DEFAULT_WORKER,
    results: Annotated[Path, typer.Option(help="Where the results go.")] = Path("results"),
    public: Annotated[Path, typer.Option(help="Public data on which an example trains.")] = DEFAULT_PREPARED / "public",
    engine: EngineOption = "process",
    image: Annotated[str, typer.Option(help="Local image for containers; worker/image.sh builds it.")] = LOCAL_IMAGE,
    as_baseline: Annotated[
        bool, typer.Option("--as-baseline", help="Print its result as [baseline] of rules.toml, to paste.")
    ] = False,
) -> None:
    """Run one submission through the built bundle, both steps, and print verdict and scores."""
    from organizer.local_worker.command import run_command

    raise typer.Exit(
        run_command(console, submission, phase, bundle, worker, results, engine, image, public, as_baseline)
    )


@app.command()
def rehearse(
    bundle: Annotated[Path, typer.Argument(help="The built bundle.")] = DEFAULT_BUNDLE,
    worker: Worker = DEFAULT_WORKER,
    teams: Annotated[
        Path | None, typer.Option(help="A folder of teams: NAME.zip, NAME/ with a submission, or NAME/PHASE.zip.")
    ] = None,
    known: Annotated[
        Path | None, typer.Option(help="Prepared data: rehearse three made-up teams whose outcome is known.")
    ] = None,
    known_seconds: Annotated[
        float, typer.Option(min=1, help="How long the slowest of these three sleeps; longer on a busy machine.")
    ] = 4.0,
    out: Annotated[Path, typer.Option(help="Where records, pages and pictures go.")] = Path("results/rehearsal"),
    engine: EngineOption = "auto",
    image: ImageOption = LOCAL_IMAGE,
) -> None:
    """Rehearse all phases of the built bundle with several teams, the leaderboard and the re-ranking."""
    from organizer.local_worker.selection import select_engine
    from organizer.rehearsal.command import rehearse_command

    selected = select_engine(engine, image)
    console.print(f"engine: {selected.message}", highlight=False)
    raise typer.Exit(rehearse_command(console, bundle, worker, teams, known, out, selected.engine, known_seconds))


@app.command()
def check(
    bundle: Annotated[Path, typer.Argument(help="A Codabench bundle: a zip or a folder, ours or anybody's.")] = (
        DEFAULT_BUNDLE
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Look for everything that the platform would ignore silently or do otherwise than meant."""
    from organizer.check.command import check_command

    raise typer.Exit(check_command(console, bundle, as_json))


@app.command(name="look-up")
def look_up(
    results: Annotated[Path, typer.Option(help="A folder of runs, as `run` and `rehearse` leave them.")] = (
        Path("results")
    ),
    prepared: Prepared = DEFAULT_PREPARED,
    baseline: Annotated[Path | None, typer.Option(help="An honest run on these data, to compare with.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the report; beside the runs by default.")] = None,
) -> None:
    """Test every run for answers that were looked up or copied from another language; the organizer's copy."""
    from organizer.lookup.command import look_up_command

    raise typer.Exit(look_up_command(console, results, prepared, baseline, out))


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where data, bundles and results go.")] = Path("build/demo"),
    xtreme_dir: Annotated[
        Path | None, typer.Option(help="Real data in XTREME's layout instead of the sample; takes some minutes.")
    ] = None,
    engine: EngineOption = "process",
    image: ImageOption = LOCAL_IMAGE,
) -> None:
    """Sample data, both bundles, their check, and a rehearsal of four phases with five teams."""
    from organizer.demo import run_demo
    from organizer.local_worker.selection import select_engine

    run_demo(console, folder, select_engine(engine, image).engine, xtreme_dir)


cli_worker.register(app)
cli_people.register(app)
cli_platform.register(app)


def main() -> None:
    """Run a command; every fault is one line on standard error and exit code 1 (2 for wrong use)."""
    # Prepared data, keys and results hold what must stay secret; others on this machine need not read them.
    os.umask(0o077)
    try:
        app(standalone_mode=True)
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        if os.environ.get("COMPETITION_DEBUG"):
            raise
        print(_defect(error), file=sys.stderr)
        sys.exit(1)


def _defect(error: Exception) -> str:
    """The one line about what no library function raises on purpose."""
    missing = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    if missing.partition(".")[0] in EXTRA:
        hint = 'Run: pip install -c requirements/lock.txt -e ".[platform]"'
        return OrganizerFault("E233", " ".join(sys.argv[1:2]), f"{missing} is not installed", hint).line()
    defect = OrganizerFault("E239", type(error).__name__, printable(str(error), 200))
    return f"{defect.line()} Set COMPETITION_DEBUG=1 for the traceback."


if __name__ == "__main__":
    main()
