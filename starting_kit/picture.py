"""A picture of runs: score against seconds, of trainings and of evaluations each, and the scores by task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

if TYPE_CHECKING:
    from runs import Run

ENDINGS = (".svg", ".png")
DIRECTIONS = ((1, 0.7), (1, -0.7), (-1, 0.7), (-1, -0.7), (0, 1), (0, -1), (1.2, 0), (-1.2, 0))
PLACES = tuple((ring * x, ring * y) for ring in range(11, 84, 9) for x, y in DIRECTIONS)
"""Where the middle of a point's number may stand, in points from it; the first place that is free is taken."""
WIDE, HIGH = 13.0, 10.0
"""Points: another number or point in so wide and high a neighbourhood, and the place is not free."""
MOST_BARS = 12
"""With more runs than that no colour can be told from another: the newest are shown."""

Numbered = Sequence[tuple[int, "Run"]]


def draw(runs: Sequence[Run], path: Path) -> None:
    """Write the picture, PNG or SVG by the file's ending; a run has its number in the table.

    Raises:
        OrganizerFault: E201 without matplotlib, E233 for another ending.

    """
    if path.suffix not in ENDINGS:
        raise OrganizerFault("E233", str(path), "not a picture's name", f"Let it end with {' or '.join(ENDINGS)}.")
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise OrganizerFault("E201", "matplotlib", "not installed", "pip install matplotlib") from None
    shown = [(number, run) for number, run in enumerate(runs, start=1) if run.score is not None]
    figure = Figure(figsize=(12, 5.5), layout="constrained")
    training, evaluation, tasks = figure.subplots(1, 3, width_ratios=(3, 3, 5))
    timed = [(number, run) for number, run in shown if run.seconds is not None]
    scatter(training, [pair for pair in timed if pair[1].kind != "evaluate"], "trainings: score and seconds")
    scatter(evaluation, [pair for pair in timed if pair[1].kind == "evaluate"], "evaluations: score and duration")
    bars(tasks, shown[-MOST_BARS:], "by task" if len(shown) <= MOST_BARS else f"by task, the newest {MOST_BARS}")
    if shown:
        figure.legend(*tasks.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize="small")
    figure.draw_without_rendering()  # numbers are placed when the axes have their size
    for axes in (training, evaluation):
        number_points(axes)
    figure.savefig(path, dpi=120)


def scatter(axes: Any, pairs: Numbered, title: str) -> None:  # noqa: ANN401 - matplotlib's Axes
    """Score against seconds; one colour for each kind."""
    for kind in dict.fromkeys(run.kind for _, run in pairs):
        own = [(number, run) for number, run in pairs if run.kind == kind]
        points = axes.scatter([run.seconds for _, run in own], [run.score for _, run in own], label=kind, zorder=2)
        points.set_gid(" ".join(str(number) for number, _ in own))
    axes.set(xlabel="seconds", ylabel="score on dev", title=title, ylim=(0, 100))
    axes.set_xlim(0, 1.15 * max((run.seconds for _, run in pairs if run.seconds), default=1.0))
    axes.grid(alpha=0.3)
    if pairs:
        axes.legend(loc="lower right")
    else:
        axes.text(0.5, 0.5, "none", transform=axes.transAxes, ha="center")


def number_points(axes: Any) -> None:  # noqa: ANN401 - matplotlib's Axes
    """Write each point's number where it covers neither a point nor another number; a line leads to one far away."""
    scale = 72 / axes.figure.dpi  # from pixels to points
    found = [
        (number, place, tuple(scale * axes.transData.transform(place)))
        for points in axes.collections
        for number, place in zip(points.get_gid().split(), points.get_offsets().tolist(), strict=True)
    ]
    taken = [at for _, _, at in found]
    for number, place, (x, y) in found:
        dx, dy = next((way for way in PLACES if is_free((x + way[0], y + way[1]), taken)), PLACES[-1])
        taken.append((x + dx, y + dy))
        line = {"arrowstyle": "-", "color": "0.6", "shrinkB": 3} if max(abs(dx), abs(dy)) > 15 else None
        around = {"ha": "center", "va": "center", "fontsize": "small", "arrowprops": line}
        axes.annotate(number, place, textcoords="offset points", xytext=(dx, dy), **around)


def is_free(middle: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    """Whether a number fits there."""
    return all(abs(middle[0] - x) >= WIDE or abs(middle[1] - y) >= HIGH for x, y in taken)


def bars(axes: Any, shown: Numbered, title: str) -> None:  # noqa: ANN401 - matplotlib's Axes
    """The scores by task, a group for each; what was not scored has no bar."""
    from matplotlib import colormaps

    width = 0.84 / max(len(shown), 1)
    for place, (number, run) in enumerate(shown):
        scored = [(column, run.tasks[task]) for column, task in enumerate(TASKS) if task in run.tasks]
        at = [column + (place - (len(shown) - 1) / 2) * width for column, _ in scored]
        colour = colormaps["tab20"](place)
        label = f"{number}: {run.kind} {run.name}" + (f" ({run.on})" if run.on and not run.on.startswith("all") else "")
        axes.bar(at, [y for _, y in scored], width * 0.9, color=colour, label=label)
    axes.set_xticks(range(len(TASKS)), [task.title for task in TASKS.values()])
    axes.set(ylabel="score on dev", title=title, ylim=(0, 100))
