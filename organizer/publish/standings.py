"""What a publication rests on: the audit, the official standings made of it, and what speaks against publishing."""

from __future__ import annotations

from organizer.audit.audited import Audited, read_audited
from organizer.publish.hosted import CHANGED
from organizer.publish.ledger import written
from organizer.publish.official import Official, official
from organizer.rerank.standings import RankedPhase, Reranked, read_standings
from organizer.results.collect import ENDED
from organizer.results.folder import ResultsFolder, ScoreRow, Submission
from xtreme_tasks.faults import OrganizerFault

MENDED = ("A104", "A151")
"""Findings about what a publication sets: other adjusted scores, and rows without a place in the standings."""
ADDED = "A102"
"""Also found where somebody added a row, which stays there when a publication has set it to 0."""


def read_proof(folder: ResultsFolder) -> tuple[Audited, Reranked]:
    """Audit and standings of these results.

    Raises:
        OrganizerFault: E201 (there are none), E267 (they are of other results, or of two audits).

    """
    audited, reranked = read_audited(folder), read_standings(folder)
    if reranked.audited != audited.audited:
        hint = "Run `competition rerank` again."
        raise OrganizerFault("E267", str(folder.path), "the standings are of an earlier audit", hint)
    return audited, reranked


def obstacles(folder: ResultsFolder, audited: Audited, ranked: RankedPhase) -> list[str]:
    """What speaks against publishing a phase, one line each.

    Errors and warnings of the audit that name this phase or none, re-runs that the ranking asks for, runs that have
    not ended. Rows that somebody added speak against it once: a publication made with a reason sets them to 0.
    """
    right = _put_right(folder, ranked.phase)
    found = [
        finding.line()
        for finding in audited.findings
        if finding.severity != "note"
        and finding.id not in MENDED
        and finding.phase in ("", ranked.phase)
        and not (finding.id == ADDED and finding.submission in right)
    ]
    found += [
        f"{ranked.phase}: submission {permit.submission} of {permit.team} is to be run again {permit.repeats} times"
        for permit in ranked.permits
    ]
    found += [
        f"{ranked.phase}: submission {one.id} of {one.account} has not ended, it is {one.status}"
        for one in folder.of_phase(ranked.phase)
        if one.status not in ENDED and not one.missing_since and not one.soft_deleted
    ]
    return found


def _put_right(folder: ResultsFolder, phase: str) -> frozenset[int]:
    """Submissions whose columns have one row each, but for rows of ours that this folder's publications set to 0."""
    ours = {row for row, value in written(folder.path).items() if not value}
    if not ours:
        return frozenset()
    return frozenset(one.id for one in folder.of_phase(phase) if _right(one, ours))


def _right(submission: Submission, ours: set[int]) -> bool:
    extra: list[ScoreRow] = []
    for key in {score.key for score in submission.scores}:
        extra += sorted((score for score in submission.scores if score.key == key), key=lambda score: score.id)[1:]
    return all(score.key in CHANGED and score.id in ours and not score.value for score in extra)


def official_phase(folder: ResultsFolder, ranked: RankedPhase) -> Official:
    """The official order of a phase."""
    return official(ranked, folder.of_phase(ranked.phase))
