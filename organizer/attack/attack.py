"""One attack as it lies in `tests/attacks/NAME/`: what it tries, and what must come of it.

`expected.toml` states the end; `submission.py` (or `make.py`, where the zip itself is the attack) opens with what it
tries. An attack that needs the gate or the platform is test functions instead of a zip: they are named under `tests`.
"""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from organizer.build.options import ROOT
from xtreme_tasks.faults import FAULTS, OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.tables import build

FOLDER = ROOT / "tests" / "attacks"
EXPECTED_FILE = "expected.toml"
ENGINES = ("process", "docker")
HONEST = "honest"
"""The control whose score all others are compared with."""
Score = Literal["control", "lower", "none"]


@dataclass(frozen=True)
class Expected:
    """What must come of an attack.

    Attributes:
        family: package, labels, forging, timing, resources, leaks, network, rules, platform, control.
        stopped_by: the protections that stop it, in the order in which they would.
        status: what the platform shows: `Finished` or `Failed`.
        codes: `ok` or codes of faults, one of which is the verdict.
        counts: whether the attempt is used up.
        score: of a verdict `ok`: that of the honest control, or a lower one; `none` without a row or with zero.
        engines: where it can be shown.
        reason: why not everywhere.
        harmful: the honest control follows at once, not only at the end of the batch.
        runs: how often it is run, one run after the other, each with this end.
        repeats: timed runs of each submission, as in a final phase; the record must show as many.
        permit: False: without the organizer's permit, so that the phase's window decides.
        small_limits: shown only where a limit is as small as on the suite's own build.
        duration_at_least: seconds that the leaderboard must show.
        unseen: text that must not stand in anything that is shown.
        unescaped: text that must not stand in a page.
        tests: test functions instead of a zip, as pytest names them.

    """

    family: str
    stopped_by: str
    status: str = "Finished"
    codes: tuple[str, ...] = ("ok",)
    counts: bool = True
    score: str = "control"
    engines: tuple[str, ...] = ENGINES
    reason: str = ""
    harmful: bool = False
    runs: int = 1
    repeats: int = 1
    permit: bool = True
    small_limits: bool = False
    duration_at_least: float = 0.0
    unseen: tuple[str, ...] = ()
    unescaped: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attack:
    """One attack; `tries` and `must` are the first and the second paragraph of its docstring."""

    name: str
    folder: Path
    tries: str
    must: str
    expected: Expected

    @property
    def is_test(self) -> bool:
        """Whether it is test functions and not a zip."""
        return bool(self.expected.tests)


def read_attack(folder: Path) -> Attack:
    """An attack from its folder.

    Raises:
        OrganizerFault: E201 or E231 with the file and what is wrong with it.

    """
    where = f"{folder.name}/{EXPECTED_FILE}"
    try:
        raw = tomllib.loads(read_file(folder / EXPECTED_FILE, where).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OrganizerFault("E231", where, str(error)) from None
    tries, must = raw.pop("tries", ""), raw.pop("must", "")
    raw |= {
        name: tuple(raw[name])
        for name in ("codes", "engines", "unseen", "unescaped", "tests")
        if isinstance(raw.get(name), list)
    }
    expected: Expected = build(Expected, raw, where)
    _check(expected, where)
    if not expected.tests:
        tries, must = _docstring(folder)
    if not tries or not must:
        raise OrganizerFault("E231", folder.name, "it does not say what it tries and what must happen")
    return Attack(folder.name, folder, tries, must, expected)


def _check(expected: Expected, where: str) -> None:
    wrong = [code for code in expected.codes if code != "ok" and code not in FAULTS]
    if wrong or not expected.codes:
        raise OrganizerFault("E231", f"{where} codes", f"unknown: {', '.join(wrong)}")
    if expected.status not in ("Finished", "Failed") or expected.counts != (expected.status == "Finished"):
        raise OrganizerFault("E231", f"{where} counts", "a run that is Finished counts, a Failed one does not")
    if not set(expected.engines) <= set(ENGINES) or (set(expected.engines) != set(ENGINES) and not expected.reason):
        raise OrganizerFault("E231", f"{where} engines", "an engine that cannot show it needs a reason")
    if expected.repeats < 1 or expected.runs < 1 or (expected.repeats > 1 and not expected.permit):
        raise OrganizerFault("E231", f"{where} repeats", "at least 1, and more only with a permit")
    if expected.score not in ("control", "lower", "none") or ("ok" not in expected.codes) != (expected.score == "none"):
        raise OrganizerFault("E231", f"{where} score", "`control` or `lower` with the verdict ok, else `none`")


def _docstring(folder: Path) -> tuple[str, str]:
    path = next((folder / name for name in ("make.py", "submission.py") if (folder / name).is_file()), None)
    if path is None:
        raise OrganizerFault("E201", folder.name, "neither submission.py nor make.py")
    paragraphs = (ast.get_docstring(ast.parse(read_file(path))) or "").split("\n\n")
    first, second = [" ".join(paragraph.split()) for paragraph in (*paragraphs, "", "")][:2]
    return first, second


def read_attacks(folder: Path = FOLDER, only: tuple[str, ...] = ()) -> list[Attack]:
    """All attacks by name, or those that are asked for.

    Raises:
        OrganizerFault: E201 (no such folder or attack), E231.

    """
    folders = sorted(path.parent for path in folder.glob(f"*/{EXPECTED_FILE}"))
    if not folders:
        raise OrganizerFault("E201", str(folder), "no attacks", "Run this from a checkout of the repository.")
    unknown = sorted(set(only) - {path.name for path in folders})
    if unknown:
        raise OrganizerFault("E233", f"--only {unknown[0]}", "no such attack")
    return [read_attack(path) for path in folders if not only or path.name in only]
