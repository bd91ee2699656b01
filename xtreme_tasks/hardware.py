"""Hardware: whether the durations of two runs may be compared, and what else the reader of one should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xtreme_tasks.record import RunRecord

DECIDING: Mapping[str, str] = {
    "cpu": "CPU",
    "cores": "cores",
    "cpu_quota": "CPU quota",
    "gpu": "GPU",
    "gpu_driver": "GPU driver",
    "gpu_power_limit": "GPU power limit",
}
"""Facts of the environment that the key `hardware` is made of, and their names in a sentence."""
SOFTER: Mapping[str, str] = {
    "system": "kernel",
    "python": "Python",
    "memory_mib": "memory",
    "memory_limit_mib": "memory limit",
    "shm_mib": "shared memory",
    "cpu_governor": "CPU governor",
}
"""Facts that may matter but do not forbid a comparison."""
UNKNOWN = "unknown hardware"


@dataclass(frozen=True)
class Group:
    """Runs on the same hardware: the key, and the names of the runs in the order in which they came."""

    hardware: str
    names: tuple[str, ...]


def groups(records: Mapping[str, RunRecord]) -> tuple[Group, ...]:
    """The runs by hardware, the largest group first; only durations of one group compare.

    Args:
        records: by any name (a team, a submission); leave out runs without a duration.

    """
    found: dict[str, list[str]] = {}
    for name, record in records.items():
        found.setdefault(record.hardware or UNKNOWN, []).append(name)
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return tuple(Group(hardware, tuple(names)) for hardware, names in ordered)


def incomparable(first: RunRecord, second: RunRecord) -> str:
    """Why the durations of two runs may not be compared, in words; empty where they may.

    A record without a key says nothing about its machine, so it compares with none, not even with another such one.
    """
    if not first.hardware or not second.hardware:
        return "the hardware of a run is not known"
    if first.hardware == second.hardware:
        return ""
    named = _differences(first, second, DECIDING)
    return "other hardware: " + ("; ".join(named) or f"{first.hardware} and {second.hardware}")


def remarks(first: RunRecord, second: RunRecord) -> tuple[str, ...]:
    """What to say beside a comparison that is allowed: other software or memory, a machine that was throttled."""
    told = [f"{name} of the {place} run: {text}" for place, run in (("first", first), ("second", second))
            for name, text in throttled(run.environment).items()]  # fmt: skip
    return (*_differences(first, second, SOFTER), *told)


def throttled(environment: Mapping[str, str]) -> dict[str, str]:
    """What slowed the machine during a run, by name; empty where nothing is known to have."""
    names = {"gpu_throttled": "GPU throttled", "gpu_throttle_after": "GPU throttled at the end",
             "cpu_throttled": "CPU throttled"}  # fmt: skip
    return {shown: environment[name] for name, shown in names.items() if _says(environment.get(name, ""))}


def _says(text: str) -> bool:
    return any(word not in ("", "none", "unknown") for word in text.split(", "))


def _differences(first: RunRecord, second: RunRecord, facts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{shown} {first.environment.get(name, 'unknown')} and {second.environment.get(name, 'unknown')}"
        for name, shown in facts.items()
        if first.environment.get(name) != second.environment.get(name)
    )
