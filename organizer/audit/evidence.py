"""The signed records of one submission, read and verified; nothing that cannot be verified is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from organizer.platform.shape import decode
from organizer.results.folder import ResultsFolder, Submission
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, sha256
from xtreme_tasks.record import RECORD_FILE, SCORE_RECORD_FILE, STARTED_FILE, RunRecord, read_record, record_of, verify


class Part(NamedTuple):
    """One (task, language) as scoring signed it: score and 95 % interval, 0-100."""

    score: float
    low: float
    high: float
    examples: int


_NUMBERS = itemgetter(*Part._fields)
_PLAIN = frozenset((int, float))


@dataclass(frozen=True)
class ScoreRecord:
    """What scoring signed.

    Attributes:
        scored: Unix seconds.
        bound: whether the worker showed which submission it runs.
        counts: whether the attempt is used up.
        row: the leaderboard's row, not rounded.
        parts: by `TASK/LANG`; empty where the verdict is a fault.
        run: the run record that was scored.

    """

    scored: float
    bound: bool
    counts: bool
    row: Mapping[str, float]
    parts: Mapping[str, Part]
    run: RunRecord


@dataclass(frozen=True)
class Bad:
    """A record that cannot be believed: which one, the fault's code and its line."""

    name: str
    code: str
    line: str


@dataclass(frozen=True)
class Evidence:
    """The records of one submission that were verified, and what is wrong with the others.

    Attributes:
        digests: SHA-256 of each record as it was collected, verified or not.

    """

    score: ScoreRecord | None = None
    run: RunRecord | None = None
    started: RunRecord | None = None
    bad: tuple[Bad, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def records(self) -> tuple[RunRecord, ...]:
        """Every verified run record: the one that was scored, the final one, the started one."""
        found = (self.score.run if self.score is not None else None, self.run, self.started)
        return tuple(record for record in found if record is not None)


@dataclass(frozen=True)
class Keys:
    """With which ingestion and scoring sign."""

    record: bytes = field(repr=False)
    score: bytes = field(repr=False)


def read_evidence(folder: ResultsFolder, submission: Submission, keys: Keys) -> Evidence:
    """Every record of a submission; a bad one is part of the evidence, never an error."""
    found: dict[str, Any] = {}
    bad: list[Bad] = []
    for name in (SCORE_RECORD_FILE, RECORD_FILE, STARTED_FILE):
        where = f"submission {submission.id} {name}"
        try:
            data = folder.file(submission, name)
            if data is not None:
                found[name] = _read(name, data, keys, where)
        except OrganizerFault as fault:
            bad.append(Bad(name, fault.code, fault.line()))
    digests = {name: entry.sha256 for name, entry in submission.files.items() if name.endswith("_record.json")}
    return Evidence(found.get(SCORE_RECORD_FILE), found.get(RECORD_FILE), found.get(STARTED_FILE), tuple(bad), digests)


def _read(name: str, data: bytes, keys: Keys, where: str) -> ScoreRecord | RunRecord:
    if name == SCORE_RECORD_FILE:
        return read_score(data, keys.score, where)
    return read_record(data, keys.record, where, "started" if name == STARTED_FILE else "run")


def read_score(data: bytes, key: bytes, where: str) -> ScoreRecord:
    """A score record.

    Raises:
        OrganizerFault: E222 (signature), E231 (values that do not fit this version).

    """
    values = verify(data, "score", key, where)
    run = values.get("run")
    if not isinstance(run, dict) or values.get("run_digest") != sha256(dumps(run).encode()):
        raise OrganizerFault("E231", where, "the run in it is not the one that it names")
    plain: _Plain = decode(_Plain, values, where, "E231")
    parts = _parts(values.get("parts"), f"{where} parts")
    return ScoreRecord(plain.scored, plain.bound, plain.counts, plain.row, parts, record_of(run, where))


def _parts(values: object, where: str) -> dict[str, Part]:
    # By hand, not by `decode`: there are 95 in each of thousands of records.
    if not isinstance(values, dict):
        raise OrganizerFault("E231", where, "must be a table")
    try:
        rows = list(map(_NUMBERS, values.values()))
    except (KeyError, TypeError):
        rows = [(None,)]
    if not _PLAIN.issuperset(map(type, chain.from_iterable(rows))):
        raise OrganizerFault("E231", where, "each must have score, low, high and examples")
    return dict(zip(values, map(Part._make, rows), strict=True))


@dataclass(frozen=True)
class _Plain:
    scored: float
    bound: bool
    counts: bool
    row: Mapping[str, float]
