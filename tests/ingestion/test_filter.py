"""The system call filter by itself: its numbers, and what it does with every call on both architectures."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from ingestion_program import seccomp, syscalls
from tests.ingestion.bpf import verdict

PARENT, GROUP = 4321, 4300
MACHINES = {"x86_64": (0xC000003E, syscalls.X86_64), "aarch64": (0xC00000B7, syscalls.AARCH64)}
HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), r"#define __NR_(\w+)\s+(\d+)"),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"), r"#define __NR(?:3264)?_(\w+)\s+(\d+)"),
}
ERROR, ALLOW, KILL = 0x00050000, 0x7FFF0000, 0x80000000


def answer(machine: str, call: str, *arguments: int) -> int:
    architecture, numbers = MACHINES[machine]
    return verdict(seccomp.program(PARENT, GROUP, machine), architecture, numbers[call], arguments)


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_those_of_the_system_headers(machine: str) -> None:
    path, pattern = HEADERS[machine]
    if not path.exists():
        pytest.skip(f"{path} is not installed")
    known = {name: int(number) for name, number in re.findall(pattern, path.read_text())}
    ours = MACHINES[machine][1]
    shared = ours.keys() & known.keys()
    assert {name: ours[name] for name in shared} == {name: known[name] for name in shared}
    # A header older than a call does not know it; nothing else is missing there.
    assert all(ours[name] > max(known.values()) - 2 for name in ours.keys() - shared)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_number_is_answered_as_the_lists_say(machine: str) -> None:
    architecture, numbers = MACHINES[machine]
    program = seccomp.program(PARENT, GROUP, machine)
    by_number = {number: name for name, number in numbers.items()}
    conditional = {rule.call for rule in seccomp.denied(PARENT, GROUP)}
    lists = (
        (seccomp.REFUSED, errno.EPERM),
        (seccomp.ABSENT, errno.ENOSYS),
        (seccomp.UNSUPPORTED, errno.EOPNOTSUPP),
        (seccomp.PRETENDED, 0),
    )
    expected = {name: ERROR | result for calls, result in lists for name in calls}
    assert not conditional & expected.keys()
    assert set(numbers) <= conditional | expected.keys()
    for number in range(syscalls.NEWEST + 1):
        if by_number.get(number) not in conditional:
            assert verdict(program, architecture, number) == expected.get(by_number.get(number, ""), ALLOW)
    for number in (syscalls.NEWEST + 1, 1000, 0x3FFFFFFF):
        assert verdict(program, architecture, number) == ERROR | errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_foreign_tables_end_the_process(machine: str) -> None:
    program = seccomp.program(PARENT, GROUP, machine)
    own, _ = MACHINES[machine]
    for foreign in {0x40000003, 0x40000028, 0, 0xC000003E, 0xC00000B7} - {own}:  # i386, arm, none, and the other one
        assert verdict(program, foreign, 1) == KILL
    for number in (0x40000000, 0x40000029, 0xFFFFFFFF):  # x32
        assert verdict(program, own, number) == KILL


EPERM, FAMILY = ERROR | errno.EPERM, ERROR | errno.EAFNOSUPPORT
CASES = [
    ("socket", (1, 1, 0), ALLOW), ("socket", (1, 2, 0), ALLOW), ("socketpair", (1, 5, 0), ALLOW),
    *[(call, (family, kind, 0), FAMILY) for call in ("socket", "socketpair") for family in range(50) if family != 1
      for kind in (1, 2, 3, 5, 0x80001)],
    ("socket", (1 | 1 << 40, 1, 0), ALLOW), ("socket", (2 | 1 << 32, 1, 0), FAMILY), ("socket", (-1, 1, 0), FAMILY),
    ("clone", (0x1200011,), ALLOW), ("clone", (0x3D0F00,), ALLOW),  # fork and a thread, as the C library makes them
    *[("clone", (flag | 17,), EPERM) for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000,
                                                 0x40000000)],
    ("kill", (PARENT, 9), EPERM), ("kill", (-1, 9), EPERM), ("kill", (-GROUP, 9), EPERM),
    ("kill", (0xFFFFFFFF, 9), EPERM), ("kill", (0, 9), ALLOW), ("kill", (PARENT + 1, 9), ALLOW),
    ("kill", (PARENT | 1 << 32, 9), EPERM),
    ("tkill", (PARENT, 9), EPERM), ("tgkill", (PARENT, PARENT, 9), EPERM), ("tgkill", (1, PARENT, 9), EPERM),
    ("tgkill", (5, 6, 9), ALLOW), ("rt_sigqueueinfo", (PARENT, 9, 0), EPERM), ("pidfd_open", (PARENT, 0), EPERM),
    ("pidfd_open", (7, 0), ALLOW), ("rt_tgsigqueueinfo", (7, PARENT, 9, 0), EPERM),
    ("prlimit64", (0, 7, 0, 0), ALLOW), ("prlimit64", (PARENT, 7, 0, 0), EPERM), ("prlimit64", (7, 7, 0, 0), EPERM),
    ("sched_setaffinity", (0, 8, 0), ALLOW), ("sched_setaffinity", (77, 8, 0), ALLOW),
    ("sched_setaffinity", (PARENT, 8, 0), EPERM), ("sched_setscheduler", (PARENT, 5, 0), EPERM),
    ("setpriority", (0, 0, 19), ALLOW), ("setpriority", (0, PARENT, 19), EPERM), ("setpriority", (1, 0, 19), EPERM),
    ("setpriority", (2, 0, 19), EPERM), ("ioprio_set", (1, 0, 0), ALLOW), ("ioprio_set", (1, PARENT, 0), EPERM),
    ("ioprio_set", (3, 0, 0), EPERM),
    ("personality", (0xFFFFFFFF,), ALLOW), ("personality", (0x40000,), EPERM), ("personality", (0,), EPERM),
    ("fcntl", (3, 1, 0), ALLOW), ("fcntl", (3, 8, 5), EPERM), ("fcntl", (3, 10, 9), EPERM),
    ("fcntl", (3, 15, 0), EPERM),
    ("fcntl", (3, 1033, 0), ALLOW), ("fcntl", (3, 1036, 0), EPERM),
    ("ioctl", (0, 0x5401, 0), ALLOW), ("ioctl", (0, 0x5412, 0), EPERM), ("ioctl", (0, 0x40086602, 0), EPERM),
    ("ioctl", (0, 0xC0104627, 0), ALLOW),  # one of NVIDIA's
]  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES)
def test_arguments(machine: str) -> None:
    found = [(call, arguments, answer(machine, call, *arguments)) for call, arguments, _ in CASES]
    assert found == CASES


def test_no_group_outside_the_namespace_is_named() -> None:
    """A group of number 0 would make `kill(0)`, a signal to one's own group, a forbidden one."""
    program = seccomp.program(1, 0, "x86_64")
    assert verdict(program, 0xC000003E, syscalls.X86_64["kill"], (0, 9)) == ALLOW
    assert verdict(program, 0xC000003E, syscalls.X86_64["kill"], (1, 9)) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_other_processes_of_the_program_are_guarded_as_the_parent_is(machine: str) -> None:
    architecture, numbers = MACHINES[machine]
    others = range(PARENT + 1, PARENT + 33)
    program = seccomp.program(PARENT, GROUP, machine, others)
    assert len(program) // 8 < 4096  # the kernel takes no longer one
    for pid in (PARENT, *others):
        calls = {"kill": (pid, 9), "tkill": (pid, 9), "tgkill": (1, pid, 9), "sched_setaffinity": (pid, 8, 0)}
        calls |= {"setpriority": (0, pid, 19), "pidfd_open": (pid, 0), "ioprio_set": (1, pid, 0)}
        for call, arguments in calls.items():
            assert verdict(program, architecture, numbers[call], arguments) == EPERM
    assert verdict(program, architecture, numbers["kill"], (PARENT + 33, 9)) == ALLOW


def test_a_machine_without_a_table_is_refused() -> None:
    with pytest.raises(OSError, match="riscv64"):
        seccomp.program(1, 1, "riscv64")
