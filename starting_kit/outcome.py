"""What evaluate.py left in its folder: scores and what of them may be luck, time and energy, the log's entry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import noise  # first: it finds the platform's programs
import scored
import spent
import tracker

from xtreme_tasks.files import read_file
from xtreme_tasks.record import RECORD_FILE, read_record

PREDICTIONS = "prediction_output"


def report(submission: str, out: Path, public: Path, key: bytes, code: int) -> None:
    """Print the scores and write them to the log; of a run that failed, only where its page is.

    Args:
        submission: as it was named.
        out: the folder of the results.
        public: the public data of the run.
        key: of the run record's signature.
        code: scoring's exit code.

    Raises:
        OrganizerFault: E201, E202 to E204, E222, E225.

    """
    row = read_row(out)
    if code == 0 and row and (out / PREDICTIONS / "predictions").is_dir():
        found = noise.load(out, public)
        print("\n".join(noise.lines(found, noise.hidden_counts())))
        print(f"duration   {row['duration']:8.2f}  s, here and on these examples")
        used = _used(out / PREDICTIONS / RECORD_FILE, key)
        dev = {"score": row["score"], "tasks": noise.by_language(found), "on": scored.words(public, found)}
        tasks, languages = (",".join(sorted(dict.fromkeys(names))) for names in zip(*found, strict=True))
        settings = {"submission": submission, "tasks": tasks, "languages": languages}
        result = {"data": scored.digest(public, found), "duration": row["duration"], **used}
        tracker.log("evaluate", {"settings": settings, "dev": dev, **result})
    print(f"detail page: {out / 'detailed_results.html'}")


def read_row(out: Path) -> dict[str, float]:
    """The leaderboard's row by column; empty where there is none."""
    path = out / "scores.json"
    return {name: float(value) for name, value in json.loads(path.read_bytes()).items()} if path.is_file() else {}


def _used(path: Path, key: bytes) -> dict[str, float | str | Mapping[str, float | str]]:
    """Memory and energy from the run record, and the digest of what ran: the same for a folder and its zip."""
    record = read_record(read_file(path), key, path.name)
    energy = spent.energy(record.energy_gpu_joules, record.energy_cpu_joules)
    return {"peak_mib": record.peak_memory_mib, "energy": energy, "submission_digest": record.submission_digest}
