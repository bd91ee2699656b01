"""One try of an attack: a zip through the build, and everything that can be seen of it afterwards."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from organizer.attack.ground import Ground
from organizer.local_worker.docker_engine import LABEL, connected
from organizer.local_worker.engine import Engine, ProcessEngine
from organizer.local_worker.permit import with_permit
from organizer.local_worker.run import LocalRun, Order, run_submission
from xtreme_tasks.record import RECORD_FILE, STARTED_FILE
from xtreme_tasks.tasks import TASKS

USER = 1
RESULTS = ("prediction_output", "scoring_output")
OUTPUT = {RECORD_FILE, STARTED_FILE, "ingestion.log", "metadata"}
_CODE = re.compile(r"(E[0-9]{3}|ok)\b")


@dataclass(frozen=True)
class Outcome:
    """What became of one run.

    Attributes:
        status: what the platform shows.
        code: the verdict: `ok`, the code of a fault, or empty where nobody said any.
        line: the line that says it.
        began: whether a signed record says that hidden data were handed out.
        scores: the leaderboard's row.
        shown: everything that somebody else than the organizer might read, by name; names of files count as text.
        left: processes, containers and folders that should be gone.
        strays: files where none belongs.
        repeats: timed runs that the signed record shows.

    """

    status: str
    code: str
    line: str
    began: bool
    scores: Mapping[str, float] | None
    shown: Mapping[str, bytes] = field(repr=False)
    left: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()
    repeats: int = 1


def attempt(
    ground: Ground, archive: Path, engine: Engine, number: int, permit: bool = True, repeats: int = 1
) -> Outcome:
    """Run a zip once, as an account would submit it.

    Args:
        ground: the build.
        archive: the zip.
        engine: where.
        number: the submission's number, fresh for every run.
        permit: give it the organizer's permit.
        repeats: timed runs, which the permit asks for.

    Raises:
        OrganizerFault: the engine or the bundle cannot be used; what the zip does is part of the outcome.

    """
    with tempfile.TemporaryDirectory(prefix="competition-attack-") as temporary:
        root = Path(temporary)
        for name in ("runs", "tmp"):
            (root / name).mkdir()
        worker = ground.worker
        if permit:
            worker = with_permit(ground.worker, root / "worker", ground.upload, ground.phase, number, repeats)
        # Its own place for temporary files, so that whatever is found there afterwards was left by this run.
        chosen = ProcessEngine(root / "tmp") if engine.name == "process" else engine
        order = Order(USER, number, archive, ground.phase)
        ran = run_submission(ground.upload, worker, order, chosen, root / "runs" / "run")
        marker = f"uPK-{USER}_sID-{number}__"
        left = [*_processes(marker), *_containers(engine, marker), *(path.name for path in (root / "tmp").iterdir())]
        return _outcome(ran, root / "runs", tuple(left))


def _processes(marker: str) -> list[str]:
    """Processes whose command line names the run: a fork keeps the line of the child that it came from."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if marker.encode() in line:
            found.append(f"process {path.parent.name}")
    return found


def _containers(engine: Engine, marker: str) -> list[str]:
    if engine.name != "docker":
        return []
    with connected() as client:
        listed = client.containers(all=True, filters={"label": LABEL})
    return [f"container {item['Id'][:12]}" for item in listed if str(item["Labels"].get(LABEL, "")).startswith(marker)]


def _outcome(ran: LocalRun, runs: Path, left: tuple[str, ...]) -> Outcome:
    lines = ran.messages.splitlines()
    line = _telling(lines)
    code = _CODE.match(line)
    shown = _shown(ran)
    return Outcome(
        status=ran.status,
        code=code.group(1) if code else "",
        line=line,
        began=STARTED_FILE in shown,
        scores=ran.scores,
        shown=shown,
        left=left,
        strays=_strays(ran, runs),
        repeats=_timed_runs(ran.folder / RESULTS[0] / RECORD_FILE),
    )


def _timed_runs(record: Path) -> int:
    """How many durations a record shows; 0 where there is none, or one that an attack planted shows nothing."""
    try:
        return len(json.loads(record.read_bytes())["values"]["durations"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _telling(lines: list[str]) -> str:
    """The line that says the verdict: scoring's, unless it only misses a record that ingestion's line explains."""
    told = [line for line in lines if _CODE.match(line)]
    if len(told) > 1 and told[-1].startswith("E221"):
        return told[0]
    return told[-1] if told else ""


def _shown(ran: LocalRun) -> dict[str, bytes]:
    """All but the predictions, which hold ids and answers and which the platform shows to nobody (`hide_output`)."""
    shown = {"messages": ran.messages.encode()}
    for name in RESULTS:
        for path in sorted((ran.folder / name).rglob("*")):
            inside = path.relative_to(ran.folder / name).as_posix()
            if path.is_file() and not (name == RESULTS[0] and _is_prediction(inside)):
                shown[inside] = path.name.encode() + b"\n" + path.read_bytes()
    return shown


def _is_prediction(inside: str) -> bool:
    folder, _, rest = inside.partition("/")
    task, _, language = rest.partition("/")
    return folder == "predictions" and task in TASKS and language.removesuffix(".jsonl") in TASKS[task].languages


def _strays(ran: LocalRun, runs: Path) -> tuple[str, ...]:
    """Files in the output that neither program writes, and anything beside the results."""
    output = ran.folder / RESULTS[0]
    found = [path.relative_to(output).as_posix() for path in output.rglob("*") if not path.is_dir()]
    foreign = [name for name in found if name not in OUTPUT and not _is_prediction(name)]
    beside = [path for path in runs.iterdir() if path != ran.folder]
    if ran.folder.is_dir():
        beside += [path for path in ran.folder.iterdir() if path.name not in RESULTS]
    return (*sorted(foreign), *sorted(path.name for path in beside))


def seconds(outcome: Outcome) -> float:
    """The duration that the leaderboard shows; 0 without a row."""
    return (outcome.scores or {}).get("duration", 0.0)
