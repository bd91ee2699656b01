"""One submission as the site has it: `submission.json` in its folder of a results folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SUBMISSION_FILE = "submission.json"

CODE = "code.zip"
PREDICTION = "prediction_output.zip"
SCORING = "scoring_output.zip"
PAGE = "detailed_results.html"
LOGS = "logs/"


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
