"""Durations of different hardware are never compared silently."""

from __future__ import annotations

import pytest

from xtreme_tasks.hardware import apart, named, throttled


def test_only_the_same_hardware_compares() -> None:
    assert apart("a", "a") == ""
    assert apart("a", "b") == "were measured on different hardware (a; b)"


@pytest.mark.parametrize("key", ["", "unknown x2, GPU none"])
def test_a_machine_without_a_name_compares_with_none_not_even_with_itself(key: str) -> None:
    assert not named(key)
    assert "were not shown to be measured on the same hardware" in apart(key, key)
    assert "same hardware (unknown" in apart(key, "a processor x2, GPU none")
    assert "a processor x2, GPU none; unknown" in apart("a processor x2, GPU none", key)


def test_what_slowed_the_machine() -> None:
    assert throttled({"gpu_throttled": "2.0 s by heat", "cpu_throttled": "none"}) == {"GPU throttled": "2.0 s by heat"}
    assert throttled({"gpu_throttled": "none", "gpu_throttle_after": "none, none", "cpu_throttled": "none"}) == {}
