"""The contract of a results folder: what `competition results` collects and what audit, ranking and report read.

    competition.json              the competition as the site shows it, without secrets (`Competition`)
    leaderboards.json             the hosted rows of every phase, in the hosted order
    submissions/ID/submission.json   one submission and the digests of its files (`Submission`)
    submissions/ID/...            code.zip, prediction_output.zip, scoring_output.zip, detailed_results.html,
                                  score_record.json, run_record.json, started_record.json, logs/NAME.txt
    raw/*.json                    the site's own answers, secrets and signatures taken out
    results.csv, results.parquet  one row for each submission

Nothing here believes a score: what the site says and what scoring signed lie side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from organizer.platform.shape import parse
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, sha256
from xtreme_tasks.record import RECORD_FILE, SCORE_RECORD_FILE, STARTED_FILE

COMPETITION_FILE = "competition.json"
LEADERBOARDS_FILE = "leaderboards.json"
SUBMISSION_FILE = "submission.json"
SUBMISSIONS = "submissions"
RAW = "raw"

CODE = "code.zip"
PREDICTION = "prediction_output.zip"
SCORING = "scoring_output.zip"
PAGE = "detailed_results.html"
LOGS = "logs/"


@dataclass(frozen=True)
class Column:
    """One column of the leaderboard; `precision` is the number of decimals shown."""

    id: int
    key: str
    title: str
    index: int
    sorting: str
    precision: int
    hidden: bool


@dataclass(frozen=True)
class Task:
    """One task of a phase.

    Attributes:
        id, key, name: as the site has them; the build calls the task like its phase.
        data: key of each data set and program by type: `ingestion_program`, `scoring_program`, `input_data`,
            `reference_data`.

    """

    id: int
    key: str
    name: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Phase:
    """One phase as the site has it now.

    Attributes:
        key: `evaluation-1` ... `final`; everything else refers to a phase by it.
        start, end: Unix seconds; 0 = open.
        max_submissions: for one account; 0 = no limit.
        max_submissions_per_day: for one account; 0 = no limit.
        execution_time_limit: seconds.

    """

    id: int
    key: str
    name: str
    index: int
    start: float
    end: float
    max_submissions: int
    max_submissions_per_day: int
    execution_time_limit: int
    auto_migrate: bool = False
    hide_output: bool = False
    hide_prediction_output: bool = False
    hide_score_output: bool = False
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Queue:
    """The queue to which the worker listens; its address holds a password and is never kept."""

    id: int
    name: str
    vhost: str
    owner: str
    is_public: bool


@dataclass(frozen=True)
class Participant:
    """One account that asked to take part; `status` is `approved`, `pending`, `denied` or `unknown`."""

    account: str
    status: str
    is_bot: bool = False
    is_deleted: bool = False


@dataclass(frozen=True)
class Competition:
    """The competition.

    Attributes:
        id: 0 in a rehearsal.
        site: the site's address; empty in a rehearsal.
        collected: Unix seconds of the last complete collection.
        image: the container image that the site tells the worker to use.
        queue: None is the site's shared queue.
        primary: key of the column by which the hosted leaderboard is sorted.
        settings: further switches of the site by their own names, such as `auto_run_submissions`.

    """

    id: int
    site: str
    collected: float
    title: str
    owner: str
    published: bool
    image: str
    queue: Queue | None
    phases: tuple[Phase, ...]
    columns: tuple[Column, ...]
    primary: str
    submission_rule: str
    collaborators: tuple[str, ...] = ()
    participants: tuple[Participant, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def phase(self, key: str) -> Phase:
        """The phase of that key.

        Raises:
            OrganizerFault: E233 with the keys that exist.

        """
        for phase in self.phases:
            if phase.key == key:
                return phase
        keys = ", ".join(phase.key for phase in self.phases)
        raise OrganizerFault("E233", f"phase {key}", "no such phase", f"Phases of this competition: {keys}.")


@dataclass(frozen=True)
class ScoreRow:
    """One row of the site's score table.

    Attributes:
        id: what the site's score endpoint takes; 0 in a rehearsal.
        value: 0 where the site has no finite number.
        text: as the site writes it, up to ten decimals; empty in a rehearsal.

    """

    id: int
    key: str
    value: float
    text: str = ""


@dataclass(frozen=True)
class File:
    """One file of a submission.

    Attributes:
        path: below the results folder.
        source: digest of the address without its signature; another source is another file.

    """

    path: str
    sha256: str
    size: int
    source: str = ""


@dataclass(frozen=True)
class Sighting:
    """What the site said of a submission from `time` (Unix seconds) on."""

    time: float
    status: str
    on_leaderboard: bool
    scores: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class Submission:
    """One submission as the site has it, or had it when it was last seen.

    Attributes:
        account: the owner's user name.
        phase: the phase's key.
        created: Unix seconds, as the site says; a participant may have sent it.
        status: `Finished`, `Failed`, `Cancelled`, or one of those before the end.
        scores: all rows; somebody who knows the submission's secret can add rows, and the site shows their sum.
        task: key of the task that it ran on; empty where the site does not say.
        parent: of a submission with several tasks; 0 = none.
        soft_deleted: deleted by its owner; the site keeps the row but not the files.
        missing_since: Unix seconds at which it was first no longer listed; 0 = listed.
        history: oldest first, one entry for each change of status, place or scores; the last is the present one.
        absent: files that the site names but could not deliver, with the reason.
        checked: Unix seconds at which the site's list of files was last read.

    """

    id: int
    account: str
    phase: str
    created: float
    status: str
    on_leaderboard: bool
    scores: tuple[ScoreRow, ...]
    status_details: str = ""
    file_name: str = ""
    description: str = ""
    task: str = ""
    parent: int = 0
    soft_deleted: bool = False
    is_task_re_run: bool = False
    fact_sheet: Mapping[str, Any] = field(default_factory=dict)
    missing_since: float = 0.0
    history: tuple[Sighting, ...] = ()
    files: Mapping[str, File] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    checked: float = 0.0

    @property
    def row(self) -> dict[str, float]:
        """Score by column key; several rows of one key are added, as the site does."""
        sums: dict[str, float] = {}
        for score in self.scores:
            sums[score.key] = sums.get(score.key, 0.0) + score.value
        return sums


@dataclass(frozen=True)
class LeaderboardRow:
    """One row of the hosted leaderboard.

    Attributes:
        place: 1 is first, as the site sorts.
        account: the owner's user name; `shown` is the name that visitors read.
        scores: what visitors see: rounded, without hidden columns.

    """

    place: int
    submission: int
    account: str
    shown: str
    scores: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class Leaderboards:
    """The hosted rows by phase key, as `leaderboards.json` holds them."""

    phases: Mapping[str, tuple[LeaderboardRow, ...]]


@dataclass(frozen=True)
class ResultsFolder:
    """A results folder that was read: plain values; files are read, and their digests compared, on request.

    Attributes:
        path: the folder.
        submissions: by id, also those that the site no longer lists (`missing_since`).
        leaderboards: hosted rows by phase key.

    """

    path: Path
    competition: Competition
    submissions: tuple[Submission, ...]
    leaderboards: Mapping[str, tuple[LeaderboardRow, ...]]

    @classmethod
    def read(cls, path: Path) -> ResultsFolder:
        """A folder that `competition results` made, or one of a rehearsal.

        Raises:
            OrganizerFault: E201 (no such folder), E267 (not complete, or damaged).

        """
        if (path / ".rehearsal").is_file():
            from organizer.results.rehearsed import read_rehearsal

            return read_rehearsal(path)
        if not (path / COMPETITION_FILE).is_file():
            hint = "Run `competition results --out FOLDER` to its end, or name its folder."
            raise OrganizerFault("E201", str(path), "no results folder", hint)
        competition = parse(Competition, read_file(path / COMPETITION_FILE), str(path / COMPETITION_FILE))
        boards = parse(Leaderboards, read_file(path / LEADERBOARDS_FILE), str(path / LEADERBOARDS_FILE))
        return cls(path, competition, tuple(read_submissions(path).values()), boards.phases)

    def of_phase(self, key: str) -> tuple[Submission, ...]:
        """The phase's submissions by id."""
        return tuple(submission for submission in self.submissions if submission.phase == key)

    def file(self, submission: Submission, name: str) -> bytes | None:
        """A file's bytes; None if the submission has no such file.

        Raises:
            OrganizerFault: E201 (gone), E267 (changed since it was collected).

        """
        entry = submission.files.get(name)
        if entry is None:
            return None
        data = read_file(self.path / entry.path)
        if sha256(data) != entry.sha256:
            raise OrganizerFault("E267", str(self.path / entry.path), "changed since it was collected")
        return data

    def score_record(self, submission: Submission) -> bytes | None:
        """What scoring signed; None where there is none."""
        return self.file(submission, SCORE_RECORD_FILE)

    def run_record(self, submission: Submission) -> bytes | None:
        """What ingestion signed at the end; None where there is none."""
        return self.file(submission, RECORD_FILE)

    def started_record(self, submission: Submission) -> bytes | None:
        """What ingestion signed before it handed out hidden data; None where there is none."""
        return self.file(submission, STARTED_FILE)


def read_submissions(path: Path) -> dict[int, Submission]:
    """Submissions of a folder by id, as far as a collection has come.

    Raises:
        OrganizerFault: E267 with the file that is damaged.

    """
    found = {}
    for file in (path / SUBMISSIONS).glob(f"*/{SUBMISSION_FILE}"):
        submission = parse(Submission, read_file(file), str(file))
        if str(submission.id) != file.parent.name:
            raise OrganizerFault("E267", str(file), f"of submission {submission.id}")
        found[submission.id] = submission
    return dict(sorted(found.items()))
