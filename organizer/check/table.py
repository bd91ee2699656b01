"""The table of all checks for the documentation: `python -m organizer.check.table > docs/check.md`."""

from __future__ import annotations

from organizer.check.check import CHECKS
from organizer.check.problem import MEANINGS, SEVERITIES

_HEAD = """# What `competition check` looks for

`competition check BUNDLE` reads a Codabench bundle (version 2; a zip or a folder, built here or by anybody) as the
platform would, and prints each problem with its place and its remedy. Nothing of the bundle is run, imported or
extracted to a place where something else reads it. The exit code is 0 if there is no error, 1 otherwise.

This page is written by `python -m organizer.check.table > docs/check.md`. A new check is one function in one of the
modules `organizer/check/checks_*.py`, with its name in that module's `CHECKS`.
"""


def table() -> str:
    """The page."""
    meanings = "\n".join(f"- **{name}**: {MEANINGS[name]}." for name in SEVERITIES)
    rows = [f"| {one.id} | {one.severity} | {_cell(one.title)} | {_cell(one.remedy)} |" for one in CHECKS]
    lines = "\n".join(sorted(rows))
    head = f"{_HEAD}\n{meanings}\n\n{len(CHECKS)} checks:\n"
    return f"{head}\n| id | severity | what | remedy |\n|---|---|---|---|\n{lines}\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(table(), end="")
