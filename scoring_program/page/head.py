"""The top of the page: the verdict, and what an unsealed bundle has to say about itself."""

from __future__ import annotations

from scoring_program.page import names, text
from scoring_program.page.text import escaped
from scoring_program.page.view import PageView, Verdict

UNSEALED = (
    "The data of this bundle are not secret, and its signatures prove nothing: anybody could have read the labels or "
    "written this result. Use it to try the competition out, not to decide it."
)


def verdict(view: PageView) -> str:
    """The first thing on the page: how the run ended."""
    eyebrow = f'<p class="eyebrow">{escaped(view.title, 120)} · {names.phase_title(view.phase)}</p>'
    block = _scored(view) if view.verdict.ok else _fault(view.verdict)
    return f"<header>{eyebrow}{block}</header>"


def unsealed(view: PageView) -> str:
    """The notice of a demonstration; empty for sealed data."""
    if view.sealed:
        return ""
    return (
        f'<aside class="notice" aria-label="Demonstration"><h2>Demonstration, not sealed</h2><p>{UNSEALED}</p></aside>'
    )


def _scored(view: PageView) -> str:
    figures = _figure("Score", text.score(view.score), "mean of the tasks, 0\N{EN DASH}100")
    if view.adjusted is not None:
        tag = ' <span class="tag">provisional</span>' if view.provisional else ""
        below = "the other teams' results can change it" if view.provisional else "after the efficiency adjustment"
        figures += _figure(f"Adjusted score{tag}", text.score(view.adjusted), escaped(view.adjustment) or below)
    return (
        f'<div class="verdict good"><div><span class="pill">Scored</span>{_counted(view.verdict)}'
        '<h1>The run is complete</h1><p class="lead">Every answer was accepted and scored.</p></div>'
        f'<dl class="figures">{figures}</dl></div>'
    )


def _figure(name: str, value: str, below: str) -> str:
    return f'<div><dt>{name}</dt><dd><div class="number">{value}</div><span class="soft">{below}</span></dd></div>'


def _fault(fault: Verdict) -> str:
    team = fault.owner == "team"
    whose = "The submission has to be mended" if team else "The submission is not at fault"
    rows = [("Code", f"<code>{escaped(fault.code)}</code>")]
    if fault.where:
        rows.append(("Place", f"<code>{escaped(fault.where)}</code>"))
    if fault.detail:
        rows.append(("In this case", escaped(fault.detail)))
    rows += [("What to do", escaped(fault.remedy)), ("Attempt", _attempt(fault))]
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return (
        f'<div class="verdict {"bad" if team else "warn"}"><span class="pill">{whose}</span>{_counted(fault)}'
        f'<h1>{escaped(fault.what)}</h1><dl class="facts">{listed}</dl></div>'
    )


def _counted(fault: Verdict) -> str:
    return f'<span class="pill plain">{"The attempt counts" if fault.counts else "The attempt does not count"}</span>'


def _attempt(fault: Verdict) -> str:
    """Whether the attempt is used up, and why."""
    if fault.counts:
        return "It counts, with score 0: the hidden data had been handed out."
    if fault.owner == "team":
        return "It does not count: nothing hidden had been handed out. Mend the submission and send it again."
    return "It does not count. The organizer can find the reason by this code: ask there if a question is left."
