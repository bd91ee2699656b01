"""`python3 -B -m ingestion_program`: prints one line of ASCII; exit code 1 only where the organizer has to act."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import NoReturn

from ingestion_program.console import Console
from ingestion_program.isolation import EXPECTED
from ingestion_program.job import Paths
from ingestion_program.run import ingest
from xtreme_tasks.faults import OrganizerFault, TeamFault, printable

DEFAULTS = {
    "program": "/app/program",
    "submission": "/app/ingested_program",
    "input": "/app/input_data",
    "output": "/app/output",
    "worker": "/app/data",
    "mountinfo": "/proc/self/mountinfo",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise OrganizerFault("E233", "ingestion_program", message)


def parse(arguments: list[str]) -> tuple[Paths, bool]:
    """The paths (the defaults are the platform's), and whether to show what the team's code prints.

    Raises:
        OrganizerFault: E233.

    """
    parser = _Parser(prog="ingestion_program", description="Run a submission on the hidden inputs and sign the result.")
    for name, default in DEFAULTS.items():
        parser.add_argument(f"--{name}", type=Path, default=Path(default), metavar="PATH", help=f"default: {default}")
    parser.add_argument("--show-team-output", action="store_true", help="the end of what it prints; unsealed only")
    parsed = parser.parse_args(arguments)
    return Paths(**{name: getattr(parsed, name).absolute() for name in DEFAULTS}), parsed.show_team_output


def main(arguments: list[str]) -> int:
    """Ingest, print the verdict, return the exit code."""
    try:
        paths, show = parse(arguments)
        console = Console() if show else None
        record = ingest(paths, console)
    except OrganizerFault as fault:
        print(fault.line())
        return 1
    except Exception as error:
        print(OrganizerFault("E239", "ingestion", type(error).__name__).line())
        return 1
    if console is not None:
        print(console.text(), end="", file=sys.stderr)
    if record.verdict == "ok":
        missing = [name for name in EXPECTED if name not in record.protections]
        unprotected = f"; NOT PROTECTED: without {', '.join(missing)}" if missing else ""
        timing = f"; timing {record.timing}: {record.timing_reason}" if record.timing_reason else ""
        print(printable(f"ok {record.phase}: {len(record.files)} parts answered{timing}{unprotected}"))
    else:
        print(TeamFault(record.verdict, record.where, record.detail, record.hint).line())
    return 0


if __name__ == "__main__":
    # As the container's first process it is deaf to what has no handler; Python's own for SIGINT would be one.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
