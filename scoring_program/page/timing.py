"""Where the time went."""

from __future__ import annotations

from collections.abc import Mapping

from scoring_program.page import charts, names, text
from scoring_program.page.spent import by_language
from scoring_program.page.tiles import measures
from scoring_program.page.view import PageView, Timing

Part = tuple[str, str, float]  # CSS class, name, seconds
WORTH_A_WORD = 0.005
"""Share of the cores' time, taken by others, from which on the page speaks of it."""


def efficiency(view: PageView) -> str:
    """The duration and its parts; empty where nothing was timed."""
    timing = view.timing
    if not timing.total > 0:
        return ""
    parts = _parts(timing)
    repeats = ""
    if len(timing.repeats) > 1:
        listed = ", ".join(text.seconds(total) for total in timing.repeats)
        repeats = f'<p class="soft">Timed {len(timing.repeats)} times: {listed}. The median counts.</p>'
    return (
        '<section aria-labelledby="s-time"><h2 id="s-time">Efficiency</h2>'
        f'{measures(view)}<div class="card gap">{_pictures(timing, parts)}{_table(parts)}{repeats}'
        f"{_measured(timing)}</div>{by_language(view)}</section>"
    )


def _pictures(timing: Timing, parts: list[Part]) -> str:
    """This run, and the baseline on the same scale where it was measured."""
    whole = sum(amount for _, _, amount in parts)
    if not (baseline := _baseline(timing)):
        return charts.stack([(kind, amount) for kind, _, amount in parts], whole)
    other = sum(amount for _, _, amount in baseline)
    return "".join(
        f'<p class="soft">{title}: {text.seconds(total)}</p>'
        + charts.stack([(kind, amount) for kind, _, amount in rows], max(whole, other))
        for title, rows, total in (("This run", parts, _wall(timing)), ("The baseline", baseline, other))
    )


def _table(parts: list[Part]) -> str:
    whole = sum(amount for _, _, amount in parts)
    rows = "".join(
        f'<tr><th scope="row">{charts.swatch(kind)}{name}</th><td class="r">{text.seconds(amount)}</td>'
        f'<td class="r">{text.share(amount, whole)}</td></tr>'
        for kind, name, amount in parts
    )
    return (
        '<table><caption class="soft">Where the time went, in seconds of the clock with two digits</caption><thead><tr>'
        '<th scope="col">Part</th><th scope="col" class="r">Time</th><th scope="col" class="r">Share</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _parts(timing: Timing) -> list[Part]:
    """Start-up, loading, the tasks, and what is left, where it is more than a trace."""
    wall = _wall(timing)
    loading = min(max(timing.loading, 0.0), timing.startup)
    parts = _first(timing.startup, loading) + _tasks(timing.tasks)
    rest = wall - timing.startup - sum(timing.tasks.values())
    if rest > 0.005 * wall:
        parts.append(("t-other", "Between the tasks", rest))
    return _shown(parts)


def _wall(timing: Timing) -> float:
    return timing.total if timing.wall is None else timing.wall


def _baseline(timing: Timing) -> list[Part]:
    if timing.baseline is None:
        return []
    return _shown(_first(timing.baseline.startup, 0.0) + _tasks(timing.baseline.tasks))


def _first(startup: float, loading: float) -> list[Part]:
    if not loading:
        return [("t-startup", "Start and loading", startup)]
    return [("t-startup", "Start and imports", startup - loading), ("t-loading", "Loading the model", loading)]


def _tasks(tasks: Mapping[str, float]) -> list[Part]:
    return [(names.task_class(task), names.task_title(task), amount) for task, amount in tasks.items()]


def _shown(parts: list[Part]) -> list[Part]:
    """Rounded before anything is drawn or divided: widths and shares would give the exact times away."""
    return [(kind, name, text.rounded(amount)) for kind, name, amount in parts if amount > 0]


def _measured(timing: Timing) -> str:
    """What the clock's seconds count for, and how sure that is, in words."""
    reason = text.escaped(timing.reason, 200)
    if timing.kind == "normalised":
        speed = f"{text.percent(timing.speed)} of its nominal speed"
        said = (
            f"The clock ran {text.seconds(timing.wall)}, while the machine had {speed}; at the nominal speed that is "
            f"{text.seconds(timing.total)}, which counts{f' ({reason})' if reason else ''}."
        )
    elif timing.kind == "void":
        counts = (
            "The clock's seconds count as they are"
            if timing.speed == 1
            else f"The clock ran {text.seconds(timing.wall)}, and {text.seconds(timing.total)} count"
        )
        said = (
            f"{counts}: the submission's processes did not stand still while the machine's speed was "
            f"measured{f' ({reason})' if reason else ''}."
        )
    elif timing.kind == "raw":
        said = f"The clock's seconds count as they are{f': {reason}' if reason else ''}."
    else:
        return ""
    return f'<p class="soft gap">{said}{_taken(timing)} {_band(timing)}</p>'


def _taken(timing: Timing) -> str:
    if timing.contended < WORTH_A_WORD:
        return ""
    share, off = text.percent(timing.contended), "taken off" if timing.kind == "normalised" else "not taken off"
    return (
        f" Other programs on the worker took {share} of its cores' time from the submission, which was {off}; how "
        "much that slowed it depends on its code, so the noise is larger than on a quiet machine."
    )


def _band(timing: Timing) -> str:
    if timing.band is None or not timing.band[0] <= timing.total <= timing.band[1]:
        return "How much they would scatter is not known."
    low, high = (text.percent(abs(edge / timing.total - 1), 1) for edge in timing.band)
    return f"Noise: with 95 % confidence the same code would take from {low} less to {high} more."
