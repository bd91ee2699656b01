"""Reference work: a process of the parent's own that computes for a moment on command, to tell the machine's speed.

Its processes are no part of what the reaper looks at, and their numbers are among those that the team's filter guards.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ingestion_program import clock, reaper
from ingestion_program.reference_work import DONE, GO, READY, SECONDS

SCRIPT = Path(__file__).with_name("reference_work.py")
START_SECONDS = 120.0
"""Longest wait for the first step: importing PyTorch and starting CUDA takes long on a cold disk."""
PATIENCE = 50.0
"""A slice that takes this many times its seconds, and a second, has failed: the machine or the process is at an end."""
WARM_UP_SLICES, WARM_UP_SECONDS = 3, 0.1
MOST_WORKERS = 32
"""As many as the team's filter can guard with room to spare."""
_PASSED_ON = ("CUDA_", "NVIDIA_", "LD_LIBRARY_PATH")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ReferenceFailed(Exception):
    """No reference work can be had; the text says why."""


@dataclass(frozen=True)
class Slice:
    """What one slice gave.

    Attributes:
        seconds: how long it took, by the parent's clock.
        steps: forward passes in that time.
        busy: seconds for which each worker computed, on average: processor time; on a GPU the time until it had ended.

    """

    seconds: float
    steps: int
    busy: float


def workers(backend: str) -> int:
    """Workers of the reference work: one for each core that the team's code gets too, or one for the GPU."""
    return 1 if backend == "torch-cuda" else min(MOST_WORKERS, len(os.sched_getaffinity(0)))


class Reference:
    """The running processes, warm; `close` ends them.

    Attributes:
        pids: their process numbers.

    Args:
        backend: `torch-cuda`, `torch-cpu` or `numpy`.
        number: workers.
        seconds: length of a slice.
        model: `reference`, or `team` for a larger one.

    Raises:
        ReferenceFailed: it cannot be started: the backend is not there.

    """

    def __init__(self, backend: str, number: int, seconds: float, model: str = "reference") -> None:
        self.seconds, self._number = seconds, number
        passed = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
        environment = passed | {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
        command = [sys.executable, "-I", "-B", str(SCRIPT), backend, str(number), model]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment | dict.fromkeys(_THREADS, "1"),
                bufsize=0,
            )
        except OSError as error:
            raise ReferenceFailed(f"the reference process cannot be started: {error.strerror}") from None
        self.pids: tuple[int, ...] = (self._process.pid,)
        reaper.trust(self.pids)
        try:
            for _ in range(WARM_UP_SLICES):
                self._slice(WARM_UP_SECONDS, START_SECONDS)
        except ReferenceFailed:
            self.close()
            raise ReferenceFailed(f"reference work with {backend} cannot be computed here") from None
        below = reaper.tree(reaper.everything(), self._process.pid)
        self.pids = (self._process.pid, *sorted(process.pid for process in below))
        reaper.trust(self.pids)

    def slice(self) -> Slice:
        """Compute one slice.

        Raises:
            ReferenceFailed: the process has ended, or does not answer.

        """
        return self._slice(self.seconds, 1.0 + PATIENCE * self.seconds)

    def _slice(self, seconds: float, patience: float) -> Slice:
        deadline = clock.read().seconds + patience
        self._send(SECONDS.pack(seconds))
        self._receive(len(READY), deadline)
        begin = clock.read().seconds
        self._send(GO)
        steps, busy = DONE.unpack(self._receive(DONE.size, deadline))
        return Slice(clock.read().seconds - begin, steps, busy / self._number)

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was opened above
        try:
            self._process.stdin.write(data)
        except OSError:
            raise ReferenceFailed("the reference process has ended") from None

    def _receive(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - it was opened above
        data = b""
        while len(data) < size:
            left = max(0.0, deadline - clock.read().seconds)
            if not select.select([self._process.stdout], [], [], left)[0]:
                raise ReferenceFailed("the reference process does not answer")
            piece = self._process.stdout.read(size - len(data))
            if not piece:
                raise ReferenceFailed("the reference process has ended")
            data += piece
        return data

    def close(self) -> None:
        """End the processes."""
        with contextlib.suppress(OSError):
            os.kill(self._process.pid, signal.SIGKILL)  # its helpers end with it
        with contextlib.suppress(ChildProcessError):
            self._process.wait()
        reaper.distrust(self.pids)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
