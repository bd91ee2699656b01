"""Checks of the signed records: whether they are there, unaltered, and of this submission."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from organizer.audit.facts import Case, Facts
from organizer.audit.finding import Found, check
from xtreme_tasks.record import SCORE_RECORD_FILE, RunRecord

NOT_OFFICIAL = "It has no part in the official standings"


@check(
    "A111",
    "error",
    "records that cannot be verified",
    f"{NOT_OFFICIAL}; keep the file, ask the team, look at the worker.",
)
def altered(facts: Facts) -> Iterable[Found]:
    """A record's signature does not match, or a collected file was changed."""
    for case in facts.cases:
        for bad in case.evidence.bad:
            yield Found(bad.line.rstrip("."), case, remedy="" if bad.code != "E267" else "Run `competition results`.")


@check("A112", "error", "records of another submission, account or bundle", f"A replay. {NOT_OFFICIAL}.")
def replayed(facts: Facts) -> Iterable[Found]:
    """What a record says of itself is not where it lies."""
    bundle = facts.build.bundle.bundle
    for case in facts.cases:
        wrong = {text for record in case.evidence.records for text in _differences(case, record, bundle)}
        yield from (Found(text, case) for text in sorted(wrong))


def _differences(case: Case, record: RunRecord, bundle: str) -> Iterable[str]:
    if record.submission not in (0, case.number):
        yield f"its record is of submission {record.submission}"
    if record.bundle != bundle:
        yield f"its record is of bundle {record.bundle}, the build is {bundle}"
    users = {step.user for step in case.steps}
    if users and record.user and record.user not in users:
        yield f"its record is of account number {record.user}"


@check(
    "A117",
    "error",
    "runs on the data of another phase",
    "A swapped task. The attempt counts in the phase whose data it saw; void it if its owner was not to blame.",
)
def other_phase(facts: Facts) -> Iterable[Found]:
    """Where the submission stands on the site is not the phase that it ran as."""
    for case in facts.cases:
        submission = case.submission
        if submission is not None and case.began and case.phase != submission.phase:
            yield Found(f"it stands in {submission.phase} and ran on the data of {case.phase}", case)


@check(
    "A113",
    "error",
    "attempts without a score record",
    "The attempt counts with score 0 until you void it; see --voids.",
)
def missing(facts: Facts) -> Iterable[Found]:
    """Hidden data were handed out, and nothing says with which result."""
    for case in facts.cases:
        running = case.submission is not None and case.submission.status in (
            "Submitted",
            "Preparing",
            "Running",
            "Scoring",
        )
        if case.began and case.evidence.score is None and not case.evidence.bad and not running:
            left = next((step for step in case.steps if SCORE_RECORD_FILE in step.records), None)
            what = "scoring left a record, which is gone" if left else "no score record was ever collected"
            yield Found(what, case)


@check(
    "A114",
    "error",
    "records that differ from the journal",
    f"{NOT_OFFICIAL} if it is altered; compare with the worker.",
)
def other_digest(facts: Facts) -> Iterable[Found]:
    """The gate noted a record's digest as the step ended; the collected one has another."""
    for case in facts.cases:
        noted: defaultdict[str, set[str]] = defaultdict(set)
        for step in case.steps:
            for name, digest in step.records.items():
                noted[name].add(digest)
        for name, digests in noted.items():
            have = case.evidence.digests.get(name)
            if have is not None and have not in digests:
                yield Found(f"{name} is not the file that the worker wrote", case)


@check(
    "A115", "error", "one run for several submissions", f"Copies of one record. {NOT_OFFICIAL} twice: void the copies."
)
def twice(facts: Facts) -> Iterable[Found]:
    """Every run has a nonce of its own."""
    seen: dict[str, Case] = {}
    for case in facts.cases:
        for nonce in {record.nonce for record in case.evidence.records}:
            first = seen.setdefault(nonce, case)
            if first is not case:
                yield Found(f"its record is also that of submission {first.number} ({first.account})", case)


@check(
    "A116",
    "note",
    "records that name no submission",
    "The worker does not show numbers; only the site says whose it is.",
)
def unbound(facts: Facts) -> Iterable[Found]:
    """The worker did not show which submission it ran."""
    numbers = [case.number for case in facts.cases if case.score is not None and not case.score.bound]
    if numbers and not facts.rehearsed:
        yield Found(f"{len(numbers)} score records, first of submission {numbers[0]}", place="records")


CHECKS = (altered, replayed, missing, other_digest, twice, unbound, other_phase)
