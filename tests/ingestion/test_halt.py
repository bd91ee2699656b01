"""The halt: only what was seen to stand still is not the team's time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator

import pytest

from ingestion_program import clock, halt, reaper
from ingestion_program.halt import Halt, Moment, NotStill
from ingestion_program.reaper import Process

TICK = 1 / os.sysconf("SC_CLK_TCK")
RUNNING = frozenset({7})
NOBODY: frozenset[int] = frozenset()


def halted(monkeypatch: pytest.MonkeyPatch, *moments: Moment) -> Halt:
    """A halt of a process that is seen so, a tenth of a second apart; the last one for ever."""
    now, left = [0.0], list(moments)

    def look(_: Collection[Process]) -> Moment:
        now[0] += 0.1
        return left.pop(0) if len(left) > 1 else left[0]

    monkeypatch.setattr(halt, "look", look)
    monkeypatch.setattr(reaper, "descendants", list)
    monkeypatch.setattr(clock, "read", lambda: clock.Instant(now[0], 0.0))
    return Halt()


def test_who_stops_at_once_is_halted_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert halted(monkeypatch, Moment({7: 1.0}, NOBODY)).begin == pytest.approx(0.1)


def test_time_in_which_it_still_ran_is_the_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    found = halted(
        monkeypatch, Moment({7: 1.0}, RUNNING), Moment({7: 1.1}, RUNNING), Moment({7: 1.2}, RUNNING),
        Moment({7: 1.25}, NOBODY),
    )  # fmt: skip
    assert found.begin == pytest.approx(0.4)


def test_who_waits_in_the_kernel_and_works_on_there_is_not_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread runs at the moments of these looks, and yet processor time has passed between them."""
    found = halted(monkeypatch, *(Moment({7: used}, NOBODY) for used in (1.0, 1.0, 1.1, 1.2, 1.3)))
    assert found.begin == pytest.approx(0.5)


def test_who_comes_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert halted(monkeypatch, Moment({7: 1.0}, NOBODY), Moment({7: 1.0, 8: 0.0}, NOBODY)).begin == pytest.approx(0.2)


@pytest.mark.parametrize("running", [RUNNING, NOBODY])
def test_who_works_on_and_on_is_not_still(monkeypatch: pytest.MonkeyPatch, running: frozenset[int]) -> None:
    with pytest.raises(NotStill, match="1 processes did not stop"):
        halted(monkeypatch, *(Moment({7: number / 10}, running) for number in range(100)))


# The kernel looks at no signal while it copies: two gibibytes of zeros, of a file without any content, into one block.
READER = """
import os, sys
descriptor = os.open(sys.argv[1], os.O_RDONLY)
block = bytearray(2 << 20)
print("begun", flush=True)
while True:
    os.preadv(descriptor, [block] * 1023, 0)
"""


@pytest.fixture
def reader() -> Iterator[int]:
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:  # elsewhere a hole that is read takes memory
        os.truncate(file.name, 2 << 30)
        command = [sys.executable, "-I", "-S", "-c", READER, file.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            yield process.pid
            process.kill()


def test_a_process_that_works_on_in_the_kernel(reader: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[float, float]] = []
    original, longest = reaper.send, 0.0

    def send(processes: Collection[Process], number: signal.Signals) -> None:
        original(processes, number)
        sent.append((clock.read().seconds, halt.look(processes).processor.get(reader, 0.0)))

    monkeypatch.setattr(reaper, "send", send)
    for _ in range(20):
        sent.clear()
        found = Halt()
        at, used = sent[0]
        after = halt.look(reaper.descendants()).processor[reader] - used
        longest = max(longest, after)
        assert found.begin - at >= after - TICK  # the kernel's account of who runs lags by a tick
        found.check()
        found.release()
        time.sleep(random.uniform(0.03, 0.1))
    assert longest > 2 * TICK
