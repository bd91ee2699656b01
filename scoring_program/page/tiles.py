"""The numbers that everybody looks for first."""

from __future__ import annotations

from scoring_program.page import charts, names, text
from scoring_program.page.view import PageView, TaskScore


def tasks(view: PageView) -> str:
    """The tasks, each with the baseline's mark."""
    tiles = "".join(_task(task) for task in view.tasks)
    if not tiles:
        return ""
    head = '<section aria-labelledby="s-tasks"><h2 id="s-tasks">By task</h2>'
    return f'{head}<dl class="tiles">{tiles}</dl></section>'


def measures(view: PageView) -> str:
    """Duration, speed-up, memory and energy, as far as they were measured."""
    tiles = [_tile("Duration", text.seconds(view.timing.total), "")]
    if view.speedup is not None:
        tiles.append(_tile("Against the baseline", text.times(view.speedup), "as fast"))
    if view.memory_mib is not None:
        tiles.append(_tile("Peak memory", text.memory(view.memory_mib), ""))
    tiles.append(_energy(view))
    return f'<dl class="small">{"".join(tiles)}</dl>'


def _energy(view: PageView) -> str:
    """Energy, and of what; in words where nothing was measured: a number would be taken for one."""
    if view.energy_joules is None:
        return _tile("Energy", "not measured", "no counter to be read here")
    known = (("GPU", view.energy_gpu), ("CPU", view.energy_cpu))
    told = ", ".join(f"{name} {text.energy(joules)}" for name, joules in known if joules is not None)
    return _tile("Energy", text.energy(view.energy_joules), f"{told}; above the idle machine" if told else "")


def _task(task: TaskScore) -> str:
    against = ""
    if task.baseline is not None:
        against = f"{text.difference(task.score - task.baseline, 2)} against the baseline"
    name, picture = names.task_title(task.task), charts.bar(task)
    return (
        f'<div class="tile {names.task_class(task.task)}"><dt>{name}<span>{names.metric(task.task)}</span></dt>'
        f'<dd><span class="number">{text.score(task.score)}</span>{picture}'
        f'<span class="soft">{against}</span></dd></div>'
    )


def _tile(name: str, value: str, below: str) -> str:
    note = f'<span class="soft">{below}</span>' if below else ""
    return f'<div class="tile"><dt>{name}</dt><dd><div class="number">{value}</div>{note}</dd></div>'
