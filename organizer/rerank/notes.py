"""What the reader of an order must know of its runs, a line each; nothing here decides anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from organizer.audit.official import Official
from organizer.rerank.bands import SHARED
from organizer.rerank.noise import Doubt
from xtreme_tasks.hardware import named
from xtreme_tasks.settings import Baseline, Rule

WORD = "The baseline has no hardware key: that it was measured where the teams run is the organizer's word."


def notes(results: Sequence[Official], rule: Rule, baseline: Baseline) -> tuple[str, ...]:
    """Void, shared and throttled runs, and a baseline of which no machine is known."""
    found = [line for one in results if one.score > 0 for line in _of_run(one)]
    if rule.name == "baseline" and baseline.duration > 0 and baseline.score > 0 and not named(baseline.hardware):
        found.append(WORD)
    return tuple(found)


def _of_run(one: Official) -> Iterator[str]:
    if one.timing == "void":
        reason = one.timing_reason or "the record has no reason"
        yield f"{one.team}'s run was void ({reason}): ask the team; its band counts only against itself."
    if one.contended > SHARED:
        share = f"{100 * one.contended:.1f} % of the cores' time"
        off = ", which came off its duration and can be of use to a team" if one.timing == "normalised" else ""
        yield (
            f"{one.team}'s run was on a shared worker: others took {share}{off}; what that adds to its band keeps "
            "nobody from passing it."
        )
    if one.throttled:
        yield f"{one.team}'s run was on a machine that was slowed down ({one.throttled}); others' may not have been."


def by_numbers(doubts: Sequence[Doubt]) -> tuple[str, ...]:
    """That re-runs would not settle all of it, in one line; none where they would."""
    number = sum(not doubt.runs for doubt in doubts)
    each = "One doubt is" if number == 1 else f"{number} of these doubts are"
    return (f"{each} not to be settled by runs; the measured numbers decide.",) if number else ()
