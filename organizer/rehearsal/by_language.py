"""Two or more runs beside each other, by language: `python -m organizer.rehearsal.by_language NAME=RUN_FOLDER ...`.

The folders are what `competition run` leaves, of the same bundle and phase.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.record import SCORE_RECORD_FILE
from xtreme_tasks.tasks import TASKS


def report(runs: Mapping[str, Mapping[str, Any]]) -> str:
    """Markdown: scores by task with time and memory, then each task by language.

    Args:
        runs: `values` of the score records, by a name for people.

    Raises:
        OrganizerFault: E223 if the runs are of different bundles or phases.

    """
    if len({(values["run"]["bundle"], values["run"]["phase"]) for values in runs.values()}) > 1:
        raise OrganizerFault("E223", "runs", "they are of different bundles or phases", "Run them in the same phase.")
    titles = [task.title for task in TASKS.values()]
    lines = [_row("run", *titles, "score", "duration (s)", "CPU (s)", "peak MiB"), _row("---", *["---:"] * 8)]
    for name, values in runs.items():
        row, run = values["row"], values["run"]
        scores = [f"{row[key]:.2f}" for key in (*TASKS, "score", "duration")]
        lines.append(_row(name, *scores, f"{run['cpu']:.0f}", f"{run['peak_memory_mib']:.0f}"))
    for task in TASKS.values():
        found = {name: values["parts"] for name, values in runs.items()}
        codes = [code for code in task.languages if all(f"{task.name}/{code}" in one for one in found.values())]
        lines += ["", _row(task.title, *codes), _row("---", *["---:"] * len(codes))]
        for name, parts in found.items():
            lines.append(_row(name, *(f"{parts[f'{task.name}/{code}']['score']:.1f}" for code in codes)))
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> int:
    """Print the report; every fault is one line."""
    try:
        runs = {}
        for word in arguments:
            name, _, folder = word.partition("=")
            if not (name and folder):
                raise OrganizerFault("E233", word, "it is not NAME=RUN_FOLDER", "Like A=results/run-0001.")
            path = Path(folder) / "scoring_output" / SCORE_RECORD_FILE
            runs[name] = json.loads(read_file(path))["values"]
        if not runs:
            raise OrganizerFault("E233", "runs", "none is named")
        print(report(runs))
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
