"""The page of a rehearsal: every phase with its standings, picture, reasons, leaderboard and attempts; no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from organizer.build.picture_text import seconds
from organizer.build.ranking_picture import picture
from organizer.rehearsal.contest import Attempt, PhaseOutcome
from organizer.rehearsal.page_style import STYLE
from scoring_program.page.text import difference, escaped
from scoring_program.standings import Row

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
FILES: Mapping[str, str] = {
    "standings.json": "standings with the reasons",
    "leaderboard.json": "leaderboard",
    "attempts.json": "attempts",
    "standings.svg": "picture",
}
SHORT_TRAIL = 20  # lines of reasons that are shown at once


def page(folder: Path, title: str, engine: str, outcomes: Sequence[PhaseOutcome]) -> str:
    """The page as one HTML document.

    Args:
        folder: the result folder, whose files are linked where they exist.
        title: the competition's.
        engine: where the programs ran.
        outcomes: in the order of the phases; the last one comes first on the page.

    """
    shown = list(reversed(outcomes))
    teams = {attempt.team for outcome in outcomes for attempt in outcome.attempts}
    numbers = f"{_counted(len(outcomes), 'phase')}, {_counted(len(teams), 'team')}, engine: {escaped(engine)}"
    links = " ".join(f'<a href="#{_anchor(one)}">{escaped(one.phase.name)}</a>' for one in shown)
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Rehearsal · {escaped(title, 120)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<header><p class="eyebrow">Rehearsal</p><h1>{escaped(title, 120)}</h1><p class="lead">{numbers}.</p>'
        f'<nav aria-label="Phases">{links}</nav></header>\n'
        + "\n".join(_phase(folder, outcome) for outcome in shown)
        + "\n</main>\n</body>\n</html>\n"
    )


def _phase(folder: Path, outcome: PhaseOutcome) -> str:
    rows = outcome.standings.rows
    if rows:
        drawn = f'<figure class="card picture">{picture(outcome.standings)}</figure>'
        standings = f'<div class="card"><h3>Re-ranked</h3>{_standings(rows)}</div>{drawn}{_reasons(outcome)}'
    else:
        standings = '<p class="card soft">Nobody has a result.</p>'
    attempts = f"{_attempts(folder, outcome)}</div>{_files(folder, outcome)}"
    return (
        f'<section class="phase" id="{_anchor(outcome)}"><h2>{escaped(outcome.phase.name)}</h2><div class="stacked">'
        f'{standings}<div class="card"><h3>Hosted leaderboard, before the re-ranking</h3>{_leaderboard(outcome)}</div>'
        f'<div class="card"><h3>Attempts</h3>{attempts}</div></section>'
    )


def _standings(rows: Iterable[Row]) -> str:
    body = (
        (
            str(row.place),
            _team(row.team),
            f"{row.score:.2f}",
            f"{seconds(row.duration)} s",
            str(row.place_by_score),
            difference(row.places_gained, 0) if row.places_gained else "",
        )
        for row in rows
    )
    return _table(("Place", "Team", "Score", "Duration", "Place by score", "Gained"), body)


def _reasons(outcome: PhaseOutcome) -> str:
    steps = outcome.standings.trail
    if not steps:
        return ""
    listed = "".join(f"<li>{escaped(step.sentence)}</li>" for step in steps)
    opened = " open" if len(steps) <= SHORT_TRAIL else ""
    title = f"<summary><h3>Why</h3> <span class=soft>{_counted(len(steps), 'step')}</span></summary>"
    return f'<details class="card"{opened}>{title}<ol>{listed}</ol></details>'


def _leaderboard(outcome: PhaseOutcome) -> str:
    columns = outcome.board.columns
    body = (
        (str(place), _team(row.team), *(_score(row.scores.get(column.key)) for column in columns))
        for place, row in enumerate(outcome.board.rows(), start=1)
    )
    return _table(("Place", "Team", *(escaped(column.title) for column in columns)), body)


def _attempts(folder: Path, outcome: PhaseOutcome) -> str:
    body = (
        (str(attempt.submission), _team(attempt.team), _status(attempt), _said(attempt), _link(folder, attempt))
        for attempt in outcome.attempts
    )
    return _table(("No.", "Team", "Status", "What the team reads", "Page"), body, "attempts")


def _status(attempt: Attempt) -> str:
    name = "Refused" if attempt.ran is None else attempt.ran.status
    return f'<span class="state {"fine" if name == "Finished" else "off"}">{escaped(name)}</span>'


def _said(attempt: Attempt) -> str:
    if attempt.ran is None:
        return "the platform takes no further submission in this phase"
    lines = attempt.ran.messages.strip().splitlines()
    return f"<code>{escaped(lines[-1] if lines else '')}</code>"


def _link(folder: Path, attempt: Attempt) -> str:
    if attempt.ran is None:
        return ""
    found = attempt.ran.folder / "scoring_output" / "detailed_results.html"
    return f'<a href="{quote(found.relative_to(folder).as_posix())}">detail</a>' if found.is_file() else ""


def _files(folder: Path, outcome: PhaseOutcome) -> str:
    key = outcome.phase.key
    links = ", ".join(
        f'<a href="{quote(f"{key}/{name}")}">{what}</a>'
        for name, what in FILES.items()
        if (folder / key / name).is_file()
    )
    return f'<p class="soft">Files: {links}.</p>'


def _table(heads: Sequence[str], body: Iterable[Sequence[str]], kind: str = "numbers") -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in body)
    table = f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _team(name: str) -> str:
    return f'<bdi class="team">{escaped(name, 60)}</bdi>'


def _score(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}"


def _anchor(outcome: PhaseOutcome) -> str:
    return quote(outcome.phase.key, safe="")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
