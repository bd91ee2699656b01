"""Checks of the competition on the site against the build: tasks, limits, image, queue, leaderboard."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

from organizer.audit.attempt import official
from organizer.audit.facts import Facts
from organizer.audit.finding import Found, check
from organizer.local_worker.upload import Upload
from organizer.platform.live import differences
from xtreme_tasks.files import sha256

PIECES = ("ingestion_program", "scoring_program", "input_data", "reference_data")
RESTORE = "Put the phase's own task back (docs/audit.md), then look at who submitted in between"


@check("A131", "error", "runs on another task than the phase's", f"A swapped task. {RESTORE}; void what it spoiled.")
def other_task(facts: Facts) -> Iterable[Found]:
    """The task that a submission ran on is none of its phase's present ones."""
    tasks = {phase.key: {task.key for task in phase.tasks} for phase in facts.results.competition.phases}
    for case in facts.cases:
        submission = case.submission
        if submission is not None and submission.task and submission.task not in tasks.get(submission.phase, set()):
            yield Found(f"task {submission.task} is none of {submission.phase}", case)


@check("A132", "error", "tasks that are not the build's", f"{RESTORE}.")
def swapped(facts: Facts) -> Iterable[Found]:
    """A phase's data or programs are not what was uploaded: by their keys, and by their digests where fetched."""
    used: dict[str, str] = {}
    expected = archive_digests(facts.build.upload) if facts.downloads else {}
    for phase in facts.results.competition.phases:
        if facts.rehearsed:
            return
        if len(phase.tasks) != 1:
            yield Found(f"{len(phase.tasks)} tasks instead of one", place=phase.key)
        for task in phase.tasks:
            for piece in PIECES:
                key = task.data.get(piece, "")
                role = f"{piece} of {phase.key}" if piece.endswith("_data") else piece
                if not key:
                    yield Found(f"the task has no {piece}", place=phase.key)
                elif used.setdefault(key, role) != role:
                    yield Found(f"its {piece} is the {used[key]}", place=phase.key)
                elif key in facts.downloads and facts.downloads[key] != expected.get((phase.key, piece)):
                    yield Found(f"its {piece} is not the file of the bundle", place=phase.key)


def archive_digests(upload: Upload) -> dict[tuple[str, str], str]:
    """SHA-256 of each archive in the bundle, by phase and piece."""
    with zipfile.ZipFile(upload.path) as bundle:
        return {
            (phase.key, piece): sha256(bundle.read(getattr(phase, piece)))
            for phase in upload.phases
            for piece in PIECES
        }


@check("A135", "error", "settings that were changed", "Correct it on the competition's edit page.")
def settings(facts: Facts) -> Iterable[Found]:
    """Limits, times, image, queue, secrecy of outputs and leaderboard are what the bundle says."""
    if not facts.rehearsed:
        for one in differences(facts.build.raw, facts.results.competition):
            yield Found(f"{one.live} on the site, {one.built} in the bundle", place=one.place, remedy=one.remedy)


@check("A136", "note", "the queue", "Use a queue of your own with only your gate behind it; docs/worker-guide.md.")
def queue(facts: Facts) -> Iterable[Found]:
    """Which worker runs the competition is nobody's secret; the gate refuses what is foreign."""
    found = facts.results.competition.queue
    if facts.rehearsed:
        return
    if found is None:
        yield Found("the site's shared queue: any worker of the site may take the jobs", place="queue")
    elif found.is_public or found.owner != facts.results.competition.owner:
        yield Found(f"queue {found.name} of {found.owner}{' is public' if found.is_public else ''}", place="queue")


@check(
    "A151",
    "warning",
    "leaderboard rows that are not official",
    "Take it off the leaderboard; `competition publish` sets the order.",
)
def board(facts: Facts) -> Iterable[Found]:
    """The hosted row of a team is that of its official attempt, and everybody with a score has one."""
    cases = {case.number: case for case in facts.cases}
    for phase, rows in facts.results.leaderboards.items():
        if phase not in facts.build.settings:
            continue
        results = official(facts, phase)
        numbers = {one.submission: one for one in results}
        shown = {row.submission for row in rows}
        for row in rows:
            if row.submission not in numbers:
                case = cases.get(row.submission)
                yield Found("it stands on the leaderboard and is not official", case, f"{phase} place {row.place}")
        for number, one in numbers.items():
            if number not in shown and one.score > 0:
                yield Found(f"official with score {one.score:.2f}, and not on the leaderboard", cases.get(number))


@check("A152", "note", "submissions that are not complete", "Run `competition results` again when they have ended.")
def incomplete(facts: Facts) -> Iterator[Found]:
    """Still running, or with files that the site did not deliver."""
    for case in facts.cases:
        submission = case.submission
        if submission is None or not case.listed:
            continue
        if submission.status not in ("Finished", "Failed", "Cancelled"):
            yield Found(f"{submission.status} when it was last collected", case)
        lost = sorted(name for name, why in submission.absent.items() if why != "the worker delivered nothing")
        if lost:
            yield Found(f"not delivered: {', '.join(lost)}", case)


@check(
    "A153", "error", "phases that the build does not have", "Remove them: what runs there is not judged by this build."
)
def phases(facts: Facts) -> Iterable[Found]:
    """Every phase on the site is one of the build."""
    for phase in facts.results.competition.phases:
        if phase.key not in facts.build.settings:
            yield Found(f"phase {phase.name} is not in the bundle", place=phase.key)


CHECKS = (other_task, swapped, settings, queue, board, incomplete, phases)
