"""Which submission a container runs: the platform shows it in the mount table and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_RUN_FOLDER = re.compile(r"uPK-(\d{1,18})_sID-(\d{1,18})__")


@dataclass(frozen=True)
class SubmissionNumbers:
    """The platform's numbers of the user and the submission; both 0 where the worker does not show them."""

    user: int = 0
    submission: int = 0


def submission_numbers(mountinfo: str) -> SubmissionNumbers:
    """The numbers in the text of `/proc/self/mountinfo`; zeros if there are none or more than one submission's."""
    found = {(int(user), int(submission)) for user, submission in _RUN_FOLDER.findall(mountinfo)}
    return SubmissionNumbers(*found.pop()) if len(found) == 1 else SubmissionNumbers()


def read_submission_numbers(path: Path = Path("/proc/self/mountinfo")) -> SubmissionNumbers:
    """The numbers of this process; zeros where the file cannot be read."""
    try:
        return submission_numbers(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return SubmissionNumbers()
