"""The machine's condition around a run: clocks and temperatures, and what throttled it meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingestion_program import nvml

PROCESSORS = Path("/sys/devices/system/cpu")


@dataclass(frozen=True)
class Condition:
    """One look.

    Attributes:
        gpu: state of the GPUs, as `Gpus.state`.
        gpu_throttled: seconds so far by reason, as `Gpus.throttled`.
        cpu_events: how often heat has slowed a core, all cores together, since the machine was started; None where
            the kernel does not count that (as on virtual machines).

    """

    gpu: Mapping[str, str] = field(default_factory=dict)
    gpu_throttled: Mapping[str, float] = field(default_factory=dict)
    cpu_events: int | None = None


def look(root: Path = PROCESSORS) -> Condition:
    """The condition now."""
    found = nvml.gpus()
    events = _events(root)
    return Condition(found.state(), found.throttled(), events) if found else Condition(cpu_events=events)


def facts(before: Condition, after: Condition) -> dict[str, str]:
    """Both looks, and what lies between them, as texts for the record's environment."""
    found: dict[str, str] = {}
    for when, condition in (("before", before), ("after", after)):
        found |= {f"gpu_{name}_{when}": text for name, text in condition.gpu.items()}
    if after.gpu_throttled:
        between = {name: now - before.gpu_throttled.get(name, now) for name, now in after.gpu_throttled.items()}
        told = [f"{seconds:.1f} s by {name}" for name, seconds in between.items() if seconds >= 0.05]
        found["gpu_throttled"] = ", ".join(told) or "none"
    if before.cpu_events is not None and after.cpu_events is not None:
        events = after.cpu_events - before.cpu_events
        found["cpu_throttled"] = f"{events} times by heat" if events else "none"
    return found


def _events(root: Path) -> int | None:
    texts = []
    for path in root.glob("cpu[0-9]*/thermal_throttle/core_throttle_count"):
        try:
            texts.append(path.read_text("ascii", "replace").strip())
        except OSError:
            return None
    return sum(map(int, texts)) if texts and all(text.isdigit() for text in texts) else None
