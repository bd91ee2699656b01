"""The numbers that everybody looks for first."""

from __future__ import annotations

from scoring_program.page import charts, names, text
from scoring_program.page.view import PageView, TaskScore


def scores(view: PageView) -> str:
    """The score, the adjusted score and the four tasks."""
    tiles = [_tile("Score", text.score(view.score), "mean of the tasks, 0-100", "wide")]
    if view.adjusted is not None:
        tag = '<span class="tag">provisional</span>' if view.provisional else ""
        below = text.escaped(view.adjustment) or (
            "The other teams' results can still change it." if view.provisional else "after the efficiency adjustment"
        )
        tiles.append(_tile(f"Adjusted score {tag}", text.score(view.adjusted), below, "wide"))
    tiles += [_task(task) for task in view.tasks]
    return f'<section aria-labelledby="s-scores"><h2 id="s-scores">Scores</h2><dl class="tiles">{"".join(tiles)}</dl></section>'


def efficiency(view: PageView) -> str:
    """Duration, speed-up, memory and energy, as far as they were measured."""
    tiles = [_tile("Duration", text.seconds(view.timing.total), "")]
    if view.speedup is not None:
        tiles.append(_tile("Against the baseline", text.times(view.speedup), "as fast"))
    if view.memory_mib is not None:
        tiles.append(_tile("Peak memory", text.memory(view.memory_mib), ""))
    if view.energy_joules is not None:
        tiles.append(_tile("GPU energy", text.energy(view.energy_joules), ""))
    return f'<dl class="small">{"".join(tiles)}</dl>'


def _task(task: TaskScore) -> str:
    against = ""
    if task.baseline is not None:
        against = f"{text.difference(task.score - task.baseline, 2)} against the baseline"
    name, picture = names.task_title(task.task), charts.bar(task)
    return (
        f'<div class="tile {names.task_class(task.task)}"><dt>{name}<span>{names.metric(task.task)}</span></dt>'
        f'<dd><span class="number">{text.score(task.score)}</span>{picture}<span class="soft">{against}</span></dd></div>'
    )


def _tile(name: str, value: str, below: str, kind: str = "") -> str:
    note = f'<span class="soft">{below}</span>' if below else ""
    return f'<div class="tile {kind}"><dt>{name}</dt><dd><div class="number">{value}</div>{note}</dd></div>'
