"""One target in a process of its own: `python -m fuzz.one MODULE TARGET FOLDER SECONDS SEED ENGINE`.

`FOLDER/state.json` is written again and again, so that a process that has to be killed loses seconds only;
`FOLDER/crashes` gets one input for each defect, as short as it is easily found.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from fuzz import mutate
from fuzz.guard import Outcome, attempt, limit_process
from fuzz.minimal import shortest
from fuzz.target import Target

INSTRUMENTED = (
    "xtreme_tasks", "ingestion_program", "scoring_program", "sealing", "organizer.check", "organizer.data",
    "organizer.build", "organizer.local_worker", "worker", "starting_kit", "zipfile", "yaml", "tomllib", "json",
)  # fmt: skip
WRITE_EVERY = 1.0
"""Seconds between two writes of the state."""


class Run:
    """Counts of one target, and its crashes, each defect once."""

    def __init__(self, target: Target, folder: Path) -> None:
        self.target, self.folder = target, folder
        self.outcomes: Counter[str] = Counter()
        self.crashes: dict[str, dict[str, Any]] = {}
        self.slowest = 0.0
        self._begin = self._written = time.monotonic()

    def feed(self, data: bytes) -> None:
        """Try one input."""
        outcome = attempt(self.target, data)
        self.outcomes[outcome.kind] += 1
        self.slowest = max(self.slowest, outcome.seconds)
        if outcome.kind == "crash":
            self._crashed(data, outcome)
        if time.monotonic() - self._written > WRITE_EVERY:
            self.write()

    def _crashed(self, data: bytes, outcome: Outcome) -> None:
        known = self.crashes.get(outcome.signature)
        if known is not None:
            known["times"] += 1
            return
        signature = outcome.signature
        if not signature.startswith("HangError"):
            data = shortest(data, lambda part: attempt(self.target, part).signature == signature)
        path = self.folder / "crashes" / f"{hashlib.sha256(data).hexdigest()[:16]}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.crashes[signature] = {"times": 1, "file": path.name, "report": attempt(self.target, data).report}
        self.write()

    def write(self) -> None:
        """Write the state, whole."""
        self._written = time.monotonic()
        state = {
            "inputs": self.outcomes.total(),
            "seconds": round(self._written - self._begin, 1),
            "slowest_ms": round(self.slowest * 1000, 1),
            "outcomes": dict(sorted(self.outcomes.items())),
            "crashes": self.crashes,
        }
        temporary = self.folder / "state.part"
        temporary.write_text(json.dumps(state, indent=1))
        os.replace(temporary, self.folder / "state.json")


def _by_mutation(run: Run, seconds: float, seed: int) -> None:
    end = time.monotonic() + seconds
    for data in mutate.inputs(run.target, seed):
        run.feed(data)
        if time.monotonic() >= end:
            break
    run.write()


def _by_coverage(atheris: Any, run: Run, seconds: float, seed: int) -> None:  # noqa: ANN401 - it has no types
    corpus = run.folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(run.target.seeds()):
        (corpus / f"seed{number}").write_bytes(data)
    words = run.folder / "words.dict"
    spelled = ("".join(f"\\x{byte:02x}" for byte in word) for word in run.target.words)
    words.write_text("".join(f'"{word}"\n' for word in spelled) or '"\\x00"\n')
    options = [
        f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}", f"-max_len={run.target.max_bytes}",
        f"-dict={words}", f"-artifact_prefix={run.folder}/stopped-", "-timeout=60", "-rss_limit_mb=1500",
        "-verbosity=0", "-handle_int=0",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus)], run.feed, enable_python_coverage=True)
    atheris.Fuzz()


def main(arguments: list[str]) -> None:
    """Fuzz one target until its time is over."""
    module, name, folder, seconds, seed, engine = arguments
    atheris = importlib.import_module("atheris") if engine == "atheris" else None
    if atheris is not None:
        atheris.enabled_hooks.add("str")
    watching = atheris.instrument_imports(include=list(INSTRUMENTED)) if atheris else contextlib.nullcontext()
    with watching, contextlib.redirect_stderr(io.StringIO()):
        # Only the one module: with coverage every import is slow.
        found = {target.name: target for target in importlib.import_module(module).TARGETS}
    run = Run(found[name], Path(folder))
    run.write()
    limit_process()
    if atheris is None:
        _by_mutation(run, float(seconds), int(seed))
    else:
        _by_coverage(atheris, run, float(seconds), int(seed))


if __name__ == "__main__":
    main(sys.argv[1:])
