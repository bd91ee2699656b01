"""One edition's folder: the page, the pictures as files of their own, all scores as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from organizer.build.ranking_picture import picture
from organizer.report.browser import write_png
from organizer.report.document import document
from organizer.report.frontier import frontier
from organizer.report.progress import progress
from organizer.report.sections import bands
from organizer.report.view import Edition, PhaseView, ReportView
from organizer.results.harmless import for_spreadsheet
from xtreme_tasks.files import write_whole
from xtreme_tasks.tasks import TASKS, parts

PAGE = "index.html"
TABLE = "scores.csv"
_MODES: dict[Edition, int] = {"public": 0o644, "organizer": 0o600}


def write_edition(folder: Path, view: ReportView, browser: str | None) -> list[Path]:
    """Write everything; the page comes last, so that what it stands beside is there.

    Args:
        folder: receives it.
        view: what is shown.
        browser: draws the PNG; None leaves them out.

    Raises:
        OrganizerFault: E232.

    """
    mode = _MODES[view.edition]
    written = []
    for name, drawn in pictures(view).items():
        path = folder / "pictures" / f"{name}.svg"
        write_whole(path, drawn.encode() + b"\n", mode)
        written.append(path)
        if browser is not None:
            write_png(browser, drawn, path.with_suffix(".png"))
            written.append(path.with_suffix(".png"))
    write_whole(folder / TABLE, table(view).encode(), mode)
    write_whole(folder / PAGE, document(view).encode(), mode)
    return [*written, folder / TABLE, folder / PAGE]


def pictures(view: ReportView) -> dict[str, str]:
    """SVG by name, of what there is."""
    last = view.last
    if last is None:
        return {}
    drawn = {f"standings-{one.key}": picture(one.standings, bands(one)) for one in view.phases if one.standings.rows}
    return {**drawn, "efficiency": frontier(last, view.baseline), "progress": progress(view.phases)}


def table(view: ReportView) -> str:
    """One row for each phase and team, with every score that may be shown."""
    keys = [f"{task}/{language}" for task, language in parts()]
    heads = ["phase", "place", "team", "score", "duration_seconds", "place_by_score", "places_gained", "energy_joules"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*heads, *TASKS, *keys])
    for phase in view.phases:
        writer.writerows(_rows(phase, keys))
    return out.getvalue()


def _rows(phase: PhaseView, keys: list[str]) -> list[list[object]]:
    rows: list[list[object]] = []
    for row, entry in phase.ordered:
        own: list[object] = [phase.key, row.place, for_spreadsheet(row.team), row.score, row.duration]
        own += [row.place_by_score, row.places_gained, "" if entry.energy is None else entry.energy]
        own += [entry.tasks.get(task, "") for task in TASKS]
        rows.append([*own, *(entry.parts.get(key, "") for key in keys)])
    return rows
