"""`competition prepare` for people: chooses the source, shows progress, prints the summary."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from organizer.data.hidden_rows import Changes
from organizer.data.hub import DATASET
from organizer.data.links import Declared, read_declared
from organizer.data.order import order_key
from organizer.data.prepare import PrepareOptions, prepare
from organizer.data.report import Report
from organizer.data.sources import FolderSource, HubSource, Source, sample_source
from organizer.data.split import SPLITS
from xtreme_tasks.faults import OrganizerFault

ORDER_KEY_FILE = "order.key"


def prepare_command(
    out: Path,
    xtreme_dir: Path | None = None,
    hub: str | None = None,
    scale: float | None = None,
    seed: int = 1,
    order_key_file: Path | None = None,
    parallel: Path | None = None,
    tiny_limit: int | None = None,
    drop_bad: bool = False,
    force: bool = False,
    changes: Changes | None = None,
    console: Console | None = None,
) -> Report:
    """Prepare data into `out`.

    Args:
        out: folder to make.
        xtreme_dir: a folder in XTREME's layout.
        hub: name of the hub's data set (empty for `google/xtreme`); neither this nor a folder: the generated sample.
        scale: size of the sample, 1.0 for XTREME's; small when None.
        seed: seed of the sample.
        order_key_file: where the secret order key lies or will lie; `order.key` beside `out` when not given.
        parallel: a file that declares parallel blocks.
        tiny_limit: test sets with fewer examples are not divided.
        drop_bad: leave bad examples of the folder out and report them, instead of refusing the file.
        force: replace an earlier preparation.
        changes: what is done to hidden examples; nothing when None.
        console: where progress goes.

    Raises:
        OrganizerFault: whatever is wrong; nothing is left half written.

    """
    console = console or Console()
    declared = read_declared(parallel) if parallel else Declared()
    with _source(xtreme_dir, hub, scale, seed, drop_bad) as source:
        key = order_key(order_key_file or out.parent / ORDER_KEY_FILE)
        with console.status("preparing") as status:
            options = PrepareOptions(declared, tiny_limit, force, changes or Changes())
            report = prepare(source, out, key, options, status.update)
    for line in report.warnings():
        console.print(line, style="yellow", highlight=False, markup=False)
    console.print(_summary(report))
    return report


def _source(
    xtreme_dir: Path | None, hub: str | None, scale: float | None, seed: int, drop_bad: bool
) -> AbstractContextManager[Source]:
    if xtreme_dir is not None and hub is not None:
        raise OrganizerFault("E233", "--hub", "there is --xtreme-dir too")
    if xtreme_dir is not None:
        return nullcontext(FolderSource(xtreme_dir, keep_going=drop_bad))
    if hub is not None:
        return nullcontext(HubSource(hub or DATASET))
    return sample_source(scale, seed)


def _summary(report: Report) -> RichTable:
    table = RichTable(title=f"Prepared from {report.source}")
    table.add_column("task")
    for split in SPLITS:
        table.add_column(split, justify="right")
    table.add_column("left out", justify="right")
    table.add_column("largest item", justify="right")
    for name, task in report.tasks.items():
        counts = [str(sum(entry.examples for entry in task.files[split].values())) for split in SPLITS]
        left_out = sum(sum(found.values()) for found in task.left_out.values())
        table.add_row(name, *counts, str(left_out), str(sum(task.largest_item.values())))
    return table
