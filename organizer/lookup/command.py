"""`competition look-up`: reads runs, tests them, prints who was flagged and writes the organizer's copy."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from organizer.data.checks import PreparedInfo, check_prepared
from organizer.lookup.answers import Run, find_runs, read_run
from organizer.lookup.findings import Finding
from organizer.lookup.inspect import inspect
from organizer.lookup.report import Inspected, to_json, to_markdown
from xtreme_tasks.faults import OrganizerFault, printable
from xtreme_tasks.files import write_whole

REPORT = "look-up.md"


def look_up_command(console: Console, results: Path, prepared: Path, baseline: Path | None, out: Path | None) -> int:
    """Inspect every run below a folder; 1 if any is flagged, 0 else.

    Args:
        console: where the table goes.
        results: holds runs as `competition run` and `competition rehearse` leave them.
        prepared: the data that the bundle was built from, with its secret part.
        baseline: an honest run on these data.
        out: folder of the report; `results` when None.

    Raises:
        OrganizerFault: E201 (no run, no data), E202 and E225 for damaged files; a run of other data is listed as
            not inspected.

    """
    info = check_prepared(prepared)
    honest = _baseline(baseline, prepared, info)
    runs: list[Inspected] = []
    skipped: dict[str, str] = {}
    found = find_runs(results)
    if not found:
        raise OrganizerFault("E201", str(results), "it holds no prediction_output/predictions")
    with console.status("inspecting") as status:
        for folder in found:
            name = folder.relative_to(results).as_posix()
            status.update(f"inspecting {printable(name)}")
            try:
                split, run = read_run(folder, prepared, info)
            except OrganizerFault as fault:
                if fault.code not in ("E201", "E225"):
                    raise
                skipped[name] = fault.line()
                continue
            runs.append(Inspected(name, split, inspect(run, honest, info.source)))
    target = out or results
    write_whole(target / REPORT, to_markdown(runs, skipped, baseline.name if baseline else None).encode(), mode=0o600)
    write_whole(target / "look-up.json", to_json(runs, skipped), mode=0o600)
    _print(console, runs, skipped, target / REPORT)
    return 1 if any(run.flagged for run in runs) else 0


def _baseline(folder: Path | None, prepared: Path, info: PreparedInfo) -> Run | None:
    if folder is None:
        return None
    found = find_runs(folder)
    if len(found) != 1:
        raise OrganizerFault("E233", "--baseline", f"{len(found)} runs in it, not one")
    return read_run(found[0], prepared, info)[1]


def _print(console: Console, runs: list[Inspected], skipped: dict[str, str], report: Path) -> None:
    table = Table("run", "split", "tests", "flagged", title="Look-up and copying")
    for run in runs:
        tests = sum(not finding.note for finding in run.findings)
        table.add_row(printable(run.name), run.split, str(tests), "; ".join(map(_short, run.flagged)) or "nothing")
    console.print(table)
    for name, why in skipped.items():
        console.print(f"not inspected: {printable(name)}: {why}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"report, for the organizer only: {report}", markup=False, highlight=False, soft_wrap=True)


def _short(finding: Finding) -> str:
    return f"{finding.kind} {finding.task}{f' {finding.language}' if finding.language else ''} {finding.observed:.0f}"
