"""Confinement: the two filters of the child, prepared by the parent and put on between fork and exec.

So they hold before the first instruction of the interpreter, let alone of the team's code, and the child does not take
part in putting them on: if one cannot be, the process is not started.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from ingestion_program import reach, reaper, seccomp
from ingestion_program.landlock import Ruleset

FILES, TCP, SCOPE, SECCOMP = "landlock-files", "landlock-tcp", "landlock-scope", "seccomp"


@dataclass(frozen=True)
class Confinement:
    """Which filters a child gets. The default is all of them; `probe.probe` says what this machine can do.

    Attributes:
        files: Landlock: only the files of `reach`.
        tcp: Landlock: no TCP.
        scope: Landlock: no signal and no abstract Unix socket to a process outside.
        seccomp: the system calls of `seccomp` are denied.

    """

    files: bool = True
    tcp: bool = True
    scope: bool = True
    seccomp: bool = True

    def names(self) -> tuple[str, ...]:
        """Names of the protections that it stands for."""
        pairs = ((FILES, self.files), (TCP, self.tcp), (SCOPE, self.scope), (SECCOMP, self.seccomp))
        return tuple(name for name, chosen in pairs if chosen)


class Filters:
    """The filters of one child, ready to be put on.

    Args:
        chosen: which.
        team, work, script: as for `reach.allow`.

    Raises:
        OSError: the kernel refused.

    """

    def __init__(self, chosen: Confinement, team: Path, work: Path, script: Path) -> None:
        self._rules: Ruleset | None = None
        self._program = b""
        if chosen.seccomp:
            self._program = seccomp.program(os.getpid(), os.getpgrp(), others=reaper.trusted())
        self._entry = -1
        if chosen.files or chosen.tcp or chosen.scope:
            self._rules = Ruleset(chosen.files, chosen.tcp, chosen.scope)
            reach.allow(self._rules, team, work, script)

    def put_on(self) -> None:
        """Confine the calling process; no_new_privs must be set.

        Raises:
            OSError: the kernel refused.

        """
        if self._rules:
            reach.allow_own_process(self._rules)
            self._rules.restrict()
        if self._program:
            seccomp.install(self._program)

    def hold(self, pid: int) -> None:
        """Keep the child's entry in /proc the same as long as it runs: its rule belongs to that inode."""
        with contextlib.suppress(OSError):
            self._entry = os.open(f"/proc/{pid}/task", os.O_PATH | os.O_CLOEXEC)

    def close(self) -> None:
        """Let go of all descriptors; the child stays confined."""
        if self._rules:
            self._rules.close()
        if self._entry >= 0:
            os.close(self._entry)
        self._entry = -1
