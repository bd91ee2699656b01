"""The child: one fresh process with the team's code, its pipes, its limits, and its certain end."""

from __future__ import annotations

import contextlib
import math
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ingestion_program import clock, frames, output, reaper
from ingestion_program.channel import TICK, Channel, Gone
from ingestion_program.confinement import Confinement, Filters
from ingestion_program.console import Console
from ingestion_program.folder import TeamFolder
from ingestion_program.isolation import child_protection
from ingestion_program.leftovers import Leftovers
from ingestion_program.pace import Pace
from ingestion_program.questions import Question
from xtreme_tasks.faults import OrganizerFault, TeamFault
from xtreme_tasks.settings import Limits

SCRIPT = Path(__file__).with_name("child_main.py")
PASSED_ON = ("CUDA_", "NVIDIA_", "NCCL_", "LD_LIBRARY_PATH")
MODEL_CACHE = Path("/opt/models/hub")
"""The base models of the competition image, in the layout of the hub's cache; the child may read and not write it."""
WHILE_LOADING = frozenset({"E111", "E112", "E113"})
WHILE_ANSWERING = frozenset({"E121", "E122", "E124"})
EVERY_FILTER = Confinement()
EXIT_WAIT = 1.0
"""Seconds for a process whose pipe closed to be seen ending: decides only how the fault is named."""


def environment(work: Path) -> dict[str, str]:
    """The child's whole environment; nothing but the GPU's variables comes from the parent's."""
    passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    if MODEL_CACHE.is_dir():
        passed["HF_HUB_CACHE"] = str(MODEL_CACHE)
    return passed | {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(work / "home"),
        "TMPDIR": str(work / "tmp"),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
    }


class Child:
    """A process that loads the submission and answers questions.

    Args:
        team: the judged folder.
        limits: memory and processes.
        seconds: wall-clock seconds from `start` on.
        stage: prefix of the places that faults name (`pre-flight `).
        console: keeps the end of what the team's code prints; without it that goes nowhere.
        confinement: the filters that it gets.

    Raises:
        OrganizerFault: E214 if a filter cannot be made.

    """

    def __init__(
        self,
        team: TeamFolder,
        limits: Limits,
        seconds: float,
        stage: str,
        console: Console | None,
        confinement: Confinement,
    ) -> None:
        self.team, self.limits, self.seconds, self.stage = team, limits, seconds, stage
        self.deadline = 0.0
        self.peak_memory_mib = 0.0
        self.pace = Pace()
        self._next_look = 0.0
        self._where = ""
        self.work = Path(tempfile.mkdtemp(prefix="team-"))
        for name in ("home", "tmp"):
            (self.work / name).mkdir(mode=0o700)
        try:
            self._filters = Filters(confinement, team.root, self.work, SCRIPT)
        except OSError as error:
            output.empty(self.work)
            self.work.rmdir()
            raise OrganizerFault("E214", "child", error.strerror or str(error)) from None
        self._leftovers = Leftovers()
        question_end, question_start = os.pipe()
        answer_end, answer_start = os.pipe()
        self._ends = [question_end, answer_start]
        self.channel = Channel(answer_end, question_start)
        self._printed = subprocess.DEVNULL
        if console is not None:
            listening, self._printed = os.pipe()
            self._ends.append(self._printed)
            self.channel.listen(listening, console)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, begin: float) -> None:
        """Start the process.

        Args:
            begin: clock seconds from which the time limit counts.

        Raises:
            OrganizerFault: E214 if it cannot be protected, E239 if it cannot be started.

        """
        self.deadline = begin + self.seconds
        command = [sys.executable, "-I", "-B", str(SCRIPT), *map(str, self._ends[:2]), str(self.team.root)]
        if self._printed != subprocess.DEVNULL:
            command.append("--show")
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=self._printed,
                stderr=self._printed,
                cwd=self.work,
                env=environment(self.work),
                pass_fds=self._ends[:2],
                start_new_session=True,
                preexec_fn=child_protection(self._filters),
            )
        except subprocess.SubprocessError:
            raise OrganizerFault("E214", "child", "its protections cannot be set") from None
        except OSError as error:
            raise OrganizerFault("E239", "child", error.strerror or str(error)) from None
        finally:
            self._close_ends()
        self._filters.hold(self._process.pid)
        with contextlib.suppress(OSError):  # the kernel, short of memory, shall end the child and not the parent
            Path(f"/proc/{self._process.pid}/oom_score_adj").write_text("1000")

    def _close_ends(self) -> None:
        while self._ends:
            os.close(self._ends.pop())

    def ready(self) -> tuple[float, float]:
        """Wait until the submission is loaded.

        Returns:
            The moments between which its constructor ran, as the child says, which shares its process with the
            team's code; both 0 where it says nothing sensible.

        Raises:
            TeamFault: E111 to E113, E131 to E135.

        """
        return _moments(self._exchange(b"", {frames.READY: frames.SMALL}, f"{self.stage}loading", WHILE_LOADING))

    def ask(self, question: Question) -> bytes:
        """Hand out the examples of one part and return the bytes of its answers, unchecked.

        Raises:
            TeamFault: E121, E122, E124, E131 to E135.

        """
        allowed = {frames.ANSWERS: question.answer_limit}
        return self._exchange(question.frame, allowed, f"{self.stage}{question.name}", WHILE_ANSWERING)

    def _exchange(self, sent: bytes, allowed: dict[bytes, int], where: str, faults: frozenset[str]) -> bytes:
        self._where = where
        incoming = frames.Assembler({**allowed, frames.FAULT: frames.SMALL}, where)
        try:
            frame = self.channel.exchange(sent, incoming, self._watch)
        except Gone:
            raise self._ended() from None
        if frame.kind == frames.FAULT:
            raise self._reported(frame.payload, faults)
        return frame.payload

    def _reported(self, payload: bytes, faults: frozenset[str]) -> TeamFault:
        """The fault that the child reported: a code that is possible now, and a place only if it exists."""
        report = frames.decode(payload, self._where)
        code = report.get("fault") if isinstance(report, dict) else None
        if not isinstance(code, str) or code not in faults:
            return TeamFault("E135", self._where, "an unexpected report")
        place = self.team.place(report.get("file"), report.get("line"))
        return TeamFault(code, f"{self._where} {place}".strip())

    def _ended(self) -> TeamFault:
        assert self._process is not None  # noqa: S101 - only called while exchanging
        pid = self._process.pid
        with contextlib.suppress(OSError):
            descriptor = os.pidfd_open(pid)
            select.select([descriptor], [], [], EXIT_WAIT)
            os.close(descriptor)
        reason = reaper.exit_reason(pid)
        return TeamFault("E134", self._where, reason) if reason else TeamFault("E135", self._where, "it closed a pipe")

    def _watch(self) -> bool:
        """Whether the process lives; raises when a limit is passed."""
        assert self._process is not None  # noqa: S101 - only called while exchanging
        self.deadline += self.pace.keep()
        now = clock.read().seconds
        if now > self.deadline:
            raise TeamFault("E131", self._where, f"{self.seconds:g} s")
        if now >= self._next_look:
            self._look()
            self._next_look = clock.read().seconds + TICK
        return not reaper.exit_reason(self._process.pid)

    def _look(self) -> None:
        used = reaper.usage(self.limits.memory_mib)
        self.peak_memory_mib = max(self.peak_memory_mib, used.memory_mib)
        if used.memory_mib > self.limits.memory_mib:
            raise TeamFault("E132", self._where, f"{used.memory_mib:.0f} MiB, at most {self.limits.memory_mib}")
        if 0 < self.limits.processes < used.threads:
            raise TeamFault("E136", self._where, f"{used.threads}, at most {self.limits.processes}")

    def end(self) -> None:
        """End the process and everything that came of it, and remove its work folder and what it left behind.

        Raises:
            OrganizerFault: E239 if something of it cannot be ended, E232 if a file of its cannot be removed.

        """
        reaper.end_all()
        if self._process is not None:
            self._process.returncode = self._process.returncode or 0  # reaped above, with all others
        self._close_ends()
        self.channel.close()
        self._filters.close()
        self._leftovers.remove()
        if self.work.is_symlink():
            self.work.unlink()  # its own code put it there; what it points to is not ours to empty
        else:
            output.empty(self.work)
            self.work.rmdir()


def _moments(payload: bytes) -> tuple[float, float]:
    with contextlib.suppress(TeamFault, TypeError, ValueError):
        begin, end = frames.decode(payload, "")
        if isinstance(begin, float) and isinstance(end, float) and 0 <= begin <= end < math.inf:
            return begin, end
    return 0.0, 0.0


@contextlib.contextmanager
def child(
    team: TeamFolder,
    limits: Limits,
    seconds: float,
    stage: str = "",
    console: Console | None = None,
    confinement: Confinement = EVERY_FILTER,
) -> Iterator[Child]:
    """A child that is ended for certain, whatever happens."""
    process = Child(team, limits, seconds, stage, console, confinement)
    try:
        yield process
    finally:
        process.end()
