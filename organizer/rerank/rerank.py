"""The main path of `competition rerank`: audited results, the rule, and what to do where noise could decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, cast

from organizer.audit.audited import Audited, PhaseResults
from organizer.audit.official import Official
from organizer.rerank.noise import Doubt, duration_doubt, noise_known, score_doubt
from organizer.rerank.standings import Confidence, Permit, RankedPhase, RankedRow, Reranked
from scoring_program.efficiency import rank
from scoring_program.standings import Row, Standings, Step, by_duration
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Baseline, Rule

WhenUnsure = Literal["point", "keep", "rerun"]
"""`point`: decide by the measured numbers; `keep`: leave the order; `rerun`: leave it, and ask for re-runs."""
RuleName = Literal["", "places", "baseline"]
BASELINE = "the baseline"


@dataclass(frozen=True)
class Choice:
    """What the organizer chose: what to do where noise could decide, and a rule instead of the build's own."""

    when_unsure: WhenUnsure = "point"
    rule: RuleName = ""


def choice(when_unsure: str, rule: str = "") -> Choice:
    """The organizer's choice from its words (E233)."""
    if when_unsure not in ("point", "keep", "rerun"):
        raise OrganizerFault("E233", f"--when-unsure {when_unsure}", "point, keep or rerun")
    if rule not in ("", "places", "baseline"):
        raise OrganizerFault("E233", f"--rule {rule}", "places or baseline")
    return Choice(cast(WhenUnsure, when_unsure), cast(RuleName, rule))


def rerank(audited: Audited, chosen: Choice = Choice()) -> Reranked:
    """The official standings of every phase.

    Raises:
        OrganizerFault: E231 for a result that cannot be ranked.

    """
    return Reranked(
        bundle=audited.bundle,
        competition=audited.competition,
        title=audited.title,
        collected=audited.collected,
        audited=audited.audited,
        provable=audited.provable,
        when_unsure=chosen.when_unsure,
        phases=tuple(rank_phase(phase, chosen) for phase in audited.phases),
    )


def rank_phase(phase: PhaseResults, chosen: Choice) -> RankedPhase:
    """The official standings of one phase."""
    rule = replace(phase.rule, name=chosen.rule) if chosen.rule else phase.rule
    known = {one.team: one for one in phase.results}
    standings, doubts = _ranked(phase.results, rule, phase.baseline, chosen.when_unsure)
    rows = tuple(_row(row, known[row.team], doubts) for row in standings.rows)
    permits = _permits(doubts, known) if chosen.when_unsure == "rerun" else ()
    winner = rows[0].team if rows and rows[0].score > 0 else ""
    return RankedPhase(phase.phase, phase.name, rule.name, winner, not permits, rows, standings.trail, doubts, permits)


def _ranked(
    results: Sequence[Official], rule: Rule, baseline: Baseline, when_unsure: WhenUnsure
) -> tuple[Standings, tuple[Doubt, ...]]:
    known = {one.team: one for one in results}
    doubts: dict[tuple[str, str, str], Doubt] = {}

    def review(step: Step) -> Step:
        team, other = known[step.team], known[step.other]
        found = [duration_doubt(team, other, 1 - rule.duration_gain), score_doubt(team, other, rule.score_gap)]
        mine = [doubt for doubt in found if doubt is not None]
        doubts.update({(doubt.team, doubt.other, doubt.about): doubt for doubt in mine})
        # What no run can settle is decided by the numbers, or nothing could ever be decided.
        settle = [doubt for doubt in mine if doubt.about != "score"]
        if step.kind != "move" or not settle or when_unsure == "point":
            return step
        sentence = f"{step.team} does not move past {step.other}: {settle[0].sentence}"
        return replace(step, kind="refusal", reason="unsure", sentence=sentence)

    standings = rank([one.result for one in results], rule, baseline, review)
    places = rule.name == "places"
    found = _title_doubts(standings, known) if places else _baseline_doubts(results, rule, baseline)
    doubts.update({(doubt.team, doubt.other, doubt.about): doubt for doubt in found})
    return standings, tuple(doubts.values())


def _title_doubts(standings: Standings, known: dict[str, Official]) -> list[Doubt]:
    """Whether noise could have given a title to the next in line, who would then have moved."""
    excluded = {step.team for step in standings.trail if step.kind == "excluded"}
    line = by_duration([known[row.team].result for row in standings.rows if row.team not in excluded])
    found = (duration_doubt(known[one.team], known[other.team], 1.0) for one, other in pairwise(line[:3]))
    return [doubt for doubt in found if doubt is not None]


def _baseline_doubts(results: Sequence[Official], rule: Rule, baseline: Baseline) -> list[Doubt]:
    """Whether noise could have decided that the rule applies to a team."""
    if baseline.duration <= 0 or baseline.score <= 0:
        return []
    other = Official(BASELINE, "", 0, baseline.score, baseline.duration, 0.0, "ok", "", 0)
    limits = (1 - rule.duration_gain, 1 + rule.duration_gain)
    # The build has no record of the baseline: that the worker measured it is the organizer's word.
    pairs = ((one, replace(other, hardware=one.hardware)) for one in results if one.score > 0)
    found = (duration_doubt(one, base, limit) for one, base in pairs for limit in limits)
    return [doubt for doubt in found if doubt is not None]


def _row(row: Row, one: Official, doubts: Sequence[Doubt]) -> RankedRow:
    touched = any(row.team in (doubt.team, doubt.other) for doubt in doubts)
    confidence: Confidence = (
        "unsure" if touched else "sure" if noise_known(one) or row.score == 0 else "noise not measured"
    )
    adjusted = row.adjustment.value if row.adjustment is not None else row.score
    return RankedRow(
        place=row.place,
        team=row.team,
        account=one.account,
        submission=one.submission,
        score=row.score,
        adjusted=adjusted if row.score > 0 else 0.0,
        signed_adjusted=one.adjusted,
        duration=row.duration,
        accepted=row.accepted,
        place_by_score=row.place_by_score,
        places_gained=row.places_gained,
        title=row.title,
        verdict=one.verdict,
        reason=one.reason,
        confidence=confidence,
        hardware=one.hardware,
    )


def _permits(doubts: Sequence[Doubt], known: dict[str, Official]) -> tuple[Permit, ...]:
    """Whom to run again, and how often: the most that any of his doubts asks for."""
    repeats: dict[str, int] = {}
    for doubt in doubts:
        for team in (doubt.team, doubt.other):
            if doubt.more_runs and team in known:
                repeats[team] = max(repeats.get(team, 0), doubt.more_runs)
    return tuple(Permit(team, known[team].submission, number) for team, number in sorted(repeats.items()))
