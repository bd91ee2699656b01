"""Checks of attempts: how often whose code saw hidden data, when, and what became of the traces."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from organizer.audit.facts import Case, Facts
from organizer.audit.finding import Found, check
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.window import check_window

TOLERANCE = 120.0
"""Seconds by which the clocks of site and worker may differ."""


@check(
    "A121",
    "error",
    "more attempts than allowed",
    "The first allowed ones count; void one of them only if it was no fault of the team.",
)
def too_many(facts: Facts) -> Iterable[Found]:
    """Attempts that began, of all accounts of a team, whatever the site says of them."""
    for (phase, team), cases in facts.attempts.items():
        allowed = facts.build.attempts(phase) if phase in facts.build.settings else 0
        if len(cases) > allowed:
            numbers = ", ".join(str(case.number) for case in cases)
            what = f"attempt {allowed + 1} of {allowed} of team {team} (submissions {numbers} began)"
            yield Found(what, cases[allowed])


@check(
    "A122",
    "error",
    "deleted submissions",
    "The attempt counts; ask the team. Records that were collected before stay valid.",
)
def deleted(facts: Facts) -> Iterable[Found]:
    """The journal or an earlier collection knows an attempt that the site does not list."""
    for case in facts.cases:
        if case.began and case.submission is None:
            yield Found("the journal has it, the site does not list it", case)
        elif case.began and not case.listed:
            yield Found("the site listed it before, and its owner deleted it", case)


@check("A130", "note", "deleted submissions that were no attempts", "Nothing: they never saw hidden data.")
def withdrawn(facts: Facts) -> Iterable[Found]:
    """Deleted, and nothing says that it began; without a journal that is no proof."""
    for case in facts.cases:
        if not case.began and not case.listed:
            yield Found("deleted before it began", case)


@check(
    "A123",
    "error",
    "attempts that the site does not count",
    "The attempt counts all the same; void it only if the fault was yours.",
)
def evaded(facts: Facts) -> Iterable[Found]:
    """Hidden data were handed out and the site says Failed, which frees the attempt, or Cancelled."""
    for case in facts.cases:
        submission = case.submission
        if submission is None or not case.began or case.permitted or case.void:
            continue
        if submission.status == "Cancelled" or (submission.status == "Failed" and _scored(case)):
            yield Found(f"{submission.status} on the site, though it ran to its end", case)
        elif submission.status == "Failed":
            yield Found("Failed on the site, after hidden data had been handed out", case)


def _scored(case: Case) -> bool:
    return case.score is not None and case.score.counts


@check(
    "A124",
    "error",
    "runs outside the phase's window",
    "They do not count. Who ran them had the data too early or too late.",
)
def outside(facts: Facts) -> Iterable[Found]:
    """Judged by the worker's clock, with the phase's grace."""
    for case in facts.cases:
        reason = window_fault(facts, case)
        if case.began and reason:
            yield Found(reason, case)


def window_fault(facts: Facts, case: Case) -> str:
    """Why a run is outside its phase's window; empty if it is inside, permitted, or a rehearsal's."""
    settings = facts.build.settings.get(case.phase)
    if facts.rehearsed or case.permitted or settings is None or not case.accepted:
        return ""
    try:
        check_window(settings, case.accepted)
    except OrganizerFault as fault:
        return fault.detail
    return ""


@check("A125", "warning", "times that its owner sent", "The site's time is not used; the worker's clock is.")
def wrong_time(facts: Facts) -> Iterable[Found]:
    """`created` is later than the run, outside the phase, or out of the order of the submissions' numbers."""
    if facts.rehearsed:
        return
    listed = [case for case in facts.cases if case.submission is not None]
    times = [case.submission.created for case in listed if case.submission is not None]
    kept = _in_order(times)
    for place, (case, created) in enumerate(zip(listed, times, strict=True)):
        phase = facts.build.settings.get(case.submission.phase) if case.submission is not None else None
        if case.accepted and created > case.accepted + TOLERANCE:
            yield Found("it was made after it ran, says the site", case)
        elif phase is not None and phase.start and created < phase.start - TOLERANCE:
            yield Found("it was made before its phase began, says the site", case)
        elif place not in kept:
            yield Found("its time does not fit the times of the submissions before and after it", case)


def _in_order(times: list[float]) -> set[int]:
    """Places of a longest run of times that never falls, and of what misses it by no more than the tolerance."""
    tails: list[float] = []
    ends: list[int] = []
    before: list[int] = []
    for place, value in enumerate(times):
        at = bisect_right(tails, value)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [value]
        ends[at : at + 1] = [place]
    kept, place = set(), ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    latest = 0.0
    for place, value in enumerate(times):
        latest = max(latest, value) if place in kept else latest
        if latest - TOLERANCE <= value <= latest + TOLERANCE:
            kept.add(place)
    return kept


@check(
    "A126",
    "warning",
    "several accounts of one team",
    "They share the team's attempts; tell the team to use one account.",
)
def accounts(facts: Facts) -> Iterable[Found]:
    """The roster puts several accounts of one phase into one team."""
    for (phase, team), cases in facts.attempts.items():
        names = sorted({case.account for case in cases})
        if len(names) > 1:
            yield Found(f"attempts of {', '.join(names)} in {phase}", place=f"team {team}")


@check(
    "A127",
    "warning",
    "accounts that are not on the roster",
    "They do not take part; add them to the roster if they do.",
)
def strangers(facts: Facts) -> Iterable[Found]:
    """The roster names teams, and this account is in none."""
    found: dict[str, int] = defaultdict(int)
    for case in facts.cases:
        if not case.team and case.account not in _organizers(facts):
            found[case.account] += 1
    for account, number in sorted(found.items()):
        yield Found(f"{number} submissions", place=f"account {account}")


def _organizers(facts: Facts) -> tuple[str, ...]:
    competition = facts.results.competition
    return (competition.owner, *competition.collaborators)


@check(
    "A128",
    "warning",
    "the same code from two teams",
    "Perhaps one team with two accounts: ask both; the roster decides.",
)
def same_code(facts: Facts) -> Iterable[Found]:
    """Two teams' folders have one digest."""
    seen: dict[str, Case] = {}
    told: set[tuple[str, str]] = set()
    for case in facts.cases:
        for digest in {record.submission_digest for record in case.own_records if record.submission_digest}:
            first = seen.setdefault(digest, case)
            pair = (first.team, case.team)
            if case.team and first.team and first.team != case.team and pair not in told:
                told.add(pair)
                yield Found(f"its code is that of submission {first.number} of team {first.team}", case)


@check(
    "A129",
    "warning",
    "a permitted re-run of other code",
    "A re-run repeats an attempt; void the re-run if the new code was not agreed.",
)
def other_code(facts: Facts) -> Iterable[Found]:
    """An organizer's re-run ran something else than the attempt that it replaces."""
    for case in facts.cases:
        earlier = facts.attempts.get((case.phase, case.team), ()) if case.permitted and case.began else ()
        own = {record.submission_digest for record in case.own_records}
        before = {record.submission_digest for one in earlier for record in one.own_records}
        if own and before and not own & before:
            yield Found("the organizer permitted it, and its code is not that of the team's attempt", case)


CHECKS = (too_many, deleted, withdrawn, evaded, outside, wrong_time, accounts, strangers, same_code, other_code)
