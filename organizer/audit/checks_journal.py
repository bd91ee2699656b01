"""Checks of the worker's journal: that it is whole, that it covers what ran, and what the gate saw and refused."""

from __future__ import annotations

from collections.abc import Iterable

from organizer.audit.facts import Facts
from organizer.audit.finding import Found, check

SUSPICIOUS = frozenset({"E241", "E242", "E243", "E244", "E245"})
"""Refusals of what an honest competition never sends."""


@check("A141", "warning", "not provable without a journal", "Name the gate's journal with --journal.")
def no_journal(facts: Facts) -> Iterable[Found]:
    """Without the journal a deleted submission leaves no trace."""
    if facts.history is None and not facts.rehearsed:
        yield Found("how many attempts began is not provable: a deleted submission leaves no trace", place="journal")


@check(
    "A142",
    "error",
    "a damaged journal",
    "Keep the file; compare it with the digests that the gate printed, and with a backup.",
)
def damaged(facts: Facts) -> Iterable[Found]:
    """A line does not continue the chain; what stands before it is believed, and nothing after it."""
    if facts.history is not None and facts.history.damage:
        what = f"{facts.history.damage.rstrip('.')} - {facts.history.entries} lines before it are believed"
        yield Found(what, place="journal")


@check("A143", "note", "a torn end of the journal", "A death of the gate; the next start of the gate notes it.")
def torn(facts: Facts) -> Iterable[Found]:
    """The last line was not written to its end."""
    if facts.history is not None and facts.history.torn:
        yield Found(f"{facts.history.torn} bytes after line {facts.history.entries}", place="journal")


@check(
    "A144",
    "warning",
    "runs that the journal does not know",
    "Another worker ran it, or the journal was cut: compare its last digest.",
)
def unknown(facts: Facts) -> Iterable[Found]:
    """A verified record of a run that the journal does not hold."""
    if facts.history is None:
        return
    for case in facts.cases:
        if not case.steps and case.own_records:
            yield Found("a verified record, and no line of the journal", case)


@check(
    "A145",
    "warning",
    "jobs that the gate refused",
    "Nothing ran; compare the site's tasks, image and queue with the build.",
)
def refused(facts: Facts) -> Iterable[Found]:
    """Foreign hosts, images, programs or data, or a program in the wrong role."""
    for one in facts.history.refusals if facts.history is not None else ():
        if one.code in SUSPICIOUS:
            number = f"submission {one.submission} of account number {one.user}, as the job says"
            yield Found(one.line.rstrip("."), place=number)


@check(
    "A146",
    "warning",
    "not provable in an unsealed build",
    "Its signatures are checksums that anybody can make; build sealed.",
)
def unsealed(facts: Facts) -> Iterable[Found]:
    """The key of an unsealed bundle is in the bundle."""
    if not facts.build.sealed:
        yield Found("records can be forged by anybody who downloads the bundle", place="build")


@check(
    "A133",
    "error",
    "runs on data or programs that are not the build's",
    "Its result says nothing; void it, and find out who changed the task.",
)
def other_data(facts: Facts) -> Iterable[Found]:
    """The digests that the gate noted of what it extracted."""
    known = {("ingestion", "program"): "", ("scoring", "program"): ""}
    known = {key: facts.build.bundle.programs[key[0]] for key in known}
    for case in facts.cases:
        for step in case.steps:
            expected = {
                "program": known.get((step.role, "program")),
                "data": facts.build.data.get((step.phase, step.role)),
            }
            for name, digest in expected.items():
                if name in step.digests and step.digests[name] != digest:
                    yield Found(f"the {step.role} {name} is not that of {step.phase}", case)


@check("A134", "error", "runs in another image than the pinned one", "Its duration and result say nothing; void it.")
def other_image(facts: Facts) -> Iterable[Found]:
    """The image's digest by the journal; only where the build pinned one and the local image has that name."""
    images = {step.image for case in facts.cases for step in case.steps if step.image}
    if len(images) > 1:
        yield Found(f"{len(images)} images ran: {', '.join(sorted(images))}", place="image")


CHECKS = (no_journal, damaged, torn, unknown, refused, unsealed, other_data, other_image)
