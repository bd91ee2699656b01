"""The table of all faults for the documentation: `python -m organizer.fault_table > docs/faults.md`."""

from __future__ import annotations

from xtreme_tasks.faults import FAULTS, Owner, TeamFault

_HEAD = """# Faults

Whatever goes wrong is one line of ASCII: code, place, what happened (with the numbers of this case), what to do.

```text
{example}
```

This page is written by `python -m organizer.fault_table > docs/faults.md` from the one table in
`xtreme_tasks/faults.py`. The page *Faults and remedies* that teams read on the platform comes from the same table.

- A command prints the line on standard error and exits with 1. Unknown or missing options are the command line's own
  affair: it exits with 2.
- `ingestion_program` and `scoring_program` print it on standard output. Ingestion exits with 0 for a team fault (the
  verdict is in its signed record) and with 1 for an organizer fault. Scoring exits with 0 if the attempt counts, with 1
  if it does not: then the platform shows the submission as Failed and leaves the attempt free.
- An attempt counts from the moment the first hidden example is handed to the team's code: a team fault found before it
  costs nothing, one found after it is an attempt with score 0.
"""
_SECTIONS: dict[Owner, str] = {"team": "## The team has to act", "organizer": "## The organizer has to act"}


def table() -> str:
    """The page."""
    example = TeamFault("E125", "udpos/th answer 12", "17 tags for 18 tokens").line()
    sections = [_HEAD.format(example=example), *(_section(owner, title) for owner, title in _SECTIONS.items())]
    return "\n".join(sections)


def _section(owner: Owner, title: str) -> str:
    rows = [
        f"| {kind.code} | {_cell(kind.what)} | {_cell(kind.remedy)} |"
        for kind in FAULTS.values()
        if kind.owner == owner
    ]
    return "\n".join([title, "", "| code | what happened | what to do |", "|---|---|---|", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(table(), end="")
