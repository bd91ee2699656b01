"""The proposed thresholds, each with its reason. Pure."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from organizer.calibrate_rules.measured import Measured, round_up
from xtreme_tasks.settings import Rule
from xtreme_tasks.tables import build

ONE_PERCENT = 2.326  # one-sided normal quantile: one false alarm in a hundred comparisons
LEAST_GAIN = 0.01


@dataclass(frozen=True)
class Policy:
    """What no measurement can tell.

    Attributes:
        share: how much of the baseline's distance from chance speed may be worth.

    """

    share: float = 0.2


@dataclass(frozen=True)
class Proposal:
    """One threshold: its name in rules.toml, the rule's present value, the proposed one, and why."""

    name: str
    now: float
    proposed: float
    reason: str


def propose(rule: Rule, measured: Measured, policy: Policy = Policy()) -> tuple[Proposal, ...]:
    """Thresholds for both rules.

    - `duration_gain`: two runs of the same code differ in the logarithm with `sqrt(2) * noise`; a gain above
      2.326 of these is a false one in one comparison of a hundred.
    - `score_gap`: a share of what the baseline has above chance, but more than the sampling of the hidden examples
      moves a difference of two scores.
    - `weight`: at the limit of `limit` halvings a bonus is worth half of the gap.
    """
    spread = math.sqrt(2) * measured.noise
    gain = max(LEAST_GAIN, round_up(1 - math.exp(-ONE_PERCENT * spread), "0.005"))
    above = measured.score - measured.chance
    sampling = math.sqrt(2) * measured.score_half
    gap = max(0.5, round_up(max(policy.share * above, sampling), "0.5"))
    weight = round_up(gap / 2 / rule.limit, "0.1") if rule.limit > 0 else rule.weight
    jitter = weight * 1.96 * measured.noise / math.log(2)
    return (
        Proposal(
            "duration_gain",
            rule.duration_gain,
            gain,
            f"two runs of the same code differ with a standard deviation of {100 * spread:.2f} % "
            f"({measured.noise_from}); {ONE_PERCENT:g} of these are exceeded by chance in one comparison of a hundred",
        ),
        Proposal(
            "score_gap",
            rule.score_gap,
            gap,
            f"{policy.share:.0%} of the {above:.1f} points between chance ({measured.chance:.1f}) and the baseline "
            f"({measured.score:.1f}); other hidden examples move a difference of two scores by {sampling:.2f}",
        ),
        Proposal(
            "weight",
            rule.weight,
            weight,
            f"a bonus of {rule.limit:g} halvings is then worth half of the gap; noise of the duration moves an "
            f"adjusted score by {jitter:.2f} points (95 %)",
        ),
    )


def with_proposals(rule: Rule, proposals: tuple[Proposal, ...]) -> Rule:
    """The rule with every proposed threshold."""
    for one in proposals:
        rule = with_value(rule, one.name, one.proposed)
    return rule


def with_value(rule: Rule, name: str, value: float) -> Rule:
    """The rule with another threshold, checked as rules.toml is (E231)."""
    changed: Rule = build(Rule, {**dataclasses.asdict(rule), name: value}, "rule")
    return changed


def toml(rule: Rule, proposals: tuple[Proposal, ...]) -> str:
    """The table [rule] of rules.toml with the proposed thresholds."""
    proposed = with_proposals(rule, proposals)
    lines = [f'name = "{proposed.name}"']
    lines += [f"{name} = {value!r}" for name, value in vars(proposed).items() if name != "name"]
    return "\n".join(["[rule]", *lines]) + "\n"
