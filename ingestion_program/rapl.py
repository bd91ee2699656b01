"""The processors' energy counters (RAPL), as Linux shows them in the powercap tree.

A package counts everything in its socket; the zones inside it (cores, graphics) are parts of it, only memory is not.
`psys`, the whole board, holds the packages again and is left out. The counters are root's to read, and a container may
not see them at all (docs/timing.md).
"""

from __future__ import annotations

import re
from pathlib import Path

from ingestion_program.energy import Counter

POWERCAP = Path("/sys/class/powercap")
_ZONE = re.compile(r"intel-rapl:\d+(:\d+)?")  # AMD's processors too; intel-rapl-mmio shows the same packages again


def counters(root: Path | None = None) -> list[Counter]:
    """One for each package, and for its memory where that is counted; none if not every package can be read."""
    zones = sorted(path for path in (root or POWERCAP).glob("intel-rapl:*") if _ZONE.fullmatch(path.name))
    named = [(zone, _text(zone / "name")) for zone in zones]
    packages = [zone for zone, name in named if name.startswith("package-")]
    memory = [(zone, name) for zone, name in named if name == "dram"]
    found = [_counter(zone, _text(zone / "name")) for zone in packages]
    if any(counter.read() is None for counter in found):
        return []
    more = [_counter(zone, f"{name} of {zone.name.rpartition(':')[0]}") for zone, name in memory if found]
    return found + [counter for counter in more if counter.read() is not None]


def _counter(zone: Path, name: str) -> Counter:
    def read() -> float | None:
        return _joules(zone / "energy_uj")

    return Counter(name, "cpu", read, _joules(zone / "max_energy_range_uj") or 0.0)


def _joules(path: Path) -> float | None:
    text = _text(path)
    return int(text) / 1e6 if text.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""
