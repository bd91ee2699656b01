"""Reach: the files that the team's processes may read, run and write. Everything that is not named is out of reach."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from ingestion_program import landlock
from ingestion_program.landlock import Ruleset

READ = landlock.READ_FILE | landlock.READ_DIR
RUN = READ | landlock.EXECUTE
NODE = landlock.READ_FILE | landlock.WRITE_FILE | landlock.TRUNCATE
DEVICE = NODE | landlock.IOCTL_DEV
_CHANGE = landlock.REMOVE_DIR | landlock.REMOVE_FILE | landlock.REFER | landlock.MAKE_DIR | landlock.MAKE_REG
WRITE = READ | NODE | _CHANGE | landlock.MAKE_SOCK | landlock.MAKE_FIFO | landlock.MAKE_SYM

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - POSIX shared memory and semaphores live there and nowhere else
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt")
# Of /etc what the loader, the C library's locale, time and user tables, and certificates need: no keys, no passwords.
_ETC = """
    alternatives ca-certificates fonts gai.conf group host.conf hosts ld.so.cache ld.so.conf ld.so.conf.d ld.so.preload
    localtime locale.alias mime.types nsswitch.conf os-release passwd protocols resolv.conf services ssl/certs
    ssl/openssl.cnf timezone OpenCL vulkan
""".split()
# What libraries ask about the machine; nothing in it belongs to a process.
_PROC = """
    cpuinfo devices driver filesystems loadavg meminfo modules stat sys/kernel sys/vm uptime version vmstat
""".split()
_SYS = "bus/node bus/pci class devices fs/cgroup kernel/mm module".split()
_NODES = "full null random urandom zero".split()
# NVIDIA's nodes (control, GPUs, unified memory, capabilities of parts of a GPU); AMD's; the GPU of a Windows host.
_GPU = "nvidia* nvidia-caps/* dri/renderD* kfd dxg".split()


def interpreter() -> list[Path]:
    """Where this interpreter and its packages are, links resolved."""
    return sorted(
        {Path(name).resolve() for name in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)}
    )


def allow(rules: Ruleset, team: Path, work: Path, script: Path) -> None:
    """All that can be said before the child exists.

    Args:
        rules: what is allowed is added to it.
        team: the submission, read only: its digest stands in the record.
        work: the child's own folder.
        script: the one file of the program that it runs.

    """
    for path in (*SYSTEM, *interpreter()):
        rules.allow(str(path), RUN)
    rules.allow(str(team), RUN)
    rules.allow(str(work), WRITE | landlock.EXECUTE)
    rules.allow(str(SHARED_MEMORY), WRITE)
    rules.allow(str(script), landlock.READ_FILE)
    for root, names in (("/etc", _ETC), ("/sys", _SYS)):
        for name in names:
            rules.allow(f"{root}/{name}", READ)
    for name in _PROC:
        rules.allow(f"/proc/{name}", READ, keep=True)
    for name in _NODES:
        rules.allow(f"/dev/{name}", NODE)
    for node in gpu_nodes():
        rules.allow(str(node), DEVICE)


def allow_own_process(rules: Ruleset) -> None:
    """The calling process's own entry in /proc, and no other's; called in the child.

    CUDA's driver names its threads by writing into them, and gives up where it cannot: so that too, but only with a
    GPU. Processes that the child starts have other entries and reach none: a rule cannot say "each its own".
    """
    rules.allow("/proc/self", READ)
    if gpu_nodes():
        rules.allow("/proc/self/task", landlock.WRITE_FILE)


def gpu_nodes() -> list[Path]:
    """The GPU's device nodes."""
    return sorted(path for pattern in _GPU for path in Path("/dev").glob(pattern) if not path.is_dir())


def exposed(private: Iterable[Path], team: Path) -> list[Path]:
    """Those of the parent's folders that lie where the child may read.

    Args:
        private: folders of keys, inputs and output.
        team: the submission's folder.

    """
    places = [*map(Path, SYSTEM), *interpreter(), team, SHARED_MEMORY]
    readable = [Path(os.path.realpath(path)) for path in places]
    found = []
    for folder in private:
        real = Path(os.path.realpath(folder))
        if any(real.is_relative_to(path) for path in readable):
            found.append(folder)
    return found
