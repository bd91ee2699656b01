"""The one form of a benchmark's result."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    names = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = [line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    return {
        "cpu": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory[0]) / 2**20, 1) if memory else None,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def save(name: str, ratio: float, figures: Mapping[str, object], goal: str) -> None:
    """Print the figures and write `benchmarks/results/NAME.json`.

    Args:
        name: the benchmark module's name.
        ratio: the one number that the benchmark is about; what it means stands in `goal`.
        figures: everything that was measured, with units in the names (`seconds`, `peak_mib`).
        goal: what the ratio means and what is aimed at, in one sentence.

    """
    result = {
        "name": name,
        "ratio": ratio,
        "goal": goal,
        "figures": dict(figures),
        "command": f"python -m benchmarks.{name}",
        "machine": machine(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(result, indent=2, ensure_ascii=False))


def in_fresh_process(module: str, *arguments: str) -> dict[str, float]:
    """Run `python -m MODULE ARGUMENTS...` and return its last line of output as JSON plus its time and peak memory.

    Returns:
        What the module printed, with `wall_seconds`, `cpu_seconds` and `peak_mib` of that process added.

    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    # VmHWM begins anew with the program, unlike ru_maxrss, which remembers the process that started it.
    wrapper = (
        "import runpy,sys,json;m=sys.argv[1];sys.argv=sys.argv[1:];"
        "runpy.run_module(m,run_name='__main__',alter_sys=True);"
        "lines=open('/proc/self/status').read().splitlines();"
        "peak=next(int(l.split()[1]) for l in lines if l.startswith('VmHWM'))/1024;"
        "print();print(json.dumps({'peak_mib':peak}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", wrapper, module, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
    merged: dict[str, float] = {}
    for line in lines[-2:]:
        merged |= json.loads(line)
    merged["wall_seconds"] = wall
    merged["cpu_seconds"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return merged
