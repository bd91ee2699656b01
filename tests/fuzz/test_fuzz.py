"""A short, fixed pass of the fuzzer over every target; every crash that was ever found, tried again."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from fuzz import guard, mutate, page, target
from fuzz.__main__ import main
from fuzz.guard import attempt
from fuzz.minimal import shortest
from fuzz.registry import TARGETS
from fuzz.target import Broken, Target, require
from tests.conftest import ROOT
from xtreme_tasks.faults import TeamFault

INPUTS = 100
SLOW = {"bundle": 12, "yaml": 40, "upload": 12, "channel": 40, "predictions": 40}
CRASHES = sorted((Path(__file__).parent / "crashes").glob("*/*"))


@pytest.fixture(scope="module", autouse=True)
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The readers' scratch folder goes with pytest's own."""
    before, tempfile.tempdir = tempfile.tempdir, str(tmp_path_factory.mktemp("fuzz"))
    target.scratch.cache_clear()
    yield
    tempfile.tempdir = before
    target.scratch.cache_clear()


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_of_a_fixed_pass_is_a_crash(name: str):
    for data in islice(mutate.inputs(TARGETS[name], seed=1), SLOW.get(name, INPUTS)):
        outcome = attempt(TARGETS[name], data, timed=False)
        assert outcome.kind != "crash", (data, outcome.report)


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_starts_from_something_that_it_reads(name: str):
    kinds = {attempt(TARGETS[name], data, timed=False).kind for data in TARGETS[name].seeds()}
    assert kinds & ({"E121"} if name == "report" else {"accepted"}), kinds  # a report is always a fault


@pytest.mark.parametrize("path", CRASHES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_was_a_crash_is_none_any_more(path: Path):
    outcome = attempt(TARGETS[path.parent.name], path.read_bytes(), timed=False)
    assert outcome.kind != "crash", outcome.report


def test_the_committed_page_is_that_of_the_kept_runs():
    runs = page.load()
    assert (ROOT / "docs" / "fuzzing.md").read_text() == page.page(runs)
    assert {name for run in runs for name in run["targets"]} == set(TARGETS)  # every target has been fuzzed
    assert "/fuzz-" not in json.dumps(runs)  # no folder of a machine


def fails(data: bytes) -> None:
    if data.startswith(b"fault"):
        raise TeamFault("E105")
    require(b"bad" not in data, "holds something bad")


def test_what_is_a_crash_and_what_is_not():
    one = Target("one", fails, lambda: [b"good"])
    assert attempt(one, b"good", timed=False).kind == "accepted"
    assert attempt(one, b"fault", timed=False).kind == "E105"
    crash = attempt(one, b"a bad one", timed=False)
    assert (crash.kind, crash.signature) == ("crash", "Broken tests/fuzz/test_fuzz.py:fails")
    assert "holds something bad" in crash.report


def test_a_crash_is_made_short():
    def bad(data: bytes) -> bool:
        try:
            fails(data)
        except Broken:
            return True
        return False

    assert shortest(b"long " * 99 + b"bad" + b" text" * 99, bad) == b"bad"


LIMITED = """
from fuzz import guard
from fuzz.target import Target
guard.SECONDS = 0.2
guard.limit_process()
def loop(data):
    while data:
        pass
for run in (loop, lambda data: bytearray(1 << 40)):
    print(guard.attempt(Target("x", run, list), b"x").signature)
"""


def test_a_hang_and_a_hunger_for_memory_are_crashes():
    done = subprocess.run([sys.executable, "-c", LIMITED], cwd=ROOT, capture_output=True, text=True, check=True)
    hang, memory = done.stdout.splitlines()
    assert hang.startswith("HangError")
    assert memory.startswith("MemoryError")
    assert guard.SECONDS >= 1


def test_the_command_counts_and_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "out" / "fuzz.json"
    assert main(["--seconds", "1", "--engine", "mutation", "--targets", "witness", "--out", str(out)]) == 0
    found = json.loads(out.read_bytes())
    assert found["inputs"] == found["targets"]["witness"]["inputs"] > 10
    assert found["targets"]["witness"]["ended"] == "by itself"
    assert found["defects"] == 0
    assert "witness" in capsys.readouterr().out
    assert main(["--targets", "nothing", "--out", str(out)]) == 2
