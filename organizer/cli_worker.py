"""Commands of the worker: is it set up, how fast is it, does it hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from organizer.local_worker.selection import LOCAL_IMAGE, EngineName

console = Console()

EngineOption = Annotated[
    EngineName, typer.Option(help="Containers, plain processes, or containers where an engine and the image are there.")
]
Worker = Annotated[Path, typer.Option(help="The worker folder.")]
DEFAULT_WORKER = Path("dist/worker")
ImageOption = Annotated[str, typer.Option(help="The competition image, for containers.")]


def worker_check(
    worker: Annotated[Path, typer.Option(help="The worker folder of this machine.")],
    run_folder: Annotated[Path, typer.Option(help="HOST_DIRECTORY of the platform's worker.")] = Path("/codabench"),
    gate_settings: Annotated[Path | None, typer.Option(help="gate.toml, for the size of /dev/shm.")] = None,
    gpu: Annotated[bool, typer.Option("--gpu/--no-gpu", help="Whether this worker is meant to have a GPU.")] = True,
) -> None:
    """On the GPU worker: what is right, what is missing, what to do."""
    from organizer.worker_check.command import worker_check_command

    raise typer.Exit(worker_check_command(console, worker, run_folder, gate_settings, gpu))


def calibrate(
    worker: Worker = DEFAULT_WORKER,
    seconds: Annotated[float, typer.Option(help="How long to measure; nothing else may run meanwhile.")] = 60.0,
    backend: Annotated[
        str, typer.Option(help="Reference work: auto, torch-cuda, torch-cpu or numpy; auto takes the first that works.")
    ] = "auto",
    slowest: Annotated[float, typer.Option(help="Lowest speed that is believed; 1 is the one measured now.")] = 0.4,
    engine: EngineOption = "auto",
    image: ImageOption = LOCAL_IMAGE,
) -> None:
    """On the quiet worker: measure its nominal speed, by which runs are normalised, into the worker folder."""
    from organizer.calibrate.command import calibrate_command
    from organizer.local_worker.selection import select_engine

    selected = select_engine(engine, image)
    console.print(f"engine         {selected.message}", soft_wrap=True)
    raise typer.Exit(calibrate_command(console, worker, seconds, backend, slowest, selected.engine))


def attack(
    only: Annotated[list[str] | None, typer.Option(help="Only this attack; may be given several times.")] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Attack this build; without it one with small limits is made.")
    ] = None,
    worker: Annotated[Path | None, typer.Option(help="The worker folder of that build.")] = None,
    engine: EngineOption = "auto",
    image: ImageOption = LOCAL_IMAGE,
    out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("results/attacks"),
    docs: Annotated[Path | None, typer.Option(help="Write this page from all results that lie there.")] = None,
) -> None:
    """Run the attack suite of the repository; exit code 1 if any attack does not end as it states."""
    from organizer.attack.command import attack_command

    raise typer.Exit(attack_command(console, tuple(only or ()), bundle, worker, engine, image, out, docs))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(name="worker-check")(worker_check)
    app.command()(calibrate)
    app.command()(attack)
