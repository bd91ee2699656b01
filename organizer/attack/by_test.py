"""Attacks that need the gate, the journal or the platform: test functions, run by pytest in a process of their own."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from organizer.attack.attack import Attack
from organizer.attack.suite import Result, blank
from organizer.build.options import ROOT
from xtreme_tasks.faults import OrganizerFault

_LINE = re.compile(r"(PASSED|FAILED|ERROR|SKIPPED) (\S+::\S+)")


def run_tests(attacks: Sequence[Attack]) -> list[Result]:
    """All their test functions in one run; without pytest they are reported as not run.

    Raises:
        OrganizerFault: E201 with pytest's last line if it could not run any.

    """
    if not attacks:
        return []
    if importlib.util.find_spec("pytest") is None:
        return [replace(blank(attack), not_run="pytest is not installed") for attack in attacks]
    names = sorted({name for attack in attacks for name in attack.expected.tests})
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--no-header", *names]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    outcomes = parse(ran.stdout)
    if not outcomes:  # one name that does not exist, and pytest runs none
        raise OrganizerFault("E201", "tests", (ran.stdout + ran.stderr).strip().splitlines()[-1])
    return [judge(attack, outcomes) for attack in attacks]


def parse(text: str) -> dict[str, list[str]]:
    """Outcomes of every test function from pytest's summary, parameters put together."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match:
            found.setdefault(match.group(2).split("[")[0], []).append(match.group(1))
    return found


def judge(attack: Attack, outcomes: Mapping[str, Sequence[str]]) -> Result:
    """As stated if every function of the attack was run and all of its cases passed."""
    wrong = []
    for name in attack.expected.tests:
        cases = outcomes.get(name, ())
        if not cases or set(cases) != {"PASSED"}:
            wrong.append(f"{name}: {', '.join(sorted(set(cases))) or 'not run'}")
    if wrong:
        return replace(blank(attack), wrong=tuple(wrong))
    expected = attack.expected
    return replace(
        blank(attack),
        status=expected.status,
        code=", ".join(expected.codes),
        line="; ".join(name.split("::")[-1] for name in expected.tests),
        counts=expected.counts,
    )
