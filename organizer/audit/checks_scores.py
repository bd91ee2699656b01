"""Checks of the site's score rows against what scoring signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from organizer.audit.facts import Case, Facts
from organizer.audit.finding import Found, check
from organizer.results.folder import Submission
from scoring_program.row import published

CHANGED_BY_PUBLISH = frozenset({"adjusted_score", "places_gained"})
"""The only columns that an organizer's command changes, and not by rows of their own."""
CORRECT = "The official standings do not use them; take the row off the leaderboard, or correct it."


def _scored(facts: Facts) -> Iterator[tuple[Case, Submission]]:
    for case in facts.cases:
        if case.submission is not None and case.submission.scores:
            yield case, case.submission


@check("A101", "error", "scores that no record proves", f"Somebody posted them. {CORRECT}")
def unproved(facts: Facts) -> Iterable[Found]:
    """Scores stand on the site, and scoring signed nothing for this submission."""
    for case, submission in _scored(facts):
        if case.score is None:
            score = submission.row.get("score")
            shown = f"score {score:g}" if score is not None else f"{len(submission.scores)} rows"
            yield Found(f"{shown} on the site without a valid score record", case)


@check("A102", "error", "scores that differ from the signed record", f"Rows were added or changed. {CORRECT}")
def changed(facts: Facts) -> Iterable[Found]:
    """A column's sum is not what scoring signed, or a column has several rows."""
    for case, submission in _scored(facts):
        if case.score is None:
            continue
        signed, rows = published(dict(case.score.row)), Counter(row.key for row in submission.scores)
        for key, value in submission.row.items():
            if rows[key] > 1:
                yield Found(f"{rows[key]} rows of {key}, the site shows their sum {value:g}", case)
            elif key not in signed:
                yield Found(f"a row of {key}, which scoring did not sign", case)
            elif key not in CHANGED_BY_PUBLISH and value != signed[key]:
                yield Found(f"{key} is {value!r} on the site and {signed[key]!r} in the record", case)


@check(
    "A103",
    "error",
    "score rows that vanished or were made again",
    "The official standings have them all; run `publish`.",
)
def vanished(facts: Facts) -> Iterable[Found]:
    """A signed column has no row; or rows were deleted and posted again, which shows in the order of their numbers."""
    for case, submission in _scored(facts):
        if case.score is None:
            continue
        missing = [key for key in case.score.row if key not in submission.row]
        if missing:
            yield Found(f"no row of {', '.join(missing)}", case)
        again = _made_again(submission)
        if again and len({row.key for row in submission.scores}) == len(submission.scores):
            yield Found(f"rows of {', '.join(again)} are not those that scoring made", case)
    for case in facts.cases:
        if case.submission is not None and not case.submission.scores and case.score is not None and case.score.counts:
            yield Found("all score rows are gone", case)


def _made_again(submission: Submission) -> list[str]:
    """Columns whose rows have other numbers than when they were first seen, or were made after a later column's."""
    first: dict[str, int] = {}
    for sighting in submission.history:
        for row in sighting.scores:
            first.setdefault(row.key, row.id)
    other = [row.key for row in submission.scores if first.get(row.key, row.id) != row.id]
    ids = {row.key: row.id for row in submission.scores if row.id}
    last = ids.get("score")
    if last is not None and ids.get("adjusted_score", 0) > last and "adjusted_score" not in other:
        other.append("adjusted_score")  # the first column: the platform makes rows in the order of scores.json
    return other


@check(
    "A104",
    "warning",
    "adjusted scores that scoring did not write",
    "Somebody changed them, not this folder's `competition publish`. The official standings do not use them.",
)
def adjusted(facts: Facts) -> Iterable[Found]:
    """One row, another value: an organizer published a re-ranking, or not an organizer."""
    for case, submission in _scored(facts):
        if case.score is None or facts.rehearsed:
            continue
        signed = published(dict(case.score.row))
        several = {key for key, number in Counter(row.key for row in submission.scores).items() if number > 1}
        for row in submission.scores:
            known = row.key in CHANGED_BY_PUBLISH and row.key in signed and row.key not in several
            ours = facts.published.get(row.key, {}).get(case.number)
            if known and row.value not in (ours, signed[row.key]):
                yield Found(f"{row.key} is {row.value!r}, scoring wrote {signed[row.key]!r}", case)


CHECKS = (unproved, changed, vanished, adjusted)
