"""The main path of `competition rerank`: audited results, the rule, and what to do where noise could decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from organizer.audit.audited import Audited, PhaseResults
from organizer.audit.official import Official
from organizer.rerank.bands import noise_known
from organizer.rerank.doubts import baseline_doubts, competing_doubts, permits, title_doubts
from organizer.rerank.noise import Doubt, duration_doubt, score_doubt
from organizer.rerank.notes import by_numbers, notes
from organizer.rerank.standings import Confidence, RankedPhase, RankedRow, Reranked
from scoring_program.efficiency import rank
from scoring_program.standings import Row, Standings, Step
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import Baseline, Rule

WhenUnsure = Literal["point", "keep", "rerun"]
"""`point`: decide by the measured numbers; `keep`: leave the order; `rerun`: leave it, and ask for re-runs."""
RuleName = Literal["", "places", "baseline"]


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
    asks = chosen.when_unsure == "rerun"
    again = permits(doubts, known, rule) if asks else ()
    said = (*notes(phase.results, rule, phase.baseline), *(by_numbers(doubts) if asks else ()))
    winner = rows[0].team if rows and rows[0].score > 0 else ""
    return RankedPhase(
        phase.phase, phase.name, rule.name, winner, not again, rows, standings.trail, doubts, again, said
    )


def _ranked(
    results: Sequence[Official], rule: Rule, baseline: Baseline, when_unsure: WhenUnsure
) -> tuple[Standings, tuple[Doubt, ...]]:
    plain = [one.result for one in results]
    if rule.name == "baseline":
        return rank(plain, rule, baseline), _each_once(baseline_doubts(results, rule, baseline))
    known = {one.team: one for one in results}
    # Moves do not change who holds a title, so an order without any doubt says who does.
    titles = title_doubts(rank(plain, rule), known)
    doubts: list[Doubt] = []

    def review(step: Step) -> Step:
        team, other = known[step.team], known[step.other]
        found = (duration_doubt(team, other, 1 - rule.duration_gain), score_doubt(team, other, rule.score_gap))
        mine = [doubt for doubt in found if doubt is not None]
        doubts.extend(mine)
        return _reviewed(step, mine, titles[step.title], when_unsure)

    standings = rank(plain, rule, baseline, review)
    doubts += [doubt for found in titles.values() for doubt in found]
    return standings, _each_once([*doubts, *competing_doubts(standings, known, rule)])


def _reviewed(step: Step, guard: Sequence[Doubt], title: Sequence[Doubt], when_unsure: WhenUnsure) -> Step:
    """The step, or its refusal where the organizer leaves the order while a guard or the mover's title is open."""
    if step.kind != "move":
        return step
    why = next((doubt.sentence for doubt in guard if _leaves(doubt, when_unsure)), "")
    if not why and (doubt := next((one for one in title if _leaves(one, when_unsure)), None)):
        why = f"who holds its title is not decided: {doubt.sentence}"
    sentence = f"{step.team} does not move past {step.other}: {why}"
    return replace(step, kind="refusal", reason="unsure", sentence=sentence) if why else step


def _leaves(doubt: Doubt, when_unsure: WhenUnsure) -> bool:
    """Whether such a doubt leaves the order as it is; what waits for a run that cannot be made would wait forever."""
    return when_unsure != "point" and doubt.about != "score" and (when_unsure == "keep" or doubt.runs > 0)


def _each_once(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """Each doubt once, and each pair on two machines: it is the same whoever would move."""
    found: dict[object, Doubt] = {}
    for doubt in doubts:
        found.setdefault(frozenset((doubt.team, doubt.other)) if doubt.about == "hardware" else doubt, doubt)
    return tuple(found.values())


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
