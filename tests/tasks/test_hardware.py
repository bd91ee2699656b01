"""Durations of different hardware are never compared silently."""

from __future__ import annotations

from dataclasses import replace

from tests.tasks.test_record import RECORD
from xtreme_tasks.hardware import UNKNOWN, Group, groups, incomparable, remarks, throttled

ONE = replace(RECORD, hardware="a processor x2, GPU none", environment={"cpu": "a processor", "cores": "2"})
OTHER = replace(ONE, hardware="a processor x4, GPU none", environment={"cpu": "a processor", "cores": "4"})


def test_only_the_same_hardware_compares() -> None:
    assert incomparable(ONE, ONE) == ""
    assert incomparable(ONE, OTHER) == "other hardware: cores 2 and 4"
    assert "x2, GPU none and a processor x4" in incomparable(ONE, replace(OTHER, environment=ONE.environment))


def test_an_unknown_machine_compares_with_none() -> None:
    unknown = replace(ONE, hardware="")
    assert incomparable(unknown, ONE) == incomparable(unknown, unknown) == "the hardware of a run is not known"


def test_groups_the_largest_first() -> None:
    records = {"a": OTHER, "b": ONE, "c": replace(ONE, hardware=""), "d": ONE}
    assert groups(records) == (
        Group(ONE.hardware, ("b", "d")), Group(OTHER.hardware, ("a",)), Group(UNKNOWN, ("c",)),
    )  # fmt: skip


def test_what_is_said_beside_a_comparison() -> None:
    hot = replace(ONE, environment={**ONE.environment, "system": "Linux 6", "gpu_throttled": "2.0 s by heat"})
    assert remarks(ONE, hot) == ("kernel unknown and Linux 6", "GPU throttled of the second run: 2.0 s by heat")
    assert remarks(ONE, ONE) == ()
    assert throttled({"gpu_throttled": "none", "gpu_throttle_after": "none, none", "cpu_throttled": "none"}) == {}
