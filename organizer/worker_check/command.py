"""`competition worker-check`: one line for each check."""

from __future__ import annotations

import tomllib
from pathlib import Path

from rich.console import Console

from organizer.worker_check.checks import CHECKS
from organizer.worker_check.collect import collect
from organizer.worker_check.probe import Machine, Probe
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file

DEFAULT_SHM_MIB = 2048
_STYLES = {"right": "green", "missing": "bold red", "look": "yellow"}


def worker_check_command(
    console: Console,
    worker: Path,
    run_folder: Path,
    gate_settings: Path | None = None,
    gpu: bool = True,
    probe: Probe | None = None,
) -> int:
    """Print every check's line; 0 if nothing is missing, 1 otherwise.

    Args:
        console: where to.
        worker: the worker folder of this machine.
        run_folder: HOST_DIRECTORY of the platform's worker.
        gate_settings: gate.toml, for the size of /dev/shm; None = its default.
        gpu: whether this worker is meant to have a GPU.
        probe: another machine, for tests.

    Raises:
        OrganizerFault: E201 and E231 for gate.toml.

    """
    shm_mib = _shm_mib(gate_settings) if gate_settings is not None else DEFAULT_SHM_MIB
    facts = collect(worker, run_folder, shm_mib, gpu, probe or Machine())
    missing = 0
    for check in CHECKS:
        status = check.look(facts).status
        missing += status == "missing"
        # A path or an engine's words must not be read as markup, and a line must stay one.
        console.print(check.line(facts), style=_STYLES[status], markup=False, highlight=False, soft_wrap=True)
    console.print(f"{missing} of {len(CHECKS)} checks miss something", markup=False, highlight=False)
    return int(missing > 0)


def _shm_mib(path: Path) -> int:
    try:
        value = tomllib.loads(read_file(path).decode()).get("shm_mib", DEFAULT_SHM_MIB)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OrganizerFault("E231", path.name, str(error)) from None
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise OrganizerFault("E231", f"{path.name} shm_mib", "must be a positive number of MiB")
    return value
