"""`competition check`: what an organizer sees of the lint."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from itertools import groupby
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
        for identifier, group in groupby(problems, lambda problem: problem.id):
            _show(console, identifier, list(group))
        _line(console, _summary(path, problems))
    return int(any(problem.severity == "error" for problem in problems))


def _show(console: Console, identifier: str, problems: list[Problem]) -> None:
    """The check, each place, each remedy once."""
    title = next(one.title for one in CHECKS if one.id == identifier)
    severity = problems[0].severity
    _line(console, f"{identifier} {severity}: {title}", _STYLES[severity])
    for problem in problems:
        _line(console, f"     {problem.place}: {problem.what}")
    for remedy in dict.fromkeys(problem.remedy for problem in problems):
        _line(console, f"     -> {remedy}")


def _line(console: Console, text: str, style: str = "") -> None:
    # The bundle's own words must not be read as markup, and a path must stay in one piece.
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _summary(path: Path, problems: list[Problem]) -> str:
    counts = Counter(problem.severity for problem in problems)
    parts = [f"{counts[name]} {name}{'' if counts[name] == 1 else 's'}" for name in SEVERITIES]
    return f"{printable(path.name)}: {', '.join(parts)} ({len(CHECKS)} checks)"
