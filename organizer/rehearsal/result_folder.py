"""What a rehearsal leaves: JSON of every phase, the pictures, and one page that shows and links it all."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from organizer.build.ranking_picture import picture
from organizer.rehearsal.contest import Attempt, PhaseOutcome
from xtreme_tasks.files import write_whole

_STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:62rem;padding:1rem;color:#1b2440;background:#fff}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-top:1px solid #c9d3e6;padding-top:1rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}
th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid #e3e8f2;white-space:nowrap}
th:nth-child(2),td:nth-child(2){text-align:left}
ol.trail{font-size:.9rem}figure{margin:1rem 0;overflow-x:auto}code{font-size:.85em}
@media print{body{max-width:none}h2{break-before:page}}
"""


def write_results(folder: Path, title: str, engine: str, outcomes: Sequence[PhaseOutcome]) -> Path:
    """Write everything and return the page's path.

    Raises:
        OrganizerFault: E232.
    """
    for outcome in outcomes:
        phase = folder / outcome.phase.key
        write_whole(phase / "leaderboard.json", _json([dataclasses.asdict(row) for row in outcome.board.rows()]))
        write_whole(phase / "standings.json", _json(dataclasses.asdict(outcome.standings)))
        write_whole(phase / "attempts.json", _json([_attempt(attempt, folder) for attempt in outcome.attempts]))
        if outcome.standings.rows:
            write_whole(phase / "standings.svg", picture(outcome.standings).encode() + b"\n")
    page = folder / "index.html"
    write_whole(page, _page(folder, title, engine, outcomes).encode())
    return page


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _attempt(attempt: Attempt, folder: Path) -> dict[str, object]:
    ran = attempt.ran
    return {
        "phase": attempt.phase,
        "team": attempt.team,
        "submission": attempt.submission,
        "status": "Refused" if ran is None else ran.status,
        "message": "" if ran is None else ran.messages.strip(),
        "folder": "" if ran is None else ran.folder.relative_to(folder).as_posix(),
    }


def _page(folder: Path, title: str, engine: str, outcomes: Sequence[PhaseOutcome]) -> str:
    sections = "\n".join(_section(folder, outcome) for outcome in reversed(outcomes))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Rehearsal: {escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>Rehearsal: {escape(title)}</h1><p>Engine: {escape(engine)}. The last phase comes first.</p>"
        f"{sections}</body></html>\n"
    )


def _section(folder: Path, outcome: PhaseOutcome) -> str:
    drawn = picture(outcome.standings) if outcome.standings.rows else "<p>Nobody has a result.</p>"
    trail = "".join(f"<li>{escape(step.sentence)}</li>" for step in outcome.standings.trail)
    return (
        f"<h2>{escape(outcome.phase.name)}</h2><figure>{drawn}</figure>"
        f"<h3>Why</h3><ol class=trail>{trail}</ol>"
        f"<h3>Hosted leaderboard before the re-ranking</h3>{_board(outcome)}"
        f"<h3>Attempts</h3>{_attempts(folder, outcome)}"
    )


def _board(outcome: PhaseOutcome) -> str:
    columns = outcome.board.columns
    head = "".join(f"<th>{escape(column.title)}</th>" for column in columns)
    rows = "".join(
        f"<tr><td>{place}</td><td>{escape(row.team)}</td>"
        + "".join(f"<td>{_cell(row.scores.get(column.key))}</td>" for column in columns)
        + "</tr>"
        for place, row in enumerate(outcome.board.rows(), start=1)
    )
    table = f"<thead><tr><th>place</th><th>team</th>{head}</tr></thead><tbody>{rows}</tbody>"
    return f"<div class=wide><table>{table}</table></div>"


def _cell(score: float | None) -> str:
    return "n/a" if score is None else f"{score:.2f}"


def _attempts(folder: Path, outcome: PhaseOutcome) -> str:
    rows = []
    for attempt in outcome.attempts:
        ran = attempt.ran
        if ran is None:
            said, link = "the platform takes no further submission in this phase", ""
        else:
            said = ran.messages.strip().splitlines()[-1] if ran.messages.strip() else ran.status
            page = ran.folder / "scoring_output" / "detailed_results.html"
            address = quote(page.relative_to(folder).as_posix())
            link = f'<a href="{address}">detail page</a>' if page.is_file() else ""
        status = "refused" if ran is None else ran.status
        rows.append(f"<li><b>{escape(attempt.team)}</b>, {status}: <code>{escape(said)}</code> {link}</li>")
    return f"<ul>{''.join(rows)}</ul>"
