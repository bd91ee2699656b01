"""Step 2 as the platform runs it: `python3 -B -m scoring_program`.

Exit code 0 publishes the row and counts the attempt; any other leaves the attempt free. The console gets one line
of ASCII, everything else goes to files: the platform loses logs above a few kilobytes.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from scoring_program.judge import Judgement, judge
from scoring_program.output import fault_view, view_of, write_page, write_score_record, write_scores
from scoring_program.row import leaderboard_row
from sealing.folder import Program, read_program
from sealing.keys import Keys, read_keys
from xtreme_tasks.faults import FAULTS, Fault, OrganizerFault, printable
from xtreme_tasks.files import write_whole
from xtreme_tasks.mountinfo import read_submission_numbers

LOG_FILE = "scoring_log.txt"


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The platform's paths, unless others are given."""
    parser = argparse.ArgumentParser(prog="scoring_program", description=__doc__)
    parser.add_argument("--program", type=Path, default=Path("/app/program"))
    parser.add_argument("--input", type=Path, default=Path("/app/input"))
    parser.add_argument("--output", type=Path, default=Path("/app/output"))
    parser.add_argument("--worker", type=Path, default=Path("/app/data"))
    parser.add_argument("--mountinfo", type=Path, default=Path("/proc/self/mountinfo"))
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the run; 0 if the attempt counts, 1 if it does not."""
    paths = parse_arguments(arguments)
    program: Program | None = None
    try:
        program = read_program(paths.program, "scoring")
        keys = read_keys(paths.worker, program.bundle, "scoring") if program.sealed else None
        return _score(paths, program, keys)
    except Fault as fault:
        return _refuse(paths.output, fault, program)
    except Exception as error:  # the last line of defence: a defect of ours must not become a bare traceback
        _log(paths.output, traceback.format_exc())
        return _refuse(paths.output, OrganizerFault("E239", "scoring", type(error).__name__), program)


def _score(paths: argparse.Namespace, program: Program, keys: Keys | None) -> int:
    now = time.time()
    numbers = read_submission_numbers(paths.mountinfo)
    permit = paths.worker / program.bundle / "permits" / f"{numbers.submission}.json"
    permitted = permit.is_file()
    judgement = judge(program, keys, paths.input / "ref", paths.input / "res", numbers, now, permitted)
    row = leaderboard_row(judgement)
    key = keys.get("score") if keys is not None else bytes.fromhex(judgement.settings.open_key)
    write_page(paths.output, view_of(judgement, row, now))
    write_score_record(paths.output, judgement, row, key, now)
    if judgement.counts:
        # Last, since its presence is what the platform acts on.
        write_scores(paths.output, row)
    print(_line(judgement, row["score"]))
    return 0 if judgement.counts else 1


def _line(judgement: Judgement, score: float) -> str:
    record = judgement.record
    if record.verdict == "ok":
        return f"ok: score {score:.2f}, duration {record.duration:.2f} s"
    what = FAULTS[record.verdict].what + (f" ({record.detail})" if record.detail else "")
    place = f" {record.where}:" if record.where else ""
    counted = "The attempt counts." if judgement.counts else "The attempt does not count."
    hint = record.hint or FAULTS[record.verdict].remedy
    return printable(f"{record.verdict}{place} {what}. {hint} {counted}")


def _refuse(output: Path, fault: Fault, program: Program | None) -> int:
    """Show the fault to the team, too: the page is delivered even where scoring fails."""
    print(fault.line())
    try:
        write_page(output, fault_view(fault, program.bundle if program else "", program.sealed if program else True))
    except Fault as second:  # a full disk, most likely: then it is the first fault again
        if second.code != fault.code:
            print(second.line())
    return 1


def _log(output: Path, text: str) -> None:
    try:
        write_whole(output / LOG_FILE, text.encode("utf-8", "replace"))
    except Fault as fault:
        print(fault.line())


if __name__ == "__main__":
    sys.exit(main())
