"""The sections of the page."""

from __future__ import annotations

from collections.abc import Sequence

from organizer.build.picture_text import seconds
from organizer.build.ranking_picture import picture
from organizer.report import heat, pieces
from organizer.report.frontier import frontier
from organizer.report.pareto import front
from organizer.report.progress import MOST, progress
from organizer.report.view import Entry, PhaseView, ReportView
from scoring_program.page import text
from scoring_program.page.text import escaped
from scoring_program.standings import Row

TITLES = {1: "most efficient", 2: "second most efficient"}
NOT_MEASURED = '<span class="unmeasured">not measured</span>'
NOT_SAID = '<span class="unmeasured">not said</span>'


def standings(view: ReportView) -> str:
    """The last phase that has results: picture, table, the trail in words."""
    phase = view.last
    if phase is None:
        return pieces.section("standings", "Standings", '<p class="card soft">Nobody has a result yet.</p>')
    kind = "Official standings" if view.official else "Provisional standings"
    return pieces.section(
        "standings",
        f"{kind}: {escaped(phase.name)}",
        pieces.figure(picture(phase.standings, bands(phase))),
        pieces.folded("Standings", order_table(phase), True),
        trail(phase),
    )


def bands(phase: PhaseView) -> dict[str, tuple[float, float]]:
    """The noise bands of the durations that have one."""
    return {team: entry.band for team, entry in phase.entries.items() if entry.band is not None}


def order_table(phase: PhaseView) -> str:
    """One row for each team."""
    adjusted = any(entry.adjusted is not None for _, entry in phase.ordered)
    judged = any(entry.confidence for _, entry in phase.ordered)
    banded = any(entry.band is not None for _, entry in phase.ordered)
    heads = ["Place", "Team", "Score", "Duration", "Place by score", "Moved", "Title"]
    heads += ["Adjusted"] if adjusted else []
    heads += ["Noise band"] if banded else []
    heads += ["Confidence"] if judged else []
    body = []
    for row, entry in phase.ordered:
        cells = [str(row.place), pieces.team(row.team), f"{row.score:.2f}", f"{seconds(row.duration)} s"]
        cells += [str(row.place_by_score), _moved(row), TITLES.get(row.title, "")]
        cells += ["" if entry.adjusted is None else f"{entry.adjusted:.2f}"] if adjusted else []
        cells += [_band(entry)] if banded else []
        cells += [escaped(entry.confidence)] if judged else []
        body.append(cells)
    return pieces.table(heads, body)


def _moved(row: Row) -> str:
    if not row.places_gained:
        return ""
    up = row.places_gained > 0
    arrow = "\N{UPWARDS ARROW}" if up else "\N{DOWNWARDS ARROW}"
    return f'<span class="move-{"up" if up else "down"}">{arrow}{abs(row.places_gained)}</span>'


def _band(entry: Entry) -> str:
    return "" if entry.band is None else f"{seconds(entry.band[0])} to {seconds(entry.band[1])} s"


def trail(phase: PhaseView) -> str:
    """Every move, refusal and title in words, and what noise could have decided."""
    steps = phase.standings.trail
    if not steps:
        return ""
    doubts = _listed("What noise could have decided:", phase.doubts, phase)
    doubts += _listed("What else to know of these runs:", phase.notes, phase)
    title = f"How the order came about <span class=soft>{len(steps)} steps</span>"
    return pieces.folded(title, pieces.sentences(steps) + doubts, len(steps) <= pieces.SHORT)


def _listed(title: str, sentences: Sequence[str], phase: PhaseView) -> str:
    items = "".join(f"<li>{pieces.spoken(sentence, phase.entries)}</li>" for sentence in sentences)
    return f"<p>{title}</p><ul>{items}</ul>" if items else ""


def efficiency(view: ReportView) -> str:
    """Score against duration, and what a run took besides time."""
    phase = view.last
    if phase is None:
        return ""
    note = "The dashed line is the Pareto front: to score more, one has to take more time."
    if not view.baseline.duration:
        note += " The baseline was not measured."
    best = {entry.team for entry in front(phase.entries.values())}
    return pieces.section(
        "efficiency",
        "Efficiency against score",
        pieces.figure(frontier(phase, view.baseline)),
        f'<p class="soft note">{note}</p>',
        pieces.folded("What the runs and the training took", _costs(phase, best), True),
    )


def _costs(phase: PhaseView, best: set[str]) -> str:
    rows = phase.ordered
    most = max((entry.energy for _, entry in rows if entry.energy is not None), default=0.0)
    heads = ("Team", "Pareto front", "Duration", "Energy", "Score per kJ", "Peak memory", "Training compute, as told")
    body = (
        (
            pieces.team(row.team),
            "yes" if row.team in best else "",
            f"{seconds(row.duration)} s",
            _energy(entry, most),
            f"{entry.score / entry.energy * 1000:.3g}" if entry.energy else "",
            text.memory(entry.memory) if entry.memory else text.MISSING,
            _said(entry.training_compute),
        )
        for row, entry in rows
    )
    return pieces.table(heads, body, "words")


def _energy(entry: Entry, most: float) -> str:
    if entry.energy is None:
        return NOT_MEASURED
    width = 60 * entry.energy / most if most else 0
    bar = f'<span class="measure" style="width:{width:.0f}px"></span>'
    return f'<span class="amount">{bar}{text.energy(entry.energy)}</span>'


def _said(answer: str) -> str:
    return f'<bdi dir="auto">{escaped(answer)}</bdi>' if answer.strip() else NOT_SAID


def over_phases(view: ReportView) -> str:
    """Progress, and the standings of the other phases."""
    played = [phase for phase in view.phases if phase.standings.rows]
    if len(played) < 2:
        return ""
    teams = len(played[-1].standings.rows)
    note = f'<p class="soft note">The first {MOST} of {teams} teams.</p>' if teams > MOST else ""
    earlier = (
        pieces.folded(
            escaped(phase.name),
            order_table(phase) + pieces.sentences(phase.standings.trail),
            False,
        )
        for phase in reversed(played[:-1])
    )
    return pieces.section("phases", "Over the phases", pieces.figure(progress(view.phases)), note, *earlier)


def scores(view: ReportView) -> str:
    """By task, then by language where that may be shown."""
    phase = view.last
    if phase is None:
        return ""
    count = len(phase.standings.rows)
    tables = heat.by_language(phase)
    if not phase.detail:
        languages = '<p class="card soft">Scores by language of this phase are shown after its end.</p>'
    elif tables:
        which = f"The first {heat.MOST} of {count} teams; scores.csv has them all." if count > heat.MOST else ""
        note = f'<p class="soft note">{which}</p>' if which else ""
        languages = f'<div class="columns">{tables}</div>{note}'
    else:
        languages = ""
    tasks = pieces.folded("By task", heat.by_task(phase), True)
    return pieces.section("scores", f"Scores: {escaped(phase.name)}", tasks, languages)


def methods(view: ReportView) -> str:
    """What the teams told of their method and base model."""
    phase = view.last
    if phase is None or not any(entry.method or entry.base_model for entry in phase.entries.values()):
        return ""
    body = [(pieces.team(row.team), _said(one.method), _said(one.base_model)) for row, one in phase.ordered]
    content = pieces.table(("Team", "Method", "Base model"), body, "words")
    return pieces.section(
        "methods", "Methods, as the teams tell them", pieces.folded("Methods", content, len(body) <= pieces.SHORT)
    )


def attempts(view: ReportView) -> str:
    """Submissions by phase and team."""
    return pieces.section("attempts", "Attempts", *(_attempts(phase) for phase in view.phases if _any_tries(phase)))


def _any_tries(phase: PhaseView) -> bool:
    return bool(phase.tries or phase.unnamed)


def _attempts(phase: PhaseView) -> str:
    body: Sequence[tuple[str, ...]] = [
        (
            pieces.team(one.team) + ("" if one.named else " (no team)"),
            *map(str, (one.submissions, one.finished, one.failed, one.deleted)),
        )
        for one in phase.tries
    ]
    total = sum(one.submissions for one in phase.tries) + phase.unnamed
    note = f'<p class="soft">And {phase.unnamed} of accounts without a team.</p>' if phase.unnamed else ""
    teams = sum(one.named for one in phase.tries)
    title = f"{escaped(phase.name)} <span class=soft>{total} submissions of {teams} teams</span>"
    heads = ("Team", "Submissions", "Finished", "Failed", "Deleted")
    return pieces.folded(title, pieces.table(heads, body, "tries numbers") + note, False)


def findings(view: ReportView) -> str:
    """The organizer's copy: what audit and look-up detector found."""
    if view.edition != "organizer":
        return ""
    if not view.findings:
        return pieces.section("findings", "Findings", '<p class="card soft">None in this folder.</p>')
    body = [
        (escaped(one.source), f'<bdi dir="auto">{escaped(one.about)}</bdi>', escaped(one.text)) for one in view.findings
    ]
    return pieces.section(
        "findings",
        "Findings, for the organizer only",
        pieces.card("All", pieces.table(("From", "About", "What"), body, "words")),
    )
