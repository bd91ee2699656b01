"""The probe: which filters this machine really enforces, seen in processes that are thrown away.

A kernel may know a filter and have it switched off, and a container may forbid the call. So each filter is put on and
the thing that it must stop is tried, by the parent's own code and before there is anything of the team's.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
from collections.abc import Callable

from ingestion_program import landlock, seccomp
from ingestion_program.confinement import Confinement
from ingestion_program.landlock import Ruleset

_NO_NEW_PRIVS = 38
_NOWHERE = ("127.0.0.1", 1)


def probe() -> Confinement:
    """The filters that hold here, alone and each for itself."""
    version = landlock.abi()
    return Confinement(
        files=version >= landlock.FILES_WHOLE and _holds(_files),
        tcp=version >= landlock.TCP_SINCE and _holds(_tcp),
        scope=version >= landlock.SCOPE_SINCE and _holds(_scope),
        seccomp=_holds(_seccomp),
    )


def _holds(attempt: Callable[[], bool]) -> bool:
    """Whether an attempt, in a process of its own, returns True."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            ctypes.CDLL(None).prctl(_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0)
            code = 0 if attempt() else 1
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def _refused(error: int, act: Callable[[], object]) -> bool:
    try:
        act()
    except OSError as failure:
        return failure.errno == error
    return False


def _files() -> bool:
    os.close(os.open("/", os.O_RDONLY))
    Ruleset(tcp=False, scope=False).restrict()
    return _refused(errno.EACCES, lambda: os.open("/", os.O_RDONLY))


def _tcp() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
        Ruleset(files=False, scope=False).restrict()
        return _refused(errno.EACCES, lambda: stream.connect(_NOWHERE))


def _scope() -> bool:
    parent = os.getppid()
    os.kill(parent, 0)
    Ruleset(files=False, tcp=False).restrict()
    return _refused(errno.EPERM, lambda: os.kill(parent, 0))


def _seccomp() -> bool:
    parent = os.getppid()
    seccomp.install(seccomp.program(parent, 0))
    sockets = (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
    absent = all(_refused(errno.EAFNOSUPPORT, lambda family=family: socket.socket(family)) for family in sockets)  # type: ignore[misc]
    return absent and _refused(errno.EPERM, lambda: os.kill(parent, 0))
