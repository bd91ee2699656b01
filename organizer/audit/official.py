"""The contract of a team's official result, and the interval of its score."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from organizer.audit.evidence import Part
from scoring_program.standings import Result

LOST = "lost"
"""The verdict of an attempt that began and of which no valid score record exists."""


@dataclass(frozen=True)
class Official:
    """A team's official result of one phase.

    Attributes:
        team, account, submission: whose, and which.
        score, duration, accepted: as `scoring_program.standings.Result` takes them, not rounded.
        verdict: `ok`, a team fault's code, or `lost`.
        reason: why it is this attempt, in words.
        attempts: how many of the team's began; the permitted ones apart.
        permitted: whether it is an organizer's re-run.
        tasks: score of each task.
        score_low, score_high: 95 % interval of the score for the sampling of the hidden examples.
        band_low, band_high: 95 % noise band of the duration in seconds; both 0 where nothing is known of it.
        durations: of every repeat; the band is that of one.
        timing, hardware, energy_joules: as the run record has them.
        code: digest of the team's folder.
        adjusted: the adjusted score as scoring signed it.
        timing_reason, contended: as the run record has them.
        throttled: what slowed the machine during the run, in words; empty where nothing is known to have.

    """

    team: str
    account: str
    submission: int
    score: float
    duration: float
    accepted: float
    verdict: str
    reason: str
    attempts: int
    permitted: bool = False
    tasks: Mapping[str, float] = field(default_factory=dict)
    score_low: float = 0.0
    score_high: float = 0.0
    band_low: float = 0.0
    band_high: float = 0.0
    durations: tuple[float, ...] = ()
    timing: str = ""
    hardware: str = ""
    energy_joules: float = -1.0
    code: str = ""
    adjusted: float = 0.0
    timing_reason: str = ""
    contended: float = 0.0
    throttled: str = ""

    @property
    def result(self) -> Result:
        """What ranks."""
        return Result(self.team, self.score, self.duration, self.accepted)


def score_interval(score: float, parts: Mapping[str, Part]) -> tuple[float, float]:
    """95 % interval of the score from those of its parts; both 0 where there are none.

    The score is a mean of means, so half-widths add as squares, each side apart: `h^2 = mean over tasks of (mean over
    languages of h_i^2 / n) / m`. That takes parts as independent; where languages share items they are not, and
    the true interval is wider.
    """
    if not parts:
        return 0.0, 0.0
    tasks: defaultdict[str, list[Part]] = defaultdict(list)
    for name, part in parts.items():
        tasks[name.partition("/")[0]].append(part)

    def half(sides: Mapping[str, list[float]]) -> float:
        return math.sqrt(sum(sum(h * h for h in side) / len(side) ** 2 for side in sides.values())) / len(sides)

    below = half({task: [part.score - part.low for part in found] for task, found in tasks.items()})
    above = half({task: [part.high - part.score for part in found] for task, found in tasks.items()})
    return max(0.0, score - below), min(100.0, score + above)
