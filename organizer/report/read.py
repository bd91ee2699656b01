"""From a results folder to what a report shows; nothing here asks a site or believes its numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from organizer.report.records import Recorded, recorded
from organizer.report.teams import team_names
from organizer.report.view import Edition, Entry, Finding, PhaseView, ReportView, Tries
from organizer.results.folder import Phase, ResultsFolder, Submission
from scoring_program.efficiency import rank
from scoring_program.standings import Result
from xtreme_tasks.settings import Baseline, Rule

ENDED_WELL = "Finished"
PROVISIONAL = (
    "Provisional: the records behind these standings were not audited. `competition audit` and `competition rerank` "
    "make them official."
)


@dataclass(frozen=True)
class Official:
    """What an audit decided.

    Attributes:
        results: by phase: team and result; a result without a record has score 0.
        submissions: by phase: number of the submission that stands for a team; 0 = none.

    """

    results: Mapping[str, tuple[Result, ...]]
    submissions: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Source:
    """All that a report is made of.

    Attributes:
        folder: the results.
        rule, baseline: of the competition's rules.
        roster: team by account, or None.
        official: None as long as there was no audit.
        findings: for the organizer's copy.
        now: Unix seconds; decides which phases have ended.

    """

    folder: ResultsFolder
    rule: Rule
    baseline: Baseline
    roster: Mapping[str, str] | None
    official: Official | None
    findings: tuple[Finding, ...]
    now: float


def read_view(source: Source, edition: Edition) -> ReportView:
    """The report of one edition.

    Raises:
        OrganizerFault: E201, E267 (a file that is gone or was changed), E231 (a result that cannot be ranked).

    """
    folder = source.folder
    names = team_names(folder, source.roster)
    phases = tuple(_phase(source, phase, names, edition) for phase in folder.competition.phases)
    notes: tuple[str, ...] = () if source.official is not None else (PROVISIONAL,)
    if any(len({entry.hardware for entry in phase.entries.values()}) > 1 for phase in phases):
        notes += ("Not all runs of a phase were on the same hardware: their durations are not comparable.",)
    return ReportView(
        title=folder.competition.title,
        edition=edition,
        official=source.official is not None,
        collected=folder.competition.collected,
        phases=phases,
        baseline=source.baseline,
        findings=source.findings if edition == "organizer" else (),
        notes=notes,
    )


def _phase(source: Source, phase: Phase, names: Mapping[str, str], edition: Edition) -> PhaseView:
    submissions = source.folder.of_phase(phase.key)
    ended = has_ended(source.folder, phase, source.now)
    found = _official(source, phase.key) if source.official is not None else _latest(source.folder, submissions, names)
    detail = edition == "organizer" or phase.key != "final" or ended
    entries = {one.entry.team: one.entry if detail else replace(one.entry, parts={}) for one in found}
    tries, unnamed = _tries(submissions, names, edition)
    standings = rank([one.result for one in found], source.rule, source.baseline)
    return PhaseView(phase.key, phase.name, ended, standings, entries, tries, unnamed, detail)


def has_ended(folder: ResultsFolder, phase: Phase, now: float) -> bool:
    """Whether a phase's end has passed; a rehearsal has no windows and is over, an open end never passes."""
    return folder.competition.id == 0 or 0 < phase.end <= now


def _latest(folder: ResultsFolder, submissions: Sequence[Submission], names: Mapping[str, str]) -> list[Recorded]:
    """The last finished submission of each team, which is what the hosted leaderboard shows."""
    last: dict[str, Recorded] = {}
    for submission in submissions:
        team = names.get(submission.account)
        if team is not None and submission.status == ENDED_WELL:
            found = recorded(folder, submission, team)
            if found is not None:
                last[team] = found
    return list(last.values())


def _official(source: Source, key: str) -> list[Recorded]:
    """The audited results; where the folder has the record, with what it tells besides."""
    assert source.official is not None  # noqa: S101 - the caller asked
    numbers = source.official.submissions.get(key, {})
    by_number = {submission.id: submission for submission in source.folder.of_phase(key)}
    made = []
    for result in source.official.results.get(key, ()):
        submission = by_number.get(numbers.get(result.team, 0))
        found = recorded(source.folder, submission, result.team) if submission is not None else None
        entry = found.entry if found is not None else Entry(result.team, 0, result.score, result.duration)
        # What the audit says stands, whatever else the record tells: a voided attempt has score 0.
        if entry.score != result.score:
            entry = Entry(result.team, entry.submission, result.score, result.duration)
        made.append(Recorded(result, entry))
    return made


def _tries(
    submissions: Sequence[Submission], names: Mapping[str, str], edition: Edition
) -> tuple[tuple[Tries, ...], int]:
    """Counts by team; accounts without a team stand under their own name in the organizer's copy only."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    unnamed = 0
    for submission in submissions:
        team = names.get(submission.account)
        if team is None and edition == "public":
            unnamed += 1
            continue
        count = counts[team or f"{submission.account} (no team)"]
        count["all"] += 1
        count[submission.status] += 1
        count["deleted"] += bool(submission.missing_since or submission.soft_deleted)
    made = (
        Tries(team, count["all"], count[ENDED_WELL], count["Failed"], count["deleted"])
        for team, count in sorted(counts.items())
    )
    return tuple(made), unnamed
