"""When a run is halted, and what is taken off."""

from __future__ import annotations

import pytest

from ingestion_program import clock, reference
from ingestion_program.halt import NotStill
from ingestion_program.pace import JITTER, Pace


class Steady:
    """Reference work that always gives the same."""

    def __init__(self) -> None:
        self.count = 0

    def slice(self) -> reference.Slice:
        self.count += 1
        return reference.Slice(0.3, 20, 0.3)


def even(low: float, high: float) -> float:
    return (low + high) / 2


def test_slices_lie_in_the_middle_of_equal_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(clock, "read", lambda: clock.Instant(now[0], 0.0))
    steady = Steady()
    pace = Pace(steady, 3.0, draw=even)  # type: ignore[arg-type]
    pace.begin(100.0)
    for tick in range(121):  # twelve seconds, in ticks
        now[0] = 100.0 + tick / 10
        pace.keep()
    assert [round(mark.at, 1) for mark in pace.marks] == [1.5, 4.5, 7.5, 10.5]
    assert pace.paused == pace.halted == 0.0  # the clock stood


def test_a_halt_that_took_long_moves_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(clock, "read", lambda: clock.Instant(now[0], 0.0))

    class Slow(Steady):
        def slice(self) -> reference.Slice:
            now[0] += 1.0
            return reference.Slice(1.0, 20, 1.0)

    pace = Pace(Slow(), 3.0, 0.1, draw=even)  # type: ignore[arg-type]
    pace.begin(0.0)
    own = 0.0
    while own < 25:
        own += 0.1
        now[0] += 0.1
        pace.keep()
    assert [mark.at for mark in pace.marks] == [pytest.approx(at, abs=0.15) for at in (1.5, 11.5, 21.5)]
    assert pace.halted == pytest.approx(3.0)


def halts(monkeypatch: pytest.MonkeyPatch, seconds: float, **more: object) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(clock, "read", lambda: clock.Instant(now[0], 0.0))
    monkeypatch.setattr("ingestion_program.halt.reaper.descendants", list)
    pace = Pace(Steady(), 3.0, **more)  # type: ignore[arg-type]
    pace.begin(0.0)
    for tick in range(round(100 * seconds)):
        now[0] = tick / 100
        pace.keep()
    return [mark.at for mark in pace.marks]


def test_halts_come_by_chance_and_as_often_as_they_should(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[float, float]] = []

    def highest(low: float, high: float) -> float:
        asked.append((low, high))
        return high

    assert halts(monkeypatch, 12.0, draw=highest) == [pytest.approx(at, abs=0.05) for at in (1.8, 5.4, 9.0)]
    assert set(asked) == {(1 - JITTER, 1 + JITTER)}
    assert halts(monkeypatch, 8.0, draw=lambda low, _: low) == [pytest.approx(at, abs=0.05) for at in (1.2, 3.6, 6.0)]


def test_no_two_runs_are_halted_at_the_same_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    first = {halts(monkeypatch, 2.0)[0] for _ in range(20)}
    assert len(first) > 5
    assert all(1.2 - 0.01 <= at <= 1.8 + 0.01 for at in first)


class Restless:
    """A halt in which something ran."""

    def __init__(self, _: object) -> None:
        self.begin = clock.read().seconds

    def check(self) -> None:
        raise NotStill("it ran")

    def release(self) -> float:
        return clock.read().seconds


def test_a_void_slice_is_the_teams_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(clock, "read", lambda: clock.Instant(now[0], 0.0))
    monkeypatch.setattr("ingestion_program.pace.Halt", Restless)

    class Slow(Steady):
        def slice(self) -> reference.Slice:
            now[0] += 1.0
            return reference.Slice(1.0, 20, 1.0)

    slow = Slow()
    pace = Pace(slow, 3.0, draw=even)  # type: ignore[arg-type]
    pace.begin(0.0)
    for tick in range(100):
        now[0] += 0.1
        assert pace.keep() == 0.0, tick
    assert (slow.count, pace.void, pace.marks) == (0, "it ran", [])
    assert (pace.paused, pace.halted, pace.own_seconds(0.0, 11.0)) == (0.0, 0.0, 11.0)


@pytest.mark.parametrize("restless", [False, True])
def test_a_halt_in_which_the_reference_fails_is_checked_all_the_same(
    monkeypatch: pytest.MonkeyPatch, restless: bool
) -> None:
    now = [2.0]
    monkeypatch.setattr(clock, "read", lambda: clock.Instant(now[0], 0.0))
    if restless:
        monkeypatch.setattr("ingestion_program.pace.Halt", Restless)

    class Failing(Steady):
        def slice(self) -> reference.Slice:
            now[0] += 1.0
            raise reference.ReferenceFailed("it ended")

    pace = Pace(Failing(), 3.0)  # type: ignore[arg-type]
    pace.begin(0.0)
    assert pace.keep() == (0.0 if restless else 1.0)
    assert (pace.failed, pace.void, pace.marks) == ("it ended", "it ran" if restless else "", [])


def test_what_is_excluded_moves_the_next_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(clock, "read", lambda: clock.Instant(now[0], 0.0))
    pace = Pace(Steady(), 3.0, draw=even)  # type: ignore[arg-type]
    pace.begin(0.0)
    pace.exclude(1.0)
    now[0] = 2.4
    pace.keep()
    assert not pace.marks
    now[0] = 2.6
    pace.keep()
    assert [mark.at for mark in pace.marks] == [pytest.approx(1.6)]
