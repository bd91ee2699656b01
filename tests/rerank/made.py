"""Made-up official results, and their ranking."""

from __future__ import annotations

import io

from rich.console import Console

from organizer.audit.audited import PhaseResults
from organizer.audit.official import Official
from organizer.rerank.command import show
from organizer.rerank.rerank import Choice, WhenUnsure, rank_phase
from organizer.rerank.standings import RankedPhase
from xtreme_tasks.settings import Baseline, Rule


def team(name: str, score: float, duration: float, noise: float = 0.01, **more: object) -> Official:
    """A result whose band reaches by the factor `1 + noise` to both sides; of one run on one known machine."""
    values: dict[str, object] = {"hardware": "cpu", "durations": (duration,)}
    if noise:
        values |= {"band_low": duration / (1 + noise), "band_high": duration * (1 + noise)}
    return Official(name, name, ord(name[0]), score, duration, 0.0, "ok", "", 1, **(values | more))  # type: ignore[arg-type]


def ranked(
    *results: Official,
    choice: WhenUnsure = "point",
    rule: Rule = Rule(),  # noqa: B008 - frozen
    baseline: Baseline = Baseline(),  # noqa: B008 - frozen
) -> RankedPhase:
    return rank_phase(PhaseResults("final", "Final", rule, baseline, results), Choice(choice))


def order(found: RankedPhase) -> str:
    return "".join(row.team for row in found.rows)


def printed(phase: RankedPhase) -> str:
    stream = io.StringIO()
    show(Console(file=stream, width=120), phase)
    return stream.getvalue()
