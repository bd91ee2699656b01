"""The environment: facts about the machine for the run record, as names and short texts."""

from __future__ import annotations

import contextlib
import os
import platform
import subprocess
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from ingestion_program import nvml
from xtreme_tasks.faults import printable

UNKNOWN = "unknown"


def facts() -> dict[str, str]:
    """What this machine is: printable ASCII, `unknown` where the system does not tell."""
    found = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "cpu": cpu(),
        "cores": str(len(os.sched_getaffinity(0))),
        "cpu_quota": cpu_quota(),
        "cpu_governor": _text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").strip() or UNKNOWN,
        "memory_mib": _mib(_value("/proc/meminfo", "MemTotal")),
        "memory_limit_mib": _cgroup_mib(),
        "shm_mib": _shm_mib(),
        "network": network(),
        **{name: counted(text) for name, text in _gpu().items()},
    }
    return {name: printable(value, 200) for name, value in found.items()}


def hardware(found: Mapping[str, str]) -> str:
    """A short key of what decides the speed: CPU, cores, their quota, GPU, driver, power limit.

    Durations of different keys do not compare (`xtreme_tasks.hardware`).
    """
    gpu = " ".join(found[name] for name in ("gpu", "gpu_driver", "gpu_power_limit") if found.get(name))
    quota = found.get("cpu_quota", "none")
    given = "" if quota in ("none", UNKNOWN) else f" (quota {quota})"
    return printable(f"{found.get('cpu', UNKNOWN)} x{found.get('cores', '?')}{given}, GPU {gpu or 'none'}", 200)


def cpu(path: str | Path = "/proc/cpuinfo") -> str:
    """The processor's name; kernels for ARM give two numbers instead of one."""
    name = _value(path, "model name")
    maker, part = _value(path, "CPU implementer"), _value(path, "CPU part")
    return name if name != UNKNOWN or UNKNOWN in (maker, part) else f"CPU implementer {maker} part {part}"


def counted(listed: str) -> str:
    """Equal neighbours of a list as `8 x NAME`: eight long names would be cut off, and with them what tells apart."""
    found = [(name, len(list(same))) for name, same in groupby(listed.split(", "))]
    return ", ".join(name if number == 1 else f"{number} x {name}" for name, number in found)


def cpu_quota(root: Path = Path("/sys/fs/cgroup")) -> str:
    """Cores' worth of processor time that the container may use, like `1.5`; `none` without a limit."""
    limit, _, period = _text(root / "cpu.max").strip().partition(" ")
    if not limit:
        limit, period = (_text(root / "cpu" / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
    if limit in ("max", "-1"):
        return "none"
    if not limit.isdigit() or not period.isdigit() or not int(period):
        return UNKNOWN
    return f"{int(limit) / int(period):g}"


def _text(path: str | Path) -> str:
    with contextlib.suppress(OSError):
        return Path(path).read_text(errors="replace")
    return ""


def _value(path: str | Path, name: str) -> str:
    for line in _text(path).splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return UNKNOWN


def _mib(kilobytes: str) -> str:
    number = kilobytes.split(" ")[0]
    return str(int(number) // 1024) if number.isdigit() else UNKNOWN


def _cgroup_mib() -> str:
    limit = _text("/sys/fs/cgroup/memory.max").strip() or _text("/sys/fs/cgroup/memory/memory.limit_in_bytes").strip()
    if not limit.isdigit() or int(limit) >= 1 << 60:
        return "none" if limit else UNKNOWN
    return str(int(limit) >> 20)


def _shm_mib() -> str:
    try:
        status = os.statvfs("/dev/shm")  # noqa: S108 - its size is the fact that is asked for
    except OSError:
        return "0"
    return str(status.f_frsize * status.f_blocks >> 20)


def network(tables: Path = Path("/proc/self/net")) -> str:
    """`on` if there is a route over anything but the loopback, else `off`; `unknown` without routing tables.

    Routes and not interfaces: some kernels put idle tunnel interfaces into every container.
    """
    if not (tables / "route").exists():
        return UNKNOWN
    # A namespace without any route shows an empty file, else the first line is a header.
    devices = {line.split()[0] for line in _text(tables / "route").splitlines()[1:] if line.strip()}
    devices |= {line.split()[-1] for line in _text(tables / "ipv6_route").splitlines() if line.strip()}
    return "on" if devices - {"lo"} else "off"


def _gpu() -> dict[str, str]:
    """What NVIDIA's GPUs are: by NVML; without its library names and driver from the driver's files or nvidia-smi."""
    gpus = nvml.gpus()
    if gpus and {"gpu", "gpu_driver"} <= set(found := gpus.facts()):
        return found
    names = [_value(str(path), "Model") for path in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information"))]
    version = _text("/proc/driver/nvidia/version")
    if names and version:
        words = version.splitlines()[0].split()
        return {"gpu": ", ".join(names), "gpu_driver": next((word for word in words if word[0].isdigit()), UNKNOWN)}
    command = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return {"gpu": "none"}
    rows = [line.split(", ") for line in run.stdout.splitlines() if ", " in line]
    return {"gpu": ", ".join(row[0] for row in rows), "gpu_driver": rows[0][1]} if rows else {"gpu": "none"}
