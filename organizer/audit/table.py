"""The table of all checks for the documentation: `python -m organizer.audit.table > docs/audit-checks.md`."""

from __future__ import annotations

from organizer.audit.audit import CHECKS
from organizer.audit.exposure import MEANINGS as VERDICTS
from organizer.audit.finding import MEANINGS
from organizer.check.problem import SEVERITIES

_HEAD = """# What `competition audit` looks for

Each finding names submission, account, team and phase where there is one, and what to do; [audit.md](audit.md) says
how the results are judged. This page is written by `python -m organizer.audit.table > docs/audit-checks.md`. A new
check is one function in one of the modules `organizer/audit/checks_*.py`, with its name in that module's `CHECKS`.
"""


def table() -> str:
    """The page."""
    meanings = "\n".join(f"- **{name}**: {MEANINGS[name]}." for name in SEVERITIES)
    rows = sorted(f"| {one.id} | {one.severity} | {one.title} | {one.remedy} |" for one in CHECKS)
    rows.append("| A161 | error | what an anonymous visitor can read | said with each finding |")
    verdicts = "\n".join(f"- **{name}**: {what}." for name, what in VERDICTS.items())
    head = "| id | severity | what | remedy |\n|---|---|---|---|\n"
    return f"{_HEAD}\n{meanings}\n\n{head}" + "\n".join(rows) + f"\n\nVerdicts of `--live`:\n\n{verdicts}\n"


if __name__ == "__main__":
    print(table(), end="")
