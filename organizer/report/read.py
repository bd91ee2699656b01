"""From a results folder to what a report shows; nothing here asks a site or believes its numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from organizer.report.records import Recorded, recorded
from organizer.report.teams import team_names
from organizer.report.view import Entry, Finding, PhaseView, ReportView, Tries
from organizer.rerank.standings import RankedPhase, Reranked
from organizer.results.folder import Phase, ResultsFolder, Submission
from scoring_program.efficiency import rank
from xtreme_tasks.settings import Baseline, Rule

FINISHED = "Finished"
PROVISIONAL = "Provisional: the records behind these standings were not audited yet."
NOT_PROVABLE = "The number of attempts cannot be proved: the data are not sealed, or the worker's journal is not whole."
OPEN = "Some places are not settled: runs are to be repeated."
OTHER_HARDWARE = "Not all runs of a phase were on the same hardware: their durations are not comparable."


@dataclass(frozen=True)
class Source:
    """All that a report is made of.

    Attributes:
        folder: the results.
        rule, baseline: of the competition; without official standings they rank.
        roster: team by account; None: there is no roster.
        official: the standings of audited records; None as long as there are none.
        findings: for the organizer's copy.
        now: Unix seconds; decides which phases have ended.

    """

    folder: ResultsFolder
    rule: Rule
    baseline: Baseline
    roster: Mapping[str, str] | None
    official: Reranked | None
    findings: tuple[Finding, ...]
    now: float


def read_view(source: Source) -> ReportView:
    """The organizer's report, with everything; `public` takes out of it what the public must not see.

    Raises:
        OrganizerFault: E201, E267 (a file that is gone or was changed), E231 (a result that cannot be ranked).

    """
    folder, official = source.folder, source.official
    names = _names(source)
    ranked = {phase.phase: phase for phase in official.phases} if official is not None else {}
    phases = tuple(_phase(source, phase, names, ranked.get(phase.key)) for phase in folder.competition.phases)
    notes = [PROVISIONAL] if official is None else [] if official.provable else [NOT_PROVABLE]
    notes += [] if all(phase.settled for phase in phases) else [OPEN]
    if any(len({one.hardware for one in phase.entries.values() if one.score > 0}) > 1 for phase in phases):
        notes.append(OTHER_HARDWARE)
    return ReportView(
        title=folder.competition.title,
        edition="organizer",
        official=official is not None,
        collected=folder.competition.collected,
        phases=phases,
        baseline=source.baseline,
        findings=source.findings,
        notes=tuple(notes),
    )


def public(view: ReportView) -> ReportView:
    """The public edition: no findings, no account without a team, no detail of a final phase that has not ended."""
    return replace(view, edition="public", findings=(), phases=tuple(map(_public_phase, view.phases)))


def _public_phase(phase: PhaseView) -> PhaseView:
    hidden = sum(one.submissions for one in phase.tries if not one.named)
    tries = tuple(one for one in phase.tries if one.named)
    detail = phase.key != "final" or phase.ended
    entries = {team: one if detail else replace(one, parts={}) for team, one in phase.entries.items()}
    return replace(phase, tries=tries, unnamed=hidden, entries=entries, detail=detail, notes=())


def _names(source: Source) -> Mapping[str, str]:
    """Team by account: the audit's word first."""
    if source.official is None:
        return team_names(source.folder, source.roster)
    rows = (row for phase in source.official.phases for row in phase.rows)
    return {**(source.roster or {}), **{row.account: row.team for row in rows if row.account}}


def has_ended(folder: ResultsFolder, phase: Phase, now: float) -> bool:
    """Whether a phase's end has passed; a rehearsal has no windows and is over, an open end never passes."""
    return folder.competition.id == 0 or 0 < phase.end <= now


def _phase(source: Source, phase: Phase, names: Mapping[str, str], ranked: RankedPhase | None) -> PhaseView:
    submissions = source.folder.of_phase(phase.key)
    ended, tries = has_ended(source.folder, phase, source.now), _tries(submissions, names)
    if ranked is not None:
        entries = _official(source.folder, submissions, ranked)
        doubts = tuple(doubt.sentence for doubt in ranked.doubts)
        return PhaseView(
            phase.key,
            phase.name,
            ended,
            ranked.standings,
            entries,
            tries,
            doubts=doubts,
            notes=ranked.notes,
            settled=ranked.settled,
        )
    found = _latest(source.folder, submissions, names) if source.official is None else []
    standings = rank([one.result for one in found], source.rule, source.baseline)
    entries = {one.entry.team: one.entry for one in found}
    for row in standings.rows:
        if row.adjustment is not None:
            entries[row.team] = replace(entries[row.team], adjusted=row.adjustment.value)
    return PhaseView(phase.key, phase.name, ended, standings, entries, tries)


def _latest(folder: ResultsFolder, submissions: Sequence[Submission], names: Mapping[str, str]) -> list[Recorded]:
    """The last finished submission of each team, which is what the hosted leaderboard shows."""
    last = {
        names[one.account]: one
        for one in submissions
        if one.account in names and one.status == FINISHED and "score_record.json" in one.files
    }
    found = (recorded(folder, submission, team) for team, submission in last.items())
    return [one for one in found if one is not None]


def _official(folder: ResultsFolder, submissions: Sequence[Submission], ranked: RankedPhase) -> dict[str, Entry]:
    """The audited results by team; where the folder has the record, with what it tells besides."""
    by_number = {submission.id: submission for submission in submissions}
    made = {}
    for row in ranked.rows:
        submission = by_number.get(row.submission)
        found = recorded(folder, submission, row.team) if submission is not None else None
        # What the audit says stands, whatever else a record tells: a record that was not believed shows nothing.
        entry = Entry(row.team, row.submission, row.score, row.duration, hardware=row.hardware)
        if found is not None and (found.entry.score, found.entry.duration) == (row.score, row.duration):
            entry = found.entry
        adjusted = row.adjusted if ranked.rule == "baseline" else None
        made[row.team] = replace(entry, adjusted=adjusted, confidence=row.confidence)
    return made


def _tries(submissions: Sequence[Submission], names: Mapping[str, str]) -> tuple[Tries, ...]:
    """Counts by team; an account without a team stands under its own name, marked."""
    counts: defaultdict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    for submission in submissions:
        named = submission.account in names
        count = counts[names[submission.account] if named else submission.account, named]
        count["all"] += 1
        count[submission.status] += 1
        count["deleted"] += bool(submission.missing_since or submission.soft_deleted)
    return tuple(
        Tries(team, count["all"], count[FINISHED], count["Failed"], count["deleted"], named)
        for (team, named), count in sorted(counts.items())
    )
