"""`competition prepare`: source data become public, evaluation and final data, disjoint in items.

    source -> tables -> parallel lines -> items -> places -> files -> checks

Task by task, so that no more than one task's text is in memory; into a temporary folder beside the target, which
takes its place in one step when everything is written and checked.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from organizer.data.checks import check_prepared
from organizer.data.dataset import DATASET_FILE, FORMAT, Dataset
from organizer.data.hidden_rows import Changes, HiddenRows
from organizer.data.items import find_items, find_lines
from organizer.data.links import Declared, find_links
from organizer.data.order import Order
from organizer.data.report import FileReport, Report, TaskReport, file_report, link_report
from organizer.data.secret_rows import write_secrets
from organizer.data.sources import Source
from organizer.data.split import FOLDERS, HIDDEN, SPLITS, Placed, Split, place
from organizer.data.table import Table
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import Row, answer_row, encode_rows, part_path, sha256, write_whole
from xtreme_tasks.tasks import TASKS, Task

Progress = Callable[[str], None]
REPORT_FILE = "report.json"


@dataclass(frozen=True)
class PrepareOptions:
    """Settings of one preparation.

    Attributes:
        declared: parallel blocks that the organizer knows, and tasks that he declares not parallel.
        tiny_limit: test sets with fewer examples are not divided; the source's own limit when None.
        force: replace an earlier preparation.
        changes: what is done to hidden examples.

    """

    declared: Declared = field(default_factory=Declared)
    tiny_limit: int | None = None
    force: bool = False
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True)
class _Settled:
    """What source and options say together."""

    declared: Declared
    tiny_limit: int
    changes: Changes


@dataclass
class _Written:
    """What has been written so far, by split."""

    counts: dict[Split, dict[str, dict[str, int]]] = field(default_factory=lambda: {split: {} for split in SPLITS})
    files: dict[Split, dict[str, str]] = field(default_factory=lambda: {split: {} for split in SPLITS})


def prepare(
    source: Source, out: Path, order_key: bytes, options: PrepareOptions, progress: Progress = lambda _: None
) -> Report:
    """Prepare the data into `out`, whole or not at all.

    Args:
        source: where the data come from.
        out: the folder to make; an earlier preparation is replaced only with `options.force`.
        order_key: 32 secret bytes; same source and key, same bytes.
        options: settings.
        progress: called with one line at the start of each step.

    Raises:
        OrganizerFault: E201-E208 for the data, E211 for the key, E232 when writing fails, E233 when `out` is taken.

    """
    order = Order(order_key)
    _check_target(out, options.force)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise OrganizerFault("E232", str(out), error.strerror or str(error)) from None
    try:
        report = _prepare_into(work, source, order, options, progress)
        progress("checking what was written")
        check_prepared(work)
        _replace(work, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return report


def _check_target(out: Path, force: bool) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / REPORT_FILE).is_file() or not (out / FOLDERS["final"] / DATASET_FILE).is_file():
        raise OrganizerFault("E233", str(out), "it holds something else", "Choose an empty or new folder.")
    if not force:
        raise OrganizerFault("E233", str(out), "it holds an earlier preparation", "Use --force to replace it.")


def _replace(work: Path, out: Path) -> None:
    """Put the finished folder in its place; it stays readable by its owner alone, for it holds hidden labels."""
    try:
        old = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent)) / out.name
        if out.exists():
            out.rename(old)
        try:
            work.rename(out)
        except OSError:
            if old.exists():
                old.rename(out)
            raise
    except OSError as error:
        raise OrganizerFault("E232", str(out), error.strerror or str(error)) from None
    shutil.rmtree(old.parent, ignore_errors=True)


def _prepare_into(work: Path, source: Source, order: Order, options: PrepareOptions, progress: Progress) -> Report:
    written = _Written()
    limit = options.tiny_limit if options.tiny_limit is not None else source.tiny_limit
    settled = _Settled(source.declared.with_others(options.declared), limit, options.changes)
    reports: dict[str, TaskReport] = {}
    for task in TASKS.values():
        progress(f"{task.name}: reading")
        tables = source.tables(task)
        reports[task.name] = _prepare_task(work, task, tables, order, settled, written, progress)
        del tables
    report = Report(source.name, reports)
    whole = {name: tuple(entry.whole) for name, entry in reports.items() if entry.whole}
    missing = {name: dict(entry.missing) for name, entry in reports.items() if entry.missing}
    for split in SPLITS:
        dataset = Dataset(FORMAT, split, source.name, written.counts[split], whole, missing, written.files[split])
        write_whole(work / FOLDERS[split] / DATASET_FILE, dataset.to_bytes())
    write_whole(work / REPORT_FILE, report.to_bytes())
    write_whole(work / "report.md", report.to_markdown().encode())
    return report


def _prepare_task(
    work: Path,
    task: Task,
    tables: Sequence[Table],
    order: Order,
    settled: _Settled,
    written: _Written,
    progress: Progress,
) -> TaskReport:
    missing = _missing(task, tables)
    used = [table for table in tables if table.language not in missing]
    if not used:
        raise OrganizerFault("E207", task.name, "the source has no test examples of it")
    progress(f"{task.name}: parallel lines and items")
    links = find_links(task.name, used, settled.declared)
    items = find_items(used, links)
    placed = place(used, items, order, settled.tiny_limit)
    progress(f"{task.name}: writing")
    rows = HiddenRows(used, items, find_lines(used, links), order, settled.changes)
    files: dict[str, Mapping[str, FileReport]] = {
        split: _write_split(work, task, split, rows, placed, written) for split in SPLITS
    }
    return TaskReport(
        files=files,
        left_out=_left_out(used, placed),
        repaired={table.name: table.repaired for table in used if table.repaired},
        whole=placed.tiny,
        missing=missing,
        links=[link_report(link) for link in links],
        item_sizes=placed.sizes,
        largest_item=placed.largest,
    )


def _missing(task: Task, tables: Sequence[Table]) -> dict[str, str]:
    present = {table.language for table in tables if table.split == "test" and len(table)}
    return {language: "the source has no test examples of it" for language in task.languages if language not in present}


def _left_out(tables: Sequence[Table], placed: Placed) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {reason: Counter(counts) for reason, counts in placed.left_out.items()}
    for table in tables:
        for reason, count in table.left_out.items():
            found.setdefault(reason, Counter())[table.name] += count
    return {reason: dict(counts) for reason, counts in found.items() if counts}


def _write_split(
    work: Path, task: Task, split: Split, made: HiddenRows, placed: Placed, written: _Written
) -> Mapping[str, FileReport]:
    reports: dict[str, FileReport] = {}
    folder = work / FOLDERS[split]
    for number, chosen in sorted(placed.rows[split].items()):
        language = made.tables[number].language
        rows = made.part(number, split, chosen)
        inputs = encode_rows(_input_row(task, row.identifier, row.text) for row in rows)
        labels = encode_rows(
            answer_row(task, row.identifier, row.answer.split(" ") if task.answer == "tags" else row.answer)
            for row in rows
        )
        for kind, data in (("inputs", inputs), ("labels", labels)):
            name = f"{kind}/{part_path(task.name, language)}"
            write_whole(folder / name, data)
            written.files[split][name] = sha256(data)
        written.counts[split].setdefault(task.name, {})[language] = len(rows)
        if split in HIDDEN:
            write_secrets(work, split, task.name, language, (row.secret for row in rows))
        states = Counter(row.secret.state for row in rows)
        reports[language] = file_report(
            task.name, [row.text for row in rows], [row.answer for row in rows], states["changed"], states["canary"]
        )
    return reports


def _input_row(task: Task, identifier: str, text: str) -> Row:
    if task.answer == "tags":
        return {"id": identifier, "tokens": text.split("\t")}
    return {"id": identifier, **dict(zip(task.fields, text.split("\t"), strict=True))}
