"""`competition check`: what an organizer sees of the lint."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path

from rich.console import Console

from organizer.check.check import CHECKS, check_bundle
from organizer.check.problem import SEVERITIES, Problem, Severity
from xtreme_tasks.faults import printable

_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "dim"}


def check_command(console: Console, path: Path, as_json: bool = False) -> int:
    """Print every problem with its remedy; 0 if none is an error, 1 otherwise.

    Raises:
        OrganizerFault: E201 if there is nothing at `path`.

    """
    problems = check_bundle(path)
    if as_json:
        console.print_json(json.dumps([dataclasses.asdict(problem) for problem in problems]))
    else:
        for problem in problems:
            _show(console, problem)
        console.print(_summary(path, problems), markup=False, highlight=False, soft_wrap=True)
    return int(any(problem.severity == "error" for problem in problems))


def _show(console: Console, problem: Problem) -> None:
    heading = f"{problem.id} {problem.severity:<7} {problem.place}: {_title(problem.id)}: {problem.what}"
    console.print(heading, style=_STYLES[problem.severity], markup=False, highlight=False, soft_wrap=True)
    console.print(f"             {problem.remedy}", markup=False, highlight=False, soft_wrap=True)


def _title(identifier: str) -> str:
    return next(one.title for one in CHECKS if one.id == identifier)


def _summary(path: Path, problems: list[Problem]) -> str:
    counts = Counter(problem.severity for problem in problems)
    parts = [f"{counts[name]} {name}{'' if counts[name] == 1 else 's'}" for name in SEVERITIES]
    return f"{printable(path.name)}: {', '.join(parts)} ({len(CHECKS)} checks)"
