"""Hardware: whether the durations of two runs may be compared, and what slowed the machine of one."""

from __future__ import annotations

from collections.abc import Mapping

UNKNOWN = "unknown hardware"


def named(key: str) -> bool:
    """Whether a key (`hardware` of a run record) names a machine.

    A key that begins with `unknown` is of a machine that does not tell its processor: two such may be any two.
    """
    return bool(key) and not key.startswith("unknown")


def apart(first: str, second: str) -> str:
    """Why two durations cannot be compared, by the keys of their machines; empty where they can.

    A machine without a name is not shown to be any other's, not even that of another one without a name.
    """
    if not named(first) or not named(second):
        return f"were not shown to be measured on the same hardware ({first or UNKNOWN}; {second or UNKNOWN})"
    return "" if first == second else f"were measured on different hardware ({first}; {second})"


def throttled(environment: Mapping[str, str]) -> dict[str, str]:
    """What slowed the machine during a run, by name; empty where nothing is known to have."""
    names = {"gpu_throttled": "GPU throttled", "gpu_throttle_after": "GPU throttled at the end",
             "cpu_throttled": "CPU throttled"}  # fmt: skip
    return {shown: environment[name] for name, shown in names.items() if _says(environment.get(name, ""))}


def _says(text: str) -> bool:
    return any(word not in ("", "none", "unknown") for word in text.split(", "))
