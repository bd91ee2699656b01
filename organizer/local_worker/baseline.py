"""What `[baseline]` of rules.toml needs, from a run of the baseline's own zip."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from organizer.rerank.bands import narrowing, odd
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.record import RECORD_FILE


def baseline_table(scores: Mapping[str, float], record: Mapping[str, Any]) -> str:
    """The table to paste, with the machine, the noise and the seconds of each task and language.

    Args:
        scores: the leaderboard's row.
        record: values of the run record.

    """
    lines = ["[baseline]"]
    lines += [f"{key} = {float(scores[key])!r}" for key in ("score", "duration")]
    lines += [f"{key} = {value!r}" for key, value in zip(("band_low", "band_high"), _band(record), strict=False)]
    if record.get("hardware"):
        # A record is printable ASCII, of which JSON makes what TOML reads.
        lines.append(f"hardware = {json.dumps(str(record['hardware']))}")
    lines.append(f"startup = {float(record['startup'])!r}")
    task = ""
    for part, seconds in sorted(record["parts"].items()):
        name, language = part.split("/")
        if name != task:
            task = name
            lines.append(f"[baseline.seconds.{task}]")
        lines.append(f"{language} = {float(seconds)!r}")
    return "\n".join(lines)


def _band(record: Mapping[str, Any]) -> tuple[float, ...]:
    """The band of the median of all repeats; empty where the record has none."""
    duration, low, high = (float(record.get(name, 0.0)) for name in ("duration", "band_low", "band_high"))
    if not 0 < low <= duration <= high:
        return ()
    part = 1.0 if record.get("timing") == "void" else narrowing(odd(len(record.get("durations", ()))))
    return duration * (low / duration) ** part, duration * (high / duration) ** part


def read_baseline(scores: Mapping[str, float] | None, folder: Path) -> str:
    """The table of a run at home, which wrote its record itself: its signature is not asked for.

    Raises:
        OrganizerFault: E233 if the run did not score, E201 if its record cannot be read.

    """
    path = folder / "prediction_output" / RECORD_FILE
    if not scores or not scores.get("score") or not scores.get("duration"):
        raise OrganizerFault("E233", "--as-baseline", "the run has no score", "Take a zip that passes.")
    try:
        return baseline_table(scores, json.loads(read_file(path))["values"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OrganizerFault("E201", str(path), "no run record") from None
