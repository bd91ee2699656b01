"""What the measurement leaves open beside the moves: titles, who competes for them, the rule `baseline`; re-runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from organizer.audit.official import Official
from organizer.rerank.bands import SHARED, repeats
from organizer.rerank.noise import Doubt, duration_doubt, score_doubt
from organizer.rerank.standings import Permit
from scoring_program.standings import Standings, by_duration
from xtreme_tasks.hardware import named
from xtreme_tasks.settings import Baseline, Rule

BASELINE = "the baseline"
ASSUMED = "the same, as the organizer says"
"""In place of both keys where the baseline has none."""


def title_doubts(standings: Standings, known: Mapping[str, Official]) -> dict[int, tuple[Doubt, ...]]:
    """By title, whether noise could have given it to somebody later in line, who would then have moved.

    Every later one is asked: behind one that is clearly slower there may be one with a wider band.
    """
    excluded = {step.team for step in standings.trail if step.kind == "excluded"}
    line = by_duration([known[row.team].result for row in standings.rows if row.team not in excluded])
    found = {}
    for title, holder in enumerate(line[:2], 1):
        pairs = (duration_doubt(known[holder.team], known[other.team], 1.0) for other in line[title:])
        found[title] = tuple(doubt for doubt in pairs if doubt is not None)
    return found


def competing_doubts(standings: Standings, known: Mapping[str, Official], rule: Rule) -> list[Doubt]:
    """Whether other hidden examples could have let an excluded team compete for the titles, or excluded a holder."""
    best = next((known[row.team] for row in standings.rows if row.place_by_score == 1), None)
    behind = [step.team for step in standings.trail if step.kind == "excluded" and step.reason == "behind"]
    holders = [row.team for row in standings.rows if row.title and row.place_by_score > 1]
    found = (score_doubt(known[team], best, rule.score_gap) for team in (*behind, *holders) if best is not None)
    return [doubt for doubt in found if doubt is not None]


def baseline_doubts(results: Sequence[Official], rule: Rule, baseline: Baseline) -> list[Doubt]:
    """Whether noise, or other hidden examples, could have decided that the rule applies to a team."""
    if baseline.duration <= 0 or baseline.score <= 0:
        return []
    limits = (1 - rule.duration_gain, 1 + rule.duration_gain)
    found = []
    for one in results:
        if one.score > 0:
            team, other = _beside(one, baseline)
            found += [duration_doubt(team, other, limit, fixed=True) for limit in limits]
            found.append(score_doubt(team, other, rule.score_gap))
    return [doubt for doubt in found if doubt is not None]


def _beside(one: Official, baseline: Baseline) -> tuple[Official, Official]:
    """A team and the baseline, whose score has no interval here; without a key it is taken as measured where he was."""
    other = Official(
        BASELINE,
        "",
        0,
        baseline.score,
        baseline.duration,
        0.0,
        "ok",
        "",
        0,
        score_low=baseline.score,
        score_high=baseline.score,
        band_low=baseline.band_low,
        band_high=baseline.band_high,
        hardware=baseline.hardware,
    )
    if named(baseline.hardware):
        return one, other
    return replace(one, hardware=ASSUMED), replace(other, hardware=ASSUMED)


def permits(doubts: Iterable[Doubt], known: Mapping[str, Official], rule: Rule) -> tuple[Permit, ...]:
    """Whom to run again, and how often: the most that any of his doubts asks for."""
    wanted: dict[str, int] = {}
    for doubt in doubts:
        # Under the rule `baseline` the other one is the baseline, which runs no more, whatever a team is called.
        for team in (doubt.team, doubt.other) if rule.name == "places" else (doubt.team,):
            if doubt.runs and _again(known[team], doubt):
                wanted[team] = max(wanted.get(team, 0), doubt.runs)
    return tuple(Permit(team, known[team].submission, number) for team, number in sorted(wanted.items()))


def _again(one: Official, doubt: Doubt) -> bool:
    """Whether a doubt asks for runs of this team: not where it has as many, or only the other's was disturbed."""
    if doubt.about == "disturbed":
        return one.timing == "void" or one.contended > SHARED
    return doubt.about == "hardware" or repeats(one) < doubt.runs
