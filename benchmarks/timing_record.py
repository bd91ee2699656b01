"""Real runs of submissions of known work, with every slice of reference work: `benchmarks/recordings/timing.json`.

    python -m benchmarks.timing_record --condition quiet --seconds 150

appends runs for so long; `python -m benchmarks.timing` and `benchmarks.slowed` evaluate them. `loaded` starts a busy
neighbour on the last core. `quota` is to be run within a cgroup that gives less than all cores (`--cpus` of a
container, `cpu.max`); this program only labels what it finds. The first `quiet` run calibrates the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.timing_workload import BASE, KINDS, MORE, Kind, asked, passes, team
from ingestion_program import clock, environment, halt, isolation, reaper, slices, speed, timing
from ingestion_program.calibration import Calibration
from ingestion_program.contention import Contention
from ingestion_program.log import Log
from ingestion_program.pace import Mark, Pace
from ingestion_program.reference import Reference
from organizer.calibrate.command import SLOWEST, calibration_of
from organizer.calibrate.numbers import PAIRS
from xtreme_tasks.files import write_whole
from xtreme_tasks.settings import Limits, Timing

PATH = Path(__file__).parent / "recordings" / "timing.json"
CONDITIONS = ("quiet", "loaded", "quota")
CALIBRATION_SECONDS = 30.0
AROUND = 4
"""Slices before a run, and as many after it: together about as many as within it, for the method that has only them."""
LIMIT_SECONDS = 600.0
NEIGHBOUR = """
import ctypes, os, signal
ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # it ends with this program, however that ends
os.sched_setaffinity(0, [{core}])
while True:
    pass
"""
_TICK = os.sysconf("SC_CLK_TCK")


class Sampled(Pace):
    """A pace that notes at every part's begin the team's own seconds and the processor seconds of its processes."""

    def __init__(self, reference: Reference, settings: Timing) -> None:
        # Neighbour and submissions share a control group here, so the processes are added up.
        super().__init__(reference, settings.interval, settings.share, contention=Contention(contained=False))
        self.begins: list[tuple[float, float]] = []

    def exclude(self, seconds: float) -> None:
        """As for `Pace`; the look is not the team's time either."""
        super().exclude(seconds)
        before = clock.read().seconds
        used = sum(halt.look(reaper.descendants()).processor.values())
        now = clock.read().seconds
        self.paused += now - before
        self.begins.append((now - self._begin - self.paused, used))


def calibrate(settings: Timing) -> Calibration:
    """As `competition calibrate` does it, in this interpreter."""
    found: dict[str, Any] = slices.measure(["torch-cpu"], CALIBRATION_SECONDS, settings.slice_seconds, PAIRS)
    reaper.end_all()
    return calibration_of(found, settings.slice_seconds, SLOWEST)


@contextlib.contextmanager
def neighbour(wanted: bool) -> Iterator[tuple[int, ...]]:
    """A process that never rests, on the last core; its number."""
    if not wanted:
        yield ()
        return
    last = max(os.sched_getaffinity(0))
    code = NEIGHBOUR.format(core=last)
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        reaper.trust([process.pid])
        try:
            yield (process.pid,)
        finally:
            process.kill()
            process.wait()
            reaper.distrust([process.pid])


def ticks() -> tuple[float, float, float]:
    """Seconds since the start of the system, of all cores together: busy, stolen by the hypervisor, all."""
    fields = [int(text) / _TICK for text in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(fields) - fields[3] - fields[4] - fields[7], fields[7], sum(fields)


def own_seconds(pids: tuple[int, ...]) -> float:
    """Processor seconds of this program, of its ended children and of these processes."""
    used = time.process_time() + reaper.cpu_seconds()
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / _TICK
    return used


def estimate(run: Mapping[str, Any], calibration: Calibration) -> speed.Estimate | None:
    """What ingestion would say of a recorded run; None where its slices may not be used."""
    if run["void"] or len(run["marks"]) < speed.FEWEST:
        return None
    marks = [Mark(*mark) for mark in run["marks"]]
    return speed.normalised(run["seconds"], marks, calibration, run["taken"], run["cores"])


def end(reference: Reference) -> None:
    """End it and reap its helpers now, or their processor seconds would be found in the next run."""
    reference.close()
    reaper.end_all()


def one(
    root: Path,
    log: Log,
    condition: str,
    kind: Kind,
    more: int,
    calibration: Calibration,
    busy: tuple[int, ...],
    base: int = BASE,
) -> dict[str, Any]:
    """Record one run."""
    settings = Timing()
    reference = Reference(calibration.backend, calibration.workers, settings.slice_seconds)
    try:
        pids = (*reference.pids, *busy)
        at_first, own = ticks(), own_seconds(pids)
        before = [dataclasses.astuple(reference.slice()) for _ in range(AROUND)]
        pace = Sampled(reference, settings)
        run = timing.run(team(root, kind, more, base), Limits(), LIMIT_SECONDS, asked(), log, pace=pace)
        after = [dataclasses.astuple(reference.slice()) for _ in range(AROUND)]
        own = own_seconds(pids) - own
        used, stolen, whole = (last - first for first, last in zip(at_first, ticks(), strict=True))
    finally:
        end(reference)
    return {
        "condition": condition,
        "kind": kind,
        "more": more,
        "passes_a_part": passes(more, base),
        "seconds": run.duration,
        "startup": run.startup,
        "cpu": run.cpu,
        "halted": pace.halted,
        "void": pace.void or pace.failed,
        "taken": pace.contention.seconds,
        "cores": len(pace.contention.cores),
        "marks": [[round(mark.at, 5), round(mark.seconds, 6), mark.steps, round(mark.busy, 6)] for mark in pace.marks],
        "begins": [[round(at, 5), round(used, 5)] for at, used in pace.begins],
        "before": before,
        "after": after,
        "others_share": round((used - own) / whole, 4),
        "stolen_share": round(stolen / whole, 4),
        "load_average": os.getloadavg()[0],
        "unix": round(time.time()),
    }


def following(runs: list[dict[str, Any]], condition: str, kinds: Sequence[Kind]) -> tuple[Kind, int]:
    """What is recorded next: the kind with the fewest runs, in the amount of work with the fewest."""
    so_far = Counter((run["kind"], run["more"]) for run in runs if run["condition"] == condition)
    kind = min(kinds, key=lambda kind: sum(so_far[kind, more] for more in MORE))
    return kind, min(MORE, key=lambda more: so_far[kind, more])


def read() -> dict[str, Any]:
    """The recordings so far."""
    if not PATH.is_file():
        return {"calibration": None, "hardware": "", "runs": []}
    found: dict[str, Any] = json.loads(PATH.read_bytes())
    return found


def write(found: dict[str, Any]) -> None:
    """Write them whole, a run a line."""
    PATH.parent.mkdir(exist_ok=True)
    head = {name: value for name, value in found.items() if name != "runs"}
    runs = ",\n".join(json.dumps(run) for run in found["runs"])
    write_whole(PATH, f'{json.dumps(head)[:-1]},\n"runs": [\n{runs}\n]}}\n'.encode())


def main(arguments: list[str]) -> None:
    """Record for so long."""
    parser = argparse.ArgumentParser(prog="benchmarks.timing_record")
    parser.add_argument("--condition", choices=CONDITIONS, required=True)
    parser.add_argument("--seconds", type=float, default=150.0)
    parser.add_argument("--kind", choices=KINDS, help="only this one; else in turn")
    parser.add_argument("--passes", type=int, default=BASE, help="for each part; a multiple of 40")
    parsed = parser.parse_args(arguments)
    isolation.protect_parent()  # orphans come to this process, as in ingestion, with their processor seconds
    end = time.monotonic() + parsed.seconds
    found = read()
    if found["calibration"] is None:
        if parsed.condition != "quiet":
            sys.exit("record --condition quiet first: it calibrates")
        found["calibration"] = dataclasses.asdict(calibrate(Timing()))
        found["hardware"] = environment.hardware(environment.facts())
        write(found)
    calibration = Calibration(**found["calibration"])
    kinds = (parsed.kind,) if parsed.kind else KINDS
    longest = 0.0
    with tempfile.TemporaryDirectory() as name, neighbour(parsed.condition == "loaded") as busy:
        root = Path(name)
        log = Log(root)
        while (began := time.monotonic()) + longest < end:  # no run is cut off
            chosen = following(found["runs"], parsed.condition, kinds)
            run = one(root, log, parsed.condition, *chosen, calibration, busy, parsed.passes)
            found["runs"].append(run)
            write(found)
            longest = max(longest, time.monotonic() - began)
            said = estimate(run, calibration) or speed.raw(run["seconds"], "", None)
            print(
                f"{run['kind']} +{run['more']} %: {run['seconds']:.2f} s, speed {said.measured:.3f}, "
                f"taken {said.contended:.3f}, "
                f"{len(run['marks'])} slices, others {run['others_share']:.3f} {run['void']}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
