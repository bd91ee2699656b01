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
from dataclasses import dataclass
from pathlib import Path

from organizer.platform.shape import parse
from organizer.results.competition import COMPETITION_FILE, Column, Competition, Participant, Phase, Queue, Task
from organizer.results.leaderboard import LEADERBOARDS_FILE, LeaderboardRow, Leaderboards
from organizer.results.submission import (
    CODE,
    LOGS,
    PAGE,
    PREDICTION,
    SCORING,
    SUBMISSION_FILE,
    File,
    ScoreRow,
    Sighting,
    Submission,
)
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, sha256
from xtreme_tasks.record import RECORD_FILE, SCORE_RECORD_FILE, STARTED_FILE

SUBMISSIONS = "submissions"
RAW = "raw"
# The whole contract is imported from here, whichever file of the folder a value belongs to.
__all__ = [
    "CODE",
    "COMPETITION_FILE",
    "LEADERBOARDS_FILE",
    "LOGS",
    "PAGE",
    "PREDICTION",
    "RAW",
    "SCORING",
    "SUBMISSIONS",
    "SUBMISSION_FILE",
    "Column",
    "Competition",
    "File",
    "LeaderboardRow",
    "Leaderboards",
    "Participant",
    "Phase",
    "Queue",
    "ResultsFolder",
    "ScoreRow",
    "Sighting",
    "Submission",
    "Task",
    "read_submissions",
]


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
