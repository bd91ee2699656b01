"""The end of the page: notes, the machine, what protected the run."""

from __future__ import annotations

from scoring_program.page.text import escaped
from scoring_program.page.view import PageView


def notes(view: PageView) -> str:
    """What else the reader should know; empty where there is nothing."""
    if not view.notes:
        return ""
    listed = "".join(f"<li>{escaped(note)}</li>" for note in view.notes)
    return (
        f'<section aria-labelledby="s-notes"><h2 id="s-notes">Notes</h2><ul class="card list">{listed}</ul></section>'
    )


def machine(view: PageView) -> str:
    """What the run ran on and what was in force; empty where neither is known."""
    cards = ""
    if view.environment:
        pairs = "".join(
            f"<dt>{escaped(name, 60)}</dt><dd>{escaped(value, 200)}</dd>" for name, value in view.environment.items()
        )
        only = (
            f'<p class="soft gap">Durations compare only with those of the same hardware: {escaped(view.hardware)}.</p>'
            if view.hardware
            else ""
        )
        cards += f'<div class="card"><h3>Environment</h3><dl class="pairs">{pairs}</dl>{only}</div>'
    if view.protections:
        listed = "".join(f"<li>{escaped(name, 200)}</li>" for name in view.protections)
        cards += f'<div class="card"><h3>Protections in force</h3><ul>{listed}</ul></div>'
    if not cards:
        return ""
    return f'<section aria-labelledby="s-run"><h2 id="s-run">The run</h2><div class="split">{cards}</div></section>'


def footer(view: PageView) -> str:
    """Which build this result belongs to."""
    kind = "sealed" if view.sealed else "not sealed"
    return f'<footer class="foot">Bundle <code>{escaped(view.bundle, 120)}</code>, {kind}.</footer>'
