"""What the child's isolation costs: the same run with all filters and with none, in turn.

The model reads weights, opens files as a data loader does and computes on arrays for every part. One pair of runs gives
one ratio of their durations (spawn to last answer, so the start is in it); the median of the ratios counts, and its
quartiles say how much it is worth. The ratio of processor time is less moved by what else the machine does. The start
alone is measured with a model that does nothing; the cost of opening one file, by a model that does only that.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.result import save
from ingestion_program import folder, probe, timing
from ingestion_program.confinement import Confinement
from ingestion_program.folder import TeamFolder
from ingestion_program.log import Log
from ingestion_program.questions import question
from xtreme_tasks.settings import Limits
from xtreme_tasks.tasks import XNLI

PAIRS, PARTS, EXAMPLES, OPENS, MANY = 15, 10, 200, 100, 20_000
NOTHING = Confinement(files=False, tcp=False, scope=False, seccomp=False)
IDLE = """
class Submission:
    def __init__(self, folder):
        pass
    def predict(self, task, language, examples):
        return ["neutral"] * len(examples)
"""
MODEL = f"""
import os
import numpy
class Submission:
    def __init__(self, folder):
        self.folder = folder
        self.weights = numpy.load(folder / "weights.npy")
    def predict(self, task, language, examples):
        for number in range({OPENS}):
            with open(self.folder / "weights.npy", "rb") as stream:
                stream.read(128)
        state = numpy.ones_like(self.weights)
        for _ in range(150):  # one thread: libraries of matrices would share the two cores with whatever else runs
            state = numpy.tanh(self.weights * state)
        return ["neutral" if state[0, 0] > 0 else "entailment"] * len(examples)
"""

OPENER = f"""
import os
class Submission:
    def __init__(self, folder):
        self.path = str(folder / "weights.npy")
    def predict(self, task, language, examples):
        for number in range({MANY}):
            os.close(os.open(self.path, os.O_RDONLY))
        return ["neutral"] * len(examples)
"""


def prepare(root: Path, name: str, code: str) -> TeamFolder:
    """A team's folder with that code and 2 MB of weights."""
    import numpy

    path = root / name
    path.mkdir()
    (path / "submission.py").write_text(code)
    numpy.save(path / "weights.npy", numpy.random.default_rng(0).normal(size=(512, 512), scale=0.04))
    return folder.judge(path, Limits())


def run(team: TeamFolder, log: Log, confinement: Confinement, parts: int) -> timing.Run:
    """One run of that many parts."""
    rows = [{"id": str(number), "premise": "a", "hypothesis": "b"} for number in range(EXAMPLES)]
    asked = [question(XNLI, language, rows) for language in XNLI.languages[:parts]]
    return timing.run(team, Limits(), 600.0, asked, log, confinement=confinement)


def main() -> None:
    """Measure in turn; which of a pair comes first alternates."""
    began = time.perf_counter()
    found = probe.probe()
    probing = time.perf_counter() - began
    durations: dict[Confinement, list[float]] = {found: [], NOTHING: []}
    processor: dict[Confinement, list[float]] = {found: [], NOTHING: []}
    starts: dict[Confinement, list[float]] = {found: [], NOTHING: []}
    opens: dict[Confinement, list[float]] = {found: [], NOTHING: []}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        idle, busy, log = prepare(root, "idle", IDLE), prepare(root, "busy", MODEL), Log(root)
        opener = prepare(root, "opener", OPENER)
        for number in range(PAIRS):
            for which in (found, NOTHING) if number % 2 else (NOTHING, found):
                starts[which].append(run(idle, log, which, 1).startup)
                opens[which].append(sum(run(opener, log, which, 1).parts.values()))
                done = run(busy, log, which, PARTS)
                durations[which].append(done.duration)
                processor[which].append(done.cpu)
    ratios = [on / off for on, off in zip(durations[found], durations[NOTHING], strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    figures = {
        "filters": list(found.names()),
        "run_seconds_without": statistics.median(durations[NOTHING]),
        "run_seconds_with": statistics.median(durations[found]),
        "ratio_quartiles": [low, middle, high],
        "processor_ratio": statistics.median(processor[found]) / statistics.median(processor[NOTHING]),
        "microseconds_an_open_on_top": (min(opens[found]) - min(opens[NOTHING])) / MANY * 1e6,
        "start_milliseconds_without": statistics.median(starts[NOTHING]) * 1e3,
        "start_milliseconds_with": statistics.median(starts[found]) * 1e3,
        "probe_milliseconds_once_a_program": probing * 1e3,
        "file_opens_a_run": OPENS * PARTS,
    }
    save("isolation", middle, figures, "run's seconds with all filters / without, median of pairs; below 1.02")


if __name__ == "__main__":
    main()
