"""What a score record says, in the right types; whether its signature holds is the audit's business."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from organizer.platform.shape import parse
from organizer.report.view import Entry
from organizer.results.folder import ResultsFolder, Submission
from scoring_program.standings import Result
from xtreme_tasks.faults import OrganizerFault, printable
from xtreme_tasks.tasks import TASKS

_MOST = {"method": 1500, "base_model": 300, "training_compute": 300}
"""Letters of an answer that are shown."""


@dataclass(frozen=True)
class _Run:
    verdict: str = "ok"
    accepted: float = 0.0
    band_low: float = 0.0
    band_high: float = 0.0
    energy_joules: float = -1.0
    peak_memory_mib: float = 0.0
    hardware: str = ""


@dataclass(frozen=True)
class _Values:
    row: Mapping[str, float]
    run: _Run
    parts: Any = None


@dataclass(frozen=True)
class _Document:
    values: _Values


@dataclass(frozen=True)
class Recorded:
    """A submission's result, for the ranking, and its entry, for the page; both under the team's name."""

    result: Result
    entry: Entry


def recorded(folder: ResultsFolder, submission: Submission, team: str) -> Recorded | None:
    """A submission's record; None where there is none.

    Raises:
        OrganizerFault: E201, E267 (changed since it was collected, or no score record).

    """
    data = folder.score_record(submission)
    if data is None:
        return None
    where = f"submission {submission.id} score_record.json"
    values = parse(_Document, data, where).values
    row, run = values.row, values.run
    score, duration = row.get("score", 0.0), row.get("duration", 0.0)
    sheet = submission.fact_sheet
    entry = Entry(
        team=team,
        submission=submission.id,
        score=score,
        duration=duration,
        tasks={name: row[name] for name in TASKS if name in row},
        parts=_parts(values.parts, where),
        band=(run.band_low, run.band_high) if run.band_high > 0 and run.verdict == "ok" else None,
        energy=_measured(run.energy_joules),
        memory=run.peak_memory_mib,
        hardware=run.hardware,
        method=_answer(sheet, "method"),
        base_model=_answer(sheet, "base_model"),
        training_compute=_answer(sheet, "training_compute"),
    )
    return Recorded(Result(team, score, duration, run.accepted), entry)


def _parts(table: object, where: str) -> dict[str, float]:
    """Score by `TASK/LANG`. By hand: 800 records hold 76,000 of them, which the general way takes seconds for."""
    found: dict[str, float] = {}
    for key, part in table.items() if isinstance(table, dict) else ():
        score = part.get("score") if isinstance(part, dict) else None
        if not isinstance(score, int | float) or not math.isfinite(score):
            raise OrganizerFault("E267", where, f"no score of {printable(str(key))}")
        found[str(key)] = float(score)
    return found


def _measured(joules: float) -> float | None:
    return joules if joules >= 0 else None


def _answer(sheet: Mapping[str, object], name: str) -> str:
    """An answer of the fact sheet as text: the platform takes any JSON there."""
    value = sheet.get(name)
    text = value if isinstance(value, str) else ""
    most = _MOST[name]
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
