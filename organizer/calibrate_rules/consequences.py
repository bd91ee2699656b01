"""What a choice of thresholds would have changed: the official results ranked again with it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from organizer.audit.audited import Audited, PhaseResults
from organizer.calibrate_rules.proposal import Proposal, with_value
from organizer.rerank.rerank import Choice, rank_phase
from xtreme_tasks.settings import Rule

LADDERS = {
    "duration_gain": (0.01, 0.02, 0.05, 0.1, 0.2),
    "score_gap": (2.0, 5.0, 10.0, 20.0),
    "weight": (0.5, 1.0, 2.0, 4.0),
}


@dataclass(frozen=True)
class Consequence:
    """One choice in one phase.

    Attributes:
        name, value: the threshold; the others stay as they are.
        phase: its key.
        order: teams, the winner first.
        moves: moves past one team under `places`; teams with an adjustment under `baseline`.
        changed: teams whose place differs from that under the present thresholds.
        unsure: comparisons that the measurement does not decide.

    """

    name: str
    value: float
    phase: str
    order: tuple[str, ...]
    moves: int
    changed: int
    unsure: int


def consequences(audited: Audited, proposals: Sequence[Proposal]) -> Iterator[Consequence]:
    """Every rung of each ladder, the present and the proposed value among them; `weight` under the rule `baseline`."""
    for proposal in proposals:
        values = sorted({*LADDERS[proposal.name], proposal.now, proposal.proposed})
        for phase in audited.phases:
            if not phase.results:
                continue
            rule = replace(phase.rule, name="baseline") if proposal.name == "weight" else phase.rule
            if rule.name == "baseline" and phase.baseline.duration <= 0:
                continue
            before = _order(phase, rule)
            for value in values:
                yield _consequence(phase, with_value(rule, proposal.name, value), proposal.name, value, before)


def _consequence(phase: PhaseResults, rule: Rule, name: str, value: float, before: Sequence[str]) -> Consequence:
    ranked = rank_phase(replace(phase, rule=rule), Choice())
    order = tuple(row.team for row in ranked.rows)
    return Consequence(
        name,
        value,
        phase.phase,
        order,
        sum(step.kind == "move" or (step.kind == "adjustment" and not step.reason) for step in ranked.trail),
        sum(one != other for one, other in zip(order, before, strict=True)),
        sum(doubt.about != "score" for doubt in ranked.doubts),
    )


def _order(phase: PhaseResults, rule: Rule) -> tuple[str, ...]:
    return tuple(row.team for row in rank_phase(replace(phase, rule=rule), Choice()).rows)
