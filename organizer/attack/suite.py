"""The suite: every attack through one build, the honest control before, after and where an attack could harm."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from organizer.attack.attack import HONEST, Attack
from organizer.attack.attempt import Outcome, attempt, seconds
from organizer.attack.ground import Ground
from organizer.attack.judge import PRIMARY, differences
from organizer.attack.pack import pack
from organizer.local_worker.engine import Engine
from xtreme_tasks.faults import OrganizerFault, printable

FIRST_NUMBER = 1000


@dataclass(frozen=True)
class Result:
    """What became of one attack.

    Attributes:
        name, family, tries, stopped_by: of the attack.
        status, code, line: of its last run; empty where it was not run.
        counts: whether the attempt was used up.
        duration: seconds on the leaderboard.
        wall: seconds that it took.
        wrong: differences from what it states; empty means as stated.
        not_run: why it was not run here.

    """

    name: str
    family: str
    tries: str
    stopped_by: str
    status: str = ""
    code: str = ""
    line: str = ""
    counts: bool = False
    duration: float = 0.0
    wall: float = 0.0
    wrong: tuple[str, ...] = ()
    not_run: str = ""


def blank(attack: Attack) -> Result:
    """A result of which nothing is known yet."""
    return Result(attack.name, attack.expected.family, attack.tries, attack.expected.stopped_by)


class Suite:
    """Runs attacks on one ground with one engine; keeps the honest control's score to compare with."""

    def __init__(self, ground: Ground, engine: Engine) -> None:
        self.ground, self.engine = ground, engine
        self.control: float | None = None
        self._numbers: Iterator[int] = itertools.count(FIRST_NUMBER)
        self._honest: Attack | None = None

    def start(self, honest: Attack) -> Result:
        """The honest control, whose score all others are compared with."""
        self._honest = honest
        result, outcome = self._run(honest)
        self.control = (outcome.scores or {}).get(PRIMARY)
        return result

    def run(self, attack: Attack) -> Result:
        """One attack to its end, as often as it says; then the honest control, if the attack could harm.

        Raises:
            OrganizerFault: the engine cannot be used.

        """
        if self.engine.name not in attack.expected.engines:
            return replace(blank(attack), not_run=attack.expected.reason)
        if attack.expected.small_limits and not self.ground.small:
            return replace(blank(attack), not_run="only a limit stops it, and this build's is too large to be reached")
        if not attack.expected.permit and self.ground.is_open:
            return replace(blank(attack), not_run="the phase is open")
        result, _ = self._run(attack)
        return self.check_worker(result) if attack.expected.harmful else result

    def attack_only(self, attack: Attack) -> Result:
        """One attack, wherever and whatever comes after it."""
        return self._run(attack)[0]

    def check_worker(self, after: Result) -> Result:
        """Add to a result what the next honest run shows."""
        if self._honest is None:
            raise OrganizerFault("E239", "attack", "no honest control")
        honest, _ = self._run(self._honest)
        return replace(after, wrong=(*after.wrong, *(f"next honest run: {text}" for text in honest.wrong)))

    def _run(self, attack: Attack) -> tuple[Result, Outcome]:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="competition-attack-") as temporary:
            archive = pack(attack, Path(temporary, "submission.zip"))
            for _ in range(attack.expected.runs):
                outcome = attempt(
                    self.ground,
                    archive,
                    self.engine,
                    next(self._numbers),
                    attack.expected.permit,
                    attack.expected.repeats,
                )
                wrong = differences(attack.expected, outcome, self.control, self.ground.secrets)
                if wrong:
                    break
        result = replace(
            blank(attack),
            status=outcome.status,
            code=outcome.code,
            line=printable(outcome.line, 200),
            counts=outcome.status == "Finished",
            duration=seconds(outcome),
            wall=time.monotonic() - began,
            wrong=tuple(printable(text, 200) for text in wrong),
        )
        return result, outcome


def run_suite(
    ground: Ground, engine: Engine, attacks: Sequence[Attack], progress: Callable[[str], None] = lambda _: None
) -> list[Result]:
    """All attacks, the controls first; the honest control once more at the end.

    Args:
        ground, engine: what is attacked, and where.
        attacks: those that are zips; the honest control must be among them.
        progress: gets the name of what runs now.

    Raises:
        OrganizerFault: E239 without the honest control; E215 and others of the engine.

    """
    honest = next((attack for attack in attacks if attack.name == HONEST), None)
    if honest is None:
        raise OrganizerFault("E239", "attack", "no honest control")
    suite = Suite(ground, engine)
    progress(HONEST)
    results = [suite.start(honest)]
    for attack in attacks:
        if attack is not honest:
            progress(attack.name)
            results.append(suite.run(attack))
    progress("honest once more")
    return [*results[:-1], suite.check_worker(results[-1])]
