"""One run of all questions in a fresh child: the only place where a run is timed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ingestion_program import clock, reaper
from ingestion_program.child import EVERY_FILTER, child
from ingestion_program.confinement import Confinement
from ingestion_program.console import Console
from ingestion_program.folder import TeamFolder
from ingestion_program.log import Log
from ingestion_program.pace import Pace
from ingestion_program.questions import Question
from xtreme_tasks.faults import TeamFault
from xtreme_tasks.settings import Limits


@dataclass(frozen=True)
class Run:
    """What one run gave; all seconds are raw ones.

    Attributes:
        payloads: the bytes of every part's answers, unchecked, in the order of the questions.
        duration: seconds from just before the spawn to the last byte of the last answer, pauses taken off.
        startup: seconds until the submission was loaded.
        loading: seconds of them in the constructor, as the child says.
        parts: seconds of each part.
        cpu: user and system seconds of all processes of the run.
        peak_memory_mib: largest sampled memory of all of them together.
        pace: the slices of reference work.

    """

    payloads: Sequence[bytes]
    duration: float
    startup: float
    loading: float
    parts: Mapping[str, float]
    cpu: float
    peak_memory_mib: float
    pace: Pace


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
    pace: Pace | None = None,
) -> Run:
    """Ask everything, one part after the other, and end all that the run started.

    Args:
        team, limits, stage, console, confinement: as for `child`.
        seconds: time limit of this run.
        questions: what is asked.
        log: gets one line a part, while the clock is paused.
        handing_out: called just before the first example is handed out, while the clock is paused.
        pace: of this run; without it there is no reference work.

    Raises:
        TeamFault: whatever ended the run.

    """
    payloads: list[bytes] = []
    spent: dict[str, float] = {}
    cpu_before = reaper.cpu_seconds()
    with child(team, limits, seconds, stage, console, confinement) as process:
        process.pace = pace = pace or Pace()
        pace.prepare()
        begin = clock.read().seconds  # the timed region begins
        pace.begin(begin)
        process.start(begin)
        moments = process.ready()
        last = loaded = clock.read().seconds
        startup = loaded - begin - pace.paused
        for number, question in enumerate(questions):
            if number == 0:
                handing_out()
            log.write(f"{stage}asking {question.name}: {len(question.ids)} examples")
            asked = clock.read().seconds
            pace.exclude(asked - last)
            process.deadline += asked - last
            before = pace.paused
            payloads.append(process.ask(question))
            last = clock.read().seconds
            spent[question.name] = last - asked - (pace.paused - before)
        # the timed region ended with the last byte of the last answer, at `last`
        pace.end()
    duration = last - begin - pace.paused
    if duration > seconds:
        raise TeamFault("E131", f"{stage}the last answer", f"{seconds:g} s")
    cpu = reaper.cpu_seconds() - cpu_before
    loading = pace.own_seconds(max(begin, moments[0]), min(loaded, moments[1]))
    return Run(payloads, duration, startup, loading, spent, cpu, process.peak_memory_mib, pace)
