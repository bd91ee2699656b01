"""One run of all questions in a fresh child: the only place where a run is timed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ingestion_program import clock, reaper, reference
from ingestion_program.child import EVERY_FILTER, child
from ingestion_program.confinement import Confinement
from ingestion_program.console import Console
from ingestion_program.folder import TeamFolder
from ingestion_program.log import Log
from ingestion_program.questions import Question
from xtreme_tasks.faults import TeamFault
from xtreme_tasks.settings import Limits


@dataclass(frozen=True)
class Run:
    """What one run gave.

    Attributes:
        payloads: the bytes of every part's answers, unchecked, in the order of the questions.
        duration: seconds from just before the spawn to the last byte of the last answer, pauses taken off.
        startup: seconds until the submission was loaded.
        parts: seconds of each part.
        cpu: user and system seconds of all processes of the run.
        peak_memory_mib: largest sampled memory of all of them together.

    """

    payloads: Sequence[bytes]
    duration: float
    startup: float
    parts: Mapping[str, float]
    cpu: float
    peak_memory_mib: float


def run(
    team: TeamFolder,
    limits: Limits,
    seconds: float,
    questions: Sequence[Question],
    log: Log,
    stage: str = "",
    console: Console | None = None,
    handing_out: Callable[[], None] = lambda: None,
    confinement: Confinement = EVERY_FILTER,
) -> Run:
    """Ask everything, one part after the other, and end all that the run started.

    Args:
        team, limits, stage, console, confinement: as for `child`.
        seconds: time limit of this run.
        questions: what is asked.
        log: gets one line a part, while the clock is paused.
        handing_out: called just before the first example is handed out, while the clock is paused.

    Raises:
        TeamFault: whatever ended the run.

    """
    payloads: list[bytes] = []
    spent: dict[str, float] = {}
    paused = 0.0
    cpu_before = reaper.cpu_seconds()
    with child(team, limits, seconds, stage, console, confinement) as process:
        begin = clock.read().seconds  # the timed region begins
        process.start(begin)
        process.ready()
        last = loaded = clock.read().seconds
        for number, question in enumerate(questions):
            if number == 0:
                handing_out()
            log.write(f"{stage}asking {question.name}: {len(question.ids)} examples")
            reference.between_parts()
            asked = clock.read().seconds
            paused += asked - last
            process.deadline += asked - last
            payloads.append(process.ask(question))
            last = clock.read().seconds
            spent[question.name] = last - asked
        # the timed region ended with the last byte of the last answer, at `last`
    duration = last - begin - paused
    if duration > seconds:
        raise TeamFault("E131", f"{stage}the last answer", f"{seconds:g} s")
    cpu = reaper.cpu_seconds() - cpu_before
    return Run(payloads, duration, loaded - begin, spent, cpu, process.peak_memory_mib)
