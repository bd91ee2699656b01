"""What the proposals rest on: the baseline's result and the noise of durations and scores. Values in, values out."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from organizer.audit.audited import Audited, PhaseResults
from organizer.audit.official import Official
from organizer.rerank.bands import half_width
from scoring_program.exact import exact
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

Z95 = 1.96  # a 95 % interval's half-width in standard deviations
HINT = "Name the team that ran the baseline with --baseline, or write its result into [baseline] of rules.toml."


@dataclass(frozen=True)
class Measured:
    """What was measured.

    Attributes:
        score, duration: the baseline's; points and seconds.
        noise: standard deviation of the logarithm of one run's duration.
        noise_from: where that is from, in words.
        score_half: half-width of a score's 95 % interval, in points; 0 where no record has one.
        chance: score of an answer that knows nothing.

    """

    score: float
    duration: float
    noise: float
    noise_from: str
    score_half: float
    chance: float


def chance() -> float:
    """Mean of the tasks' scores for guesses: one in so many labels where a label is asked for; no spans of tags."""
    return statistics.fmean(0.0 if task.answer == "tags" else 100 / len(task.labels) for task in TASKS.values())


def measure(audited: Audited, baseline: str = "", given: Sequence[tuple[str, float]] = ()) -> Measured:
    """What the audited results say.

    Args:
        audited: the results.
        baseline: the team that ran the baseline; empty: the result that the build names.
        given: noise that is known from elsewhere, with where from; 0 is none.

    Raises:
        OrganizerFault: E233 if the baseline or the noise is not known.

    """
    score, duration = _baseline(audited.phases, baseline)
    every = [one for phase in audited.phases for one in phase.results if one.score > 0]
    noise, source = _noise(every, given)
    halves = [(one.score_high - one.score_low) / 2 for one in every if one.score_high > one.score_low]
    return Measured(score, duration, noise, source, statistics.median(halves) if halves else 0.0, chance())


def _baseline(phases: Sequence[PhaseResults], team: str) -> tuple[float, float]:
    """Score and duration of the last phase that has them."""
    for phase in reversed(phases):
        for one in phase.results:
            if team and one.team == team and one.score > 0:
                return one.score, one.duration
        if not team and phase.baseline.score > 0 and phase.baseline.duration > 0:
            return phase.baseline.score, phase.baseline.duration
    if team:
        raise OrganizerFault("E233", f"--baseline {team}", "no such team with a score", HINT)
    raise OrganizerFault("E233", "--baseline", "the baseline was not measured", HINT)


def _noise(every: Sequence[Official], given: Sequence[tuple[str, float]]) -> tuple[float, str]:
    """The larger of what runs and calibration say: a quiet calibration does not make a busy contest quiet."""
    found = [(half_width(one, True) + half_width(one, False)) / 2 / Z95 for one in every if one.band_low > 0]
    repeats = [_spread(one.durations) for one in every if len(one.durations) > 1 and min(one.durations) > 0]
    sources = [(value, name) for name, value in given if value > 0]
    if found:
        sources.append((statistics.median(found), f"the noise bands of {len(found)} runs"))
    if repeats:
        pooled = math.sqrt(statistics.fmean(value**2 for value in repeats))
        sources.append((pooled, f"the repeats of {len(repeats)} submissions"))
    if not sources:
        hint = "Calibrate the worker (competition calibrate), or give --noise."
        raise OrganizerFault("E233", "--noise", "no run has a noise band", hint)
    return max(sources)


def _spread(durations: Sequence[float]) -> float:
    return statistics.stdev(math.log(seconds) for seconds in durations)


def round_up(value: float, step: str) -> float:
    """The next multiple of a step that is written in decimals, so that the result is, too."""
    unit = exact(float(step))
    return float(math.ceil(exact(value) / unit) * unit)
