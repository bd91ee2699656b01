"""Where a step's command runs: an engine takes a command with mounts and gives back what the platform sees of it."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from xtreme_tasks.faults import OrganizerFault


@dataclass(frozen=True)
class Step:
    """One container of the platform.

    Attributes:
        command: as in the program's metadata; split, given to no shell.
        mounts: folder of this machine by its path in the container.
        mountinfo: file with the mount table that the container would show.
        options: command-line option of the program for each container path, for engines without mounts.
        seconds: the worker's real time limit.

    """

    command: str
    mounts: Mapping[str, Path]
    mountinfo: Path
    options: Mapping[str, str]
    seconds: float


@dataclass(frozen=True)
class StepResult:
    """What the platform sees: exit code, seconds, and at most the first 8 KB of each stream."""

    exit_code: int
    seconds: float
    stdout: bytes
    stderr: bytes


class Engine(Protocol):
    """Runs one step."""

    name: str

    def run(self, step: Step) -> StepResult:
        """Run the step to its end or its time limit."""
        ...

    def run_team(self, step: Step) -> StepResult:
        """What the platform does with a command of the team's own, beside ingestion."""
        ...


LOG_BYTES = 8192


class ProcessEngine:
    """Plain processes: mounts become arguments. No container, no image: for laptops and the demonstration.

    Args:
        temporary: folder for the programs' temporary files; one that goes with each step if not given, since a program
            that is killed removes nothing.

    """

    name = "process"

    def __init__(self, temporary: Path | None = None) -> None:
        self.temporary = temporary

    def run(self, step: Step) -> StepResult:
        """Run the program with this interpreter, its platform paths replaced by the folders' own.

        Raises:
            OrganizerFault: E231 if the command is not one of Python.

        """
        words = shlex.split(step.command)
        if not words or words[0] != "python3":
            raise OrganizerFault("E231", "metadata.yaml command", "the process engine runs python3 only")
        arguments = [item for path, option in step.options.items() for item in (option, str(step.mounts[path]))]
        command = [sys.executable, *words[1:], *arguments, "--mountinfo", str(step.mountinfo)]
        if self.temporary is not None:
            return _run(command, step, self.temporary)
        # Not inside the run's folder: the path of a Unix socket has at most 107 characters.
        with tempfile.TemporaryDirectory(prefix="step-", ignore_cleanup_errors=True) as temporary:
            return _run(command, step, Path(temporary))

    def run_team(self, step: Step) -> StepResult:  # noqa: ARG002
        """Not run: without a container it would have this user's rights. It is witnessed as if it had ended well."""
        return StepResult(0, 0.0, b"", b"")


def _run(command: list[str], step: Step, temporary: Path) -> StepResult:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(temporary),
    }
    folder = step.mountinfo.parent
    began = time.monotonic()
    with (folder / "stdout").open("w+b") as out, (folder / "stderr").open("w+b") as err:
        process = subprocess.Popen(
            command,
            cwd=step.mounts["/app/program"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            code = process.wait(step.seconds)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        elapsed = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        return StepResult(code if code >= 0 else 128 - code, elapsed, out.read(LOG_BYTES), err.read(LOG_BYTES))
