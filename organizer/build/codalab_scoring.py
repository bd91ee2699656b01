"""`__main__.py` of the scoring program in the v1.5 format: between CodaLab's files and those of Codabench.

CodaLab's worker witnesses a run in other words than Codabench's, and its site reads `scores.txt`, not `scores.json`.
On Codabench the first is left alone and the second is ignored.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from scoring_program.__main__ import main as score
from scoring_program.__main__ import parse_arguments
from scoring_program.witness import WITNESS_FILE
from xtreme_tasks.files import write_whole

_CODALAB_KEYS = {"elapsedTime", "exitCode", "ingestionExitCode"}


def main(arguments: Sequence[str]) -> int:
    """Score; the exit code of the scoring program."""
    paths = parse_arguments(arguments)
    witness = paths.input / "res" / WITNESS_FILE
    if witness.is_file() and not witness.is_symlink():
        write_whole(witness, translated(witness.read_bytes()))
    code = score(arguments)
    scores = paths.output / "scores.json"
    if code == 0:
        write_whole(paths.output / "scores.txt", as_lines(scores))
    return code


def translated(witness: bytes) -> bytes:
    """CodaLab's witness in the words of Codabench's; any other is given back as it was.

    CodaLab writes 0 where no container of the participant's ran, and no time of ingestion alone. This is no proof that
    none ran; but then a bundle in this format proves nothing anyway: whoever reads it can sign a record.
    """
    values = dict(line.split(b": ", 1) for line in witness.splitlines() if b": " in line)
    if {name.decode("ascii", "replace") for name in values} != _CODALAB_KEYS:
        return witness
    exit_code = b"null" if values[b"exitCode"].strip() == b"0" else values[b"exitCode"]
    lines = {**values, b"exitCode": exit_code, b"ingestionElapsedTime": values[b"elapsedTime"]}
    return b"".join(name + b": " + value + b"\n" for name, value in lines.items())


def as_lines(scores: Path) -> bytes:
    """`scores.txt`: one `key: value` a line."""
    values: dict[str, float] = json.loads(scores.read_bytes())
    return "".join(f"{name}: {value!r}\n" for name, value in values.items()).encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
