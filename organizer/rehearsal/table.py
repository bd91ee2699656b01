"""The results of a rehearsal as a Markdown table: `python -m organizer.rehearsal.table FOLDER [PHASE ...]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from xtreme_tasks.faults import Fault
from xtreme_tasks.files import read_file
from xtreme_tasks.record import SCORE_RECORD_FILE
from xtreme_tasks.tasks import TASKS

HEAD = ("team", *(task.title for task in TASKS.values()), "score", "duration (s)", "start-up (s)", "peak MiB")


def table(folder: Path, phase: str) -> str:
    """One row for each scored run of a phase, best score first (E201 if the folder is no rehearsal's)."""
    attempts = json.loads(read_file(folder / phase / "attempts.json"))
    rows = []
    for attempt in attempts:
        path = folder / str(attempt["folder"]) / "scoring_output" / SCORE_RECORD_FILE
        if attempt["status"] == "Finished" and path.is_file():
            values = json.loads(read_file(path))["values"]
            row, run = values["row"], values["run"]
            scores = [f"{row[name]:.2f}" for name in (*TASKS, "score", "duration")]
            rows.append(
                (row["score"], [attempt["team"], *scores, f"{run['startup']:.2f}", f"{run['peak_memory_mib']:.0f}"])
            )
    lines = [HEAD, ["---", *["---:"] * (len(HEAD) - 1)], *(cells for _, cells in sorted(rows, key=lambda row: -row[0]))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main(arguments: list[str]) -> int:
    """Print the tables of the phases that are named, or of all."""
    try:
        folder = Path(arguments[0] if arguments else "results/rehearsal")
        phases = arguments[1:] or [path.parent.name for path in sorted(folder.glob("*/attempts.json"))]
        for phase in phases:
            print(f"{phase}\n\n{table(folder, phase)}\n")
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
