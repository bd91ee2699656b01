"""Landlock: the kernel's own access control that a process puts on itself and that nothing below it can take off.

A thin layer over the three system calls, in ctypes: nothing has to be installed for it in the image, and all of it can
be read here. Numbers and structures are those of Linux's <linux/landlock.h>; the calls have the same numbers on every
architecture.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV, RESOLVE_UNIX = (1 << bit for bit in range(13, 17))
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""The rights that a rule on something else than a folder may name."""
_FILES_SINCE = ((1, (1 << 13) - 1), (2, REFER), (3, TRUNCATE), (5, IOCTL_DEV), (9, RESOLVE_UNIX))
_TCP, TCP_SINCE = 0b11, 4
_SCOPE, SCOPE_SINCE = 0b11, 6

FILES_WHOLE = 3
"""From this version on no file outside can be changed; before it one could be truncated."""

_libc = ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    result: int = _libc.syscall(number, *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def abi() -> int:
    """The version that the running kernel offers; 0 where there is none, or where it is switched off."""
    try:
        return _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))
    except OSError:
        return 0


def handled(version: int) -> int:
    """All rights on files that a version can take away."""
    return sum(rights for since, rights in _FILES_SINCE if version >= since)


class Ruleset:
    """What will be allowed; everything else that this version can deny is denied.

    Args:
        files, tcp, scope: which of the three kinds are denied: files; TCP bind and connect; signals and abstract Unix
            sockets to processes outside. A kind that the version lacks is left out.
        version: as `abi`.

    Raises:
        OSError: the kernel refused.

    """

    def __init__(self, files: bool = True, tcp: bool = True, scope: bool = True, version: int | None = None) -> None:
        version = abi() if version is None else version
        self._handled = handled(version) if files else 0
        fields = [self._handled]
        if version >= TCP_SINCE:
            fields.append(_TCP if tcp else 0)
        if version >= SCOPE_SINCE:
            fields.append(_SCOPE if scope else 0)
        self._kept: list[int] = []
        self._descriptor = -1
        if any(fields):  # the kernel refuses a ruleset that denies nothing
            attribute = struct.pack(f"={len(fields)}Q", *fields)
            self._descriptor = _call(_CREATE_RULESET, attribute, ctypes.c_size_t(len(attribute)), ctypes.c_uint(0))

    def allow(self, path: str, rights: int, keep: bool = False) -> None:
        """Allow rights on a file, or on a folder and all below it; what does not exist is left out.

        Args:
            path: links are followed.
            rights: those that are not handled, or not possible on a file, are left out.
            keep: hold the path open until `close`. A rule belongs to an inode, and /proc makes a new one when
                memory was short and nothing held the old.

        Raises:
            OSError: the kernel refused.

        """
        if not self._handled:
            return
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        try:
            folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
            rights &= self._handled if folder else self._handled & OF_A_FILE
            if rights:
                rule = struct.pack("=Qi", rights, descriptor)
                _call(_ADD_RULE, self._descriptor, ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint(0))
        finally:
            if keep:
                self._kept.append(descriptor)
            else:
                os.close(descriptor)

    def restrict(self) -> None:
        """Put the calling thread, and all that it starts from now on, under the rules. Needs no_new_privs.

        Raises:
            OSError: the kernel refused.

        """
        if self._descriptor >= 0:
            _call(_RESTRICT_SELF, self._descriptor, ctypes.c_uint(0))

    def close(self) -> None:
        """Let go of the ruleset and of the paths that it kept; those who are under it stay so."""
        for descriptor in (*self._kept, self._descriptor):
            if descriptor >= 0:
                os.close(descriptor)
        self._kept, self._descriptor = [], -1
