"""Where the time went."""

from __future__ import annotations

from scoring_program.page import charts, names, text
from scoring_program.page.tiles import measures
from scoring_program.page.view import PageView, Timing


def efficiency(view: PageView) -> str:
    """The duration and its parts; empty where nothing was timed."""
    timing = view.timing
    if not timing.total > 0:
        return ""
    parts = _parts(timing)
    whole = sum(amount for _, _, amount in parts)
    rows = "".join(
        f'<tr><th scope="row">{charts.swatch(kind)}{name}</th><td class="r">{text.seconds(amount)}</td>'
        f'<td class="r">{text.share(amount, whole)}</td></tr>'
        for kind, name, amount in parts
    )
    picture = charts.stack([(kind, amount) for kind, _, amount in parts], whole)
    repeats = ""
    if len(timing.repeats) > 1:
        listed = ", ".join(text.seconds(total) for total in timing.repeats)
        repeats = f'<p class="soft">Timed {len(timing.repeats)} times: {listed}. The median counts.</p>'
    table = (
        '<table><caption class="soft">Where the time went, in seconds with two digits</caption><thead><tr>'
        '<th scope="col">Part</th><th scope="col" class="r">Time</th><th scope="col" class="r">Share</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    return (
        '<section aria-labelledby="s-time"><h2 id="s-time">Efficiency</h2>'
        f'{measures(view)}<div class="card gap">{picture}{table}{repeats}</div></section>'
    )


def _parts(timing: Timing) -> list[tuple[str, str, float]]:
    """(CSS class, name, seconds): start-up, the tasks, and what is left, where it is more than a trace.

    Rounded before anything is drawn or divided: widths and shares would give the exact times away.
    """
    parts = [("t-startup", "Start and loading", timing.startup)]
    parts += [(names.task_class(task), names.task_title(task), amount) for task, amount in timing.tasks.items()]
    rest = timing.total - sum(amount for _, _, amount in parts)
    if rest > 0.005 * timing.total:
        parts.append(("t-other", "Between the tasks", rest))
    return [(kind, name, text.rounded(amount)) for kind, name, amount in parts if amount > 0]
