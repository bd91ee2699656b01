"""One input, tried safely: a limit of time and of memory for each, and what came of it."""

from __future__ import annotations

import resource
import signal
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from fuzz.target import Target
from xtreme_tasks.faults import Fault

SECONDS = 5
"""Processor time of one input: thousands of times what a good one needs."""
MEMORY_BYTES = 2 << 30
"""Address space of the process: a reader that asks for more gets a MemoryError, which is a crash."""
ROOT = Path(__file__).resolve().parents[1]


class HangError(BaseException):
    """The input took longer than it may; not an Exception, so that no reader can swallow it."""


@dataclass(frozen=True)
class Outcome:
    """What came of one input.

    Attributes:
        kind: `accepted`, a fault's code, or `crash`.
        signature: of a crash: the exception and the innermost place in the project; one defect has one signature.
        report: of a crash: the traceback.
        seconds: processor time.

    """

    kind: str
    signature: str = ""
    report: str = ""
    seconds: float = 0.0


def _hang(_number: int, _frame: FrameType | None) -> None:
    raise HangError(f"more than {SECONDS} s")


def limit_process() -> None:
    """Set the limits that belong to the whole process; once, in a process of its own."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))
    signal.signal(signal.SIGPROF, _hang)


def attempt(target: Target, data: bytes, timed: bool = True) -> Outcome:
    """Try one input.

    Args:
        target: the reader.
        data: the input.
        timed: whether the limit of time applies; it needs `limit_process`.

    """
    begin = time.process_time()
    if timed:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        target.run(data)
    except Fault as fault:
        return Outcome(fault.code, seconds=time.process_time() - begin)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # whatever it is: finding it is the purpose
        report = "".join(traceback.format_exception(error, limit=-12))
        return Outcome("crash", _signature(error), report, time.process_time() - begin)
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return Outcome("accepted", seconds=time.process_time() - begin)


def _signature(error: BaseException) -> str:
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts and frame.name not in ("attempt", "require"):
            place = f"{path.relative_to(ROOT).as_posix()}:{frame.name}"
    kind = type(error).__name__
    # Where time runs out is chance; a broken promise has its own words.
    return f"{kind}" if isinstance(error, HangError) else f"{kind} {place}"
