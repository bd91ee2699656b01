"""Whether a run ended as its attack states: pure comparison, every difference a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from organizer.attack.attack import Expected
from organizer.attack.attempt import Outcome, seconds
from organizer.leaks import Search

PRIMARY = "score"
CONSOLE_BYTES = 4096
"""What the platform stores reliably of a container's output."""
LOOT = "E122"
"""The helper of the attacks answers with no list where the attack got what it wanted."""


def differences(expected: Expected, outcome: Outcome, control: float | None, secrets: Search) -> list[str]:
    """What is not as it should be; empty for an attack that ended as stated.

    Args:
        expected: of the attack.
        outcome: of one of its runs.
        control: the honest control's score; None while that control itself is judged.
        secrets: what must be nowhere.

    """
    return [*_ending(expected, outcome), *_score(expected, outcome, control), *unharmed(expected, outcome, secrets)]


def _ending(expected: Expected, outcome: Outcome) -> list[str]:
    found = []
    if outcome.status != expected.status:
        found.append(f"status {outcome.status}, expected {expected.status}")
    if outcome.code not in expected.codes:
        got = " (the attack got what it wanted)" if outcome.code == LOOT else ""
        found.append(f"verdict {outcome.code or 'none'}{got}, expected {' or '.join(expected.codes)}")
    if outcome.began and not expected.counts:
        found.append("hidden data were handed out, though the attempt is not to count")
    if outcome.code == "ok" and outcome.repeats != expected.repeats:  # else it was not tried in each
        found.append(f"{outcome.repeats} timed runs, expected {expected.repeats}")
    return found


def _score(expected: Expected, outcome: Outcome, control: float | None) -> list[str]:
    score = (outcome.scores or {}).get(PRIMARY)
    if outcome.code != "ok":
        return [f"score {score} without answers"] if score else []
    if score is None:
        return ["no score"]
    found = []
    if control is not None and expected.score == "control" and score != control:
        found.append(f"score {score}, the honest control has {control}")
    if control is not None and expected.score == "lower" and not score < control:
        found.append(f"score {score}, not below the honest control's {control}")
    if seconds(outcome) < expected.duration_at_least:
        found.append(f"duration {seconds(outcome):g} s, at least {expected.duration_at_least:g} s were used")
    return found


def unharmed(expected: Expected, outcome: Outcome, secrets: Search) -> list[str]:
    """Leaks, things left behind, and text that could harm who reads it."""
    found = [f"left: {item}" for item in outcome.left] + [f"stray: {item}" for item in outcome.strays]
    for name, data in outcome.shown.items():
        leaked = secrets.find(data)
        if leaked:
            found.append(f"{name} shows {len(leaked)} hidden texts")
        forbidden = expected.unseen + (expected.unescaped if name.endswith(".html") else ())
        found += [f"{name} shows {text!r}" for text in forbidden if text.encode() in data]
        found += [f"{name} holds {what}" for what in _harm(name, data)]
    messages = outcome.shown.get("messages", b"")
    if len(messages) >= CONSOLE_BYTES or not messages.isascii():
        found.append(f"console: {len(messages)} bytes, or not ASCII")
    return found


def _harm(name: str, data: bytes) -> Sequence[str]:
    harm = [what for what, sign in (("an escape character", b"\x1b"), ("a NUL", b"\0")) if sign in data]
    return [*harm, "a script"] if name.endswith(".html") and b"<script" in data.lower() else harm
