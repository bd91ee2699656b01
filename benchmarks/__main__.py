"""Run every benchmark, one after another, each in a fresh process; stop at the first that fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NOT_BENCHMARKS = {
    "__init__",
    "__main__",
    "material",
    "result",
    "table",
    "timing_decisions",
    "timing_record",
    "timing_tables",
    "timing_workload",
    "ways",
    "xtreme_reference",
}


def names() -> list[str]:
    """The benchmark modules, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_BENCHMARKS)


if __name__ == "__main__":
    for position, name in enumerate(names(), start=1):
        print(f"[{position}/{len(names())}] {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
