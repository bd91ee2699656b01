"""The whole page: one file, no script, nothing loaded."""

from __future__ import annotations

from datetime import UTC, datetime

from organizer.rehearsal.page import POLICY
from organizer.report import sections
from organizer.report.style import STYLE
from organizer.report.view import ReportView
from scoring_program.page.text import escaped

_SECTIONS = (
    sections.standings,
    sections.efficiency,
    sections.over_phases,
    sections.scores,
    sections.methods,
    sections.attempts,
    sections.findings,
)


def document(view: ReportView) -> str:
    """The report as one HTML document, to be written as UTF-8."""
    body = "\n".join(filter(None, (section(view) for section in _SECTIONS)))
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Results · {escaped(view.title, 120)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{_head(view)}\n{body}\n</main>\n</body>\n</html>\n"
    )


def _head(view: ReportView) -> str:
    copy = "Results" if view.edition == "public" else "Results · organizer's copy, not to be published"
    teams = {team for phase in view.phases for team in phase.entries}
    played = sum(bool(phase.standings.rows) for phase in view.phases)
    moment = datetime.fromtimestamp(view.collected, UTC).strftime("%Y-%m-%d %H:%M UTC")
    numbers = f"{_counted(played, 'phase')} with results, {_counted(len(teams), 'team')}. Collected {moment}."
    notes = "".join(f"<p>{escaped(note)}</p>" for note in view.notes)
    notice = f'<aside class="notice" aria-label="Notice">{notes}</aside>' if notes else ""
    return (
        f'<header><p class="eyebrow">{copy}</p><h1><bdi dir="auto">{escaped(view.title, 120)}</bdi></h1>'
        f'<p class="lead">{numbers}</p>{notice}</header>'
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
