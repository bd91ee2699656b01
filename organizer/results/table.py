"""The results as one table: a row for each submission, as CSV and as Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from organizer.results.folder import CODE, ResultsFolder, Submission
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import whole_file

CSV_FILE = "results.csv"
PARQUET_FILE = "results.parquet"
_PRIVATE = 0o600
_RECORD: Mapping[str, str] = {
    "bundle": "str",
    "phase": "str",
    "verdict": "str",
    "submission": "Int64",
    "accepted": "float64",
    "duration": "float64",
    "score": "float64",
}


def table(folder: ResultsFolder) -> pd.DataFrame:
    """One row for each submission, by id.

    `hosted_KEY` is what the site has, the sum of all rows of that column. `record_NAME` is what the score record says,
    not verified here: `competition audit` does that. Times are UTC. An account's place is that of the hosted
    leaderboard.
    """
    places = {row.submission: row.place for rows in folder.leaderboards.values() for row in rows}
    keys = [column.key for column in folder.competition.columns]
    rows = [_row(folder, submission, places, keys) for submission in folder.submissions]
    kinds = _kinds(keys)
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def write_tables(folder: ResultsFolder) -> pd.DataFrame:
    """Write `results.csv` and `results.parquet` into the folder (E232)."""
    frame = table(folder)
    with whole_file(folder.path / CSV_FILE, _PRIVATE) as stream:
        frame.to_csv(stream, index=False, date_format="%Y-%m-%dT%H:%M:%SZ", encoding="utf-8")
    with whole_file(folder.path / PARQUET_FILE, _PRIVATE) as stream:
        frame.to_parquet(stream, index=False)
    return frame


def _kinds(keys: list[str]) -> dict[str, str]:
    return {
        "submission": "int64",
        "phase": "str",
        "account": "str",
        "created": "datetime64[s, UTC]",
        "status": "str",
        "on_leaderboard": "bool",
        "place": "Int64",
        **{f"hosted_{key}": "float64" for key in keys},
        **{f"record_{name}": kind for name, kind in _RECORD.items()},
        "record_counts": "boolean",
        "code_sha256": "str",
        "soft_deleted": "bool",
        "missing_since": "datetime64[s, UTC]",
    }


def _row(folder: ResultsFolder, submission: Submission, places: Mapping[int, int], keys: list[str]) -> dict[str, Any]:
    code = submission.files.get(CODE)
    return {
        "submission": submission.id,
        "phase": submission.phase,
        "account": submission.account,
        "created": _moment(submission.created),
        "status": submission.status,
        "on_leaderboard": submission.on_leaderboard,
        "place": places.get(submission.id) if submission.on_leaderboard else None,
        **{f"hosted_{key}": submission.row.get(key) for key in keys},
        **{f"record_{name}": value for name, value in _recorded(folder, submission).items()},
        "code_sha256": code.sha256 if code is not None else None,
        "soft_deleted": submission.soft_deleted,
        "missing_since": _moment(submission.missing_since),
    }


def _moment(seconds: float) -> pd.Timestamp | None:
    return pd.Timestamp(int(seconds), unit="s", tz="UTC") if seconds else None


def _recorded(folder: ResultsFolder, submission: Submission) -> dict[str, Any]:
    """Values of the score record where they are of the right type: nothing is believed here, only shown."""
    try:
        values = json.loads(folder.score_record(submission) or b"null")["values"]
        run, row = values["run"], values["row"]
        found = {name: run.get(name) for name in _RECORD} | {"score": row.get("score"), "counts": values.get("counts")}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OrganizerFault):
        return {}
    kinds = {"str": str, "Int64": int, "float64": int | float, None: bool}
    return {name: value for name, value in found.items() if isinstance(value, kinds[_RECORD.get(name)])}
