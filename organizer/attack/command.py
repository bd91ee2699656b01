"""`competition attack`: the whole suite against a build of its own, or against the organizer's."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from organizer.attack.attack import HONEST, Attack, read_attacks
from organizer.attack.by_test import run_tests
from organizer.attack.ground import Ground, build_ground, open_ground
from organizer.attack.report import console_table, load, page, save
from organizer.attack.suite import run_suite
from organizer.data.command import prepare_command
from organizer.local_worker.selection import EngineName, select_engine
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import write_whole

SCALE = 0.02
"""Of XTREME's size: every part has more examples than the pre-flight shows, and a run takes about a second."""


def attack_command(
    console: Console,
    only: tuple[str, ...],
    bundle: Path | None,
    worker: Path | None,
    engine: EngineName,
    image: str,
    out: Path,
    docs: Path | None,
) -> int:
    """Run, print, keep; returns the exit code: 1 if any attack did not end as it states.

    Args:
        console: where it is printed.
        only: names of attacks; all if empty. The honest control is always run.
        bundle, worker: the organizer's build; both or neither, then one with small limits is made.
        engine, image: where.
        out: folder for `attacks-ENGINE.json`.
        docs: page to write from all kept runs in `out`.

    Raises:
        OrganizerFault: the build, the engine or the attacks cannot be used.

    """
    wanted = read_attacks(only=(*only, HONEST) if only else ())
    selected = select_engine(engine, image)
    console.print(f"engine         {selected.message}", soft_wrap=True)
    with _ground(console, bundle, worker) as ground, console.status("attacking") as status:
        zips: list[Attack] = [attack for attack in wanted if not attack.is_test]
        results = run_suite(ground, selected.engine, zips, lambda name: status.update(f"attacking: {name}"))
        status.update("attacking: gate and platform")
        results += run_tests([attack for attack in wanted if attack.is_test])
    console.print(console_table(results))
    for result in results:
        for text in result.wrong:
            console.print(f"{result.name}: {text}", style="red", markup=False, highlight=False, soft_wrap=True)
    kept = save(results, selected.engine.name, selected.message, out)
    console.print(f"kept           {kept}", soft_wrap=True)
    if docs is not None:
        write_whole(docs, page(load(out)).encode())
        console.print(f"page           {docs}", soft_wrap=True)
    wrong = sum(bool(result.wrong) for result in results)
    ran = sum(not result.not_run for result in results)
    console.print(f"{ran - wrong} of {ran} ended as stated", style="bold green" if not wrong else "bold red")
    return 1 if wrong else 0


@contextlib.contextmanager
def _ground(console: Console, bundle: Path | None, worker: Path | None) -> Iterator[Ground]:
    if (bundle is None) != (worker is None):
        raise OrganizerFault("E233", "--bundle", "it needs --worker, and that it")
    if bundle is not None and worker is not None:
        yield open_ground(bundle, worker)
        return
    with tempfile.TemporaryDirectory(prefix="competition-attack-") as temporary:
        with console.status("building a bundle with small limits"):
            quiet = Console(quiet=True)
            prepare_command(Path(temporary, "prepared"), scale=SCALE, console=quiet)
            ground = build_ground(Path(temporary, "prepared"), Path(temporary, "ground"))
        yield ground
