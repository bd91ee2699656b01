"""Seccomp: the system calls that the team's processes cannot make, as one small program for the kernel's filter.

The program is written here, instruction by instruction, so that nothing has to be installed for it and all of it can
be read: first the architecture, then the number, then for some calls one or two arguments. An argument is looked at
in its lower 32 bits, since the kernel takes no more of those that are named here. Formats are those of
<linux/filter.h>, <linux/seccomp.h> and <linux/audit.h>.

A list of what is denied, not of what is allowed: Python, PyTorch, CUDA and their libraries use several hundred calls
that differ from version to version, and files, signals and memory of others are guarded by Landlock already. Calls
that are newer than this list do not exist for the child (`NEWEST`).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from ingestion_program import syscalls

_LOAD, _EQUAL, _GREATER, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
X32 = 0x40000000
"""Numbers from here on are x86_64's second table (x32): the same calls under other numbers."""
_SET_FILTER, _SPECULATION_ALLOWED = 1, 4
_CALL = {"x86_64": 317, "aarch64": 277}
_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NUMBERS = {"x86_64": syscalls.X86_64, "aarch64": syscalls.AARCH64}

_NAMESPACES = 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000
_OWNER_OF_SIGNALS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: the kernel would send any signal for the asker
_KEPT_WITH_A_FILE = 1036  # F_SET_RW_HINT
_IOCTLS = (
    *(0x5412, 0x541C),  # TIOCSTI, TIOCLINUX: type into a terminal
    *(0x8901, 0x8902),  # FIOSETOWN, SIOCSPGRP: as F_SETOWN
    *(0x40086602, 0x40046602, 0x401C5820, 0x40087602),  # FS_IOC_SETFLAGS (64, 32), FSSETXATTR, SETVERSION
)

REFUSED = """
    process_vm_readv process_vm_writev ptrace pidfd_getfd kcmp process_madvise process_mrelease migrate_pages move_pages
    io_uring_setup io_uring_enter io_uring_register bpf perf_event_open userfaultfd memfd_secret
    add_key keyctl request_key
    mount umount2 pivot_root chroot mount_setattr move_mount open_tree open_tree_attr fsopen fsconfig fsmount fspick
    unshare setns name_to_handle_at open_by_handle_at fanotify_init
    init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff
    clock_settime clock_adjtime settimeofday adjtimex sethostname setdomainname
    acct quotactl quotactl_fd syslog vhangup iopl ioperm modify_ldt nfsservctl uselib file_setattr
""".split()
ABSENT = "clone3 shmget semget msgget mq_open".split()
"""As in a kernel without them. clone3 takes its flags from memory, where no filter sees them: the C library then uses
clone. The others make objects that outlive every process."""
UNSUPPORTED = """
    setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat
""".split()
PRETENDED = "chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat utime utimes utimensat futimesat".split()
"""These do nothing and report success. No rule of Landlock covers them, and the user owns every file here: he could
close the output to the parent, or keep what he saw in a run in modes and times of files. Copying a file calls them."""

Test = Literal["is", "is not", "has"]


class Denied(NamedTuple):
    """A call that is denied for some values of one argument."""

    call: str
    argument: int
    test: Test
    value: int
    result: int = errno.EPERM


def denied(parent: int, group: int, others: Sequence[int] = ()) -> list[Denied]:
    """The calls that depend on an argument.

    Args:
        parent: process number of the trusted parent, which may not be signalled, slowed or limited.
        group: its process group; 0 if that lies outside its namespace.
        others: process numbers that are guarded in the same way.

    """
    unix = 1
    rules = [Denied(call, 0, "is not", unix, errno.EAFNOSUPPORT) for call in ("socket", "socketpair")]
    rules += [Denied("clone", 0, "has", _NAMESPACES), Denied("personality", 0, "is not", 0xFFFFFFFF)]
    rules += [Denied("fcntl", 1, "is", value) for value in (*_OWNER_OF_SIGNALS, _KEPT_WITH_A_FILE)]
    rules += [Denied("ioctl", 1, "is", value) for value in _IOCTLS]
    rules += [Denied("prlimit64", 0, "is not", 0), Denied("kill", 0, "is", -1)]
    rules += [Denied("setpriority", 0, "is not", 0), Denied("ioprio_set", 0, "is not", 1)]
    guarded = (parent, *others)
    second = "tgkill rt_tgsigqueueinfo setpriority ioprio_set"
    rules += [Denied(call, 1, "is", pid) for call in second.split() for pid in guarded]
    first = "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open"
    first += " sched_setaffinity sched_setattr sched_setparam sched_setscheduler"
    rules += [Denied(call, 0, "is", pid) for call in first.split() for pid in guarded]
    return rules + ([Denied("kill", 0, "is", -group)] if group else [])


class Instruction(NamedTuple):
    """One step: code, steps to skip if true, steps to skip if false, constant."""

    code: int
    true: int
    false: int
    constant: int


def program(parent: int, group: int, machine: str | None = None, others: Sequence[int] = ()) -> bytes:
    """The filter, as an array of `struct sock_filter`.

    Args:
        parent, group: as for `denied`.
        machine: `x86_64` or `aarch64`; this machine's if not given.
        others: as for `denied`.

    Raises:
        OSError: ENOSYS for another architecture.

    """
    machine = machine or platform.machine()
    if machine not in _ARCH:
        raise OSError(errno.ENOSYS, f"no filter for {machine}")
    rules = denied(parent, group, others)
    return b"".join(struct.pack("=HBBI", *step) for step in _steps(_NUMBERS[machine], machine, rules))


def _steps(numbers: Mapping[str, int], machine: str, rules: Sequence[Denied]) -> Iterator[Instruction]:
    yield Instruction(_LOAD, 0, 0, _ARCHITECTURE)
    yield Instruction(_EQUAL, 1, 0, _ARCH[machine])
    yield Instruction(_RETURN, 0, 0, KILL)
    yield Instruction(_LOAD, 0, 0, _NUMBER)
    yield Instruction(_AT_LEAST, 0, 1, X32)
    yield Instruction(_RETURN, 0, 0, KILL)
    yield Instruction(_GREATER, 0, 1, syscalls.NEWEST)
    yield Instruction(_RETURN, 0, 0, ERROR | errno.ENOSYS)
    whole = ((REFUSED, errno.EPERM), (ABSENT, errno.ENOSYS), (UNSUPPORTED, errno.EOPNOTSUPP), (PRETENDED, 0))
    for calls, result in whole:
        for call in calls:
            if call in numbers:
                yield Instruction(_EQUAL, 0, 1, numbers[call])
                yield Instruction(_RETURN, 0, 0, ERROR | result)
    for call in dict.fromkeys(rule.call for rule in rules):
        body = [step for rule in rules if rule.call == call for step in _test(rule)]
        yield Instruction(_EQUAL, 0, len(body) + 1, numbers[call])
        yield from body
        yield Instruction(_RETURN, 0, 0, ALLOW)
    yield Instruction(_RETURN, 0, 0, ALLOW)


def _test(rule: Denied) -> list[Instruction]:
    value = rule.value & 0xFFFFFFFF
    jumps = {"is": (_EQUAL, 0, 1), "is not": (_EQUAL, 1, 0), "has": (_ANY_BIT, 0, 1)}[rule.test]
    return [
        Instruction(_LOAD, 0, 0, _ARGUMENTS + 8 * rule.argument),  # both architectures store the lower half first
        Instruction(*jumps, value),
        Instruction(_RETURN, 0, 0, ERROR | rule.result),
    ]


_libc = ctypes.CDLL(None, use_errno=True)


def install(filter_program: bytes) -> None:
    """Put the calling thread, and all that it starts from now on, under the filter. Needs no_new_privs.

    Kernels before 5.16 would also switch off a part of the processor's speculation for whoever has a filter, which
    costs time; that guards secrets within the same process, and there are none.

    Raises:
        OSError: the kernel refused.

    """
    buffer = ctypes.create_string_buffer(filter_program, len(filter_program))
    pointer = ctypes.addressof(buffer)
    header = struct.pack("@HP", len(filter_program) // 8, pointer)
    number = ctypes.c_long(_CALL[platform.machine()])
    if _libc.syscall(number, ctypes.c_uint(_SET_FILTER), ctypes.c_uint(_SPECULATION_ALLOWED), header) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
