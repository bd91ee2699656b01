"""`competition calibrate`: measure the worker's nominal speed and write it into the worker folder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ingestion_program.calibration import Calibration
from ingestion_program.slices import SLICES_FILE
from organizer.build.options import ROOT
from organizer.build.programs import sources
from organizer.calibrate.numbers import PAIRS, Numbers, numbers, picture
from organizer.local_worker.engine import Engine, Step
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, write_whole
from xtreme_tasks.settings import CALIBRATION_FILE, Timing

START_SECONDS = 400.0
"""What starting a container, and the processes of all pairs with their libraries, may take."""
SLOWEST = 0.4
"""Where nothing else is said, a machine at less than this speed is not believed."""
FASTEST = 1.25
"""Nor at more than this one, unless a slice was faster: a cool processor with few cores at work is faster than in the
minute of the calibration, and a speed that is too high can only harm a team."""


def calibrate_command(
    console: Console,
    worker: Path,
    seconds: float,
    backend: str,
    slowest: float,
    engine: Engine,
) -> int:
    """Measure, show, write; 0.

    Args:
        console: where to.
        worker: the worker folder.
        seconds: how long to measure.
        backend: of the reference work, or `auto`.
        slowest: the lowest speed that is believed, as a fraction of the nominal one.
        engine: where ingestion will run: its libraries and cores are what is measured.

    Raises:
        OrganizerFault: E231 (options), E239 (no reference work possible), E232.

    """
    if not 0 < slowest <= 1:
        raise OrganizerFault("E231", "--slowest", "must be above 0 and at most 1")
    if not worker.is_dir():
        raise OrganizerFault("E201", str(worker), "no worker folder", "Build first, or name it with --worker.")
    slice_seconds = Timing().slice_seconds
    with console.status(f"measuring for {seconds:g} s: leave this machine alone"):
        found = slices(engine, seconds, slice_seconds, backend)
    calibration = calibration_of(found, slice_seconds, slowest)
    write_whole(worker / CALIBRATION_FILE, calibration.to_json())
    _show(console, calibration, measured_numbers(found, slice_seconds))
    console.print(f"written        {worker / CALIBRATION_FILE}", soft_wrap=True, highlight=False)
    return 0


def calibration_of(found: Mapping[str, Any], slice_seconds: float, slowest: float) -> Calibration:
    """The calibration from what `ingestion_program.slices` measured.

    Args:
        found: as `slices` returns it.
        slice_seconds: wanted length of a nominal slice.
        slowest: the lowest speed that is believed.

    Raises:
        OrganizerFault: E231 (too few slices).

    """
    try:
        measured = measured_numbers(found, slice_seconds)
    except ValueError as error:
        raise OrganizerFault("E231", "--seconds", str(error), "Measure for longer.") from None
    return Calibration(
        backend=found["backend"],
        workers=found["workers"],
        steps=measured.steps,
        nominal=measured.nominal,
        lowest=min(slowest, *measured.speeds),
        highest=max(FASTEST, *measured.speeds),
        noise=measured.noise,
        raw_noise=measured.raw_noise,
        hardware=found["hardware"],
        measured=found["measured"],
    )


def measured_numbers(found: Mapping[str, Any], slice_seconds: float) -> Numbers:
    """What the slices say (ValueError: too few)."""
    return numbers(found["slices"], slice_seconds)


def slices(engine: Engine, seconds: float, slice_seconds: float, backend: str) -> dict[str, Any]:
    """Run `ingestion_program.slices` where ingestion runs.

    Raises:
        OrganizerFault: E239 if it fails.

    """
    with tempfile.TemporaryDirectory(prefix="competition-calibrate-") as temporary:
        root = Path(temporary)
        for name, item in sources("ingestion", ROOT).items():
            path = root / "program" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(item.read_bytes() if isinstance(item, Path) else item)
        (root / "output").mkdir()
        command = f"python3 -B -m ingestion_program.slices --seconds {seconds} --slice-seconds {slice_seconds}"
        mounts = {"/app/program": root / "program", "/app/output": root / "output"}
        options = {"/app/program": "--program", "/app/output": "--output"}
        limit = START_SECONDS + 2 * seconds
        result = engine.run(
            Step(f"{command} --pairs {PAIRS} --backend {backend}", mounts, root / "mountinfo", options, limit)
        )
        path = root / "output" / SLICES_FILE
        if result.exit_code != 0 or not path.is_file():
            said = (result.stdout + result.stderr).decode("ascii", "replace").strip().splitlines()
            raise OrganizerFault("E239", "calibrate", said[-1] if said else f"exit code {result.exit_code}")
        found: dict[str, Any] = json.loads(read_file(path))
        return found


def _show(console: Console, calibration: Calibration, measured: Numbers) -> None:
    ordered = sorted(measured.speeds)
    rows: Sequence[tuple[str, str]] = (
        ("hardware", calibration.hardware),
        ("reference work", f"{calibration.backend}, {calibration.workers} workers"),
        ("nominal slice", f"{calibration.nominal:.4f} s for {calibration.steps} steps"),
        ("slices", f"{len(ordered)}, speed {ordered[0]:.3f} to {ordered[-1]:.3f} of the median"),
        ("spread of slices", f"{100 * measured.spread:.2f} %"),
        ("noise of short runs", f"{100 * measured.noise:.2f} % normalised, {100 * measured.raw_noise:.2f} % raw"),
        ("believed speeds", f"{calibration.lowest:.3f} to {calibration.highest:.3f}; outside them clipped"),
        ("speed over time", picture(measured.speeds)),
    )
    table = Table(show_header=False)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    if measured.noisy:
        console.print(
            f"NOISY: single slices spread by {100 * measured.spread:.0f} %. Something else runs on this machine: stop "
            "it and calibrate again, or all durations will be relative to a disturbed speed.",
            style="bold yellow",
            soft_wrap=True,
        )
