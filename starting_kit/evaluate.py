"""Run a submission on public data exactly as the platform does: its own programs, its own verdicts, its own page.

    python evaluate.py SUBMISSION --public PUBLIC_DATA [--out results] [--tasks xnli,panx] [--languages en,de]
                       [--no-estimate]

SUBMISSION is a folder or a zip, PUBLIC_DATA the extracted public data. What this prints and writes is what the platform
prints and writes; only the examples (`dev`, with their labels beside them) and the machine are other ones. What the run
would take on the organizer's worker is estimated, where the kit has its calibration.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from shutil import copytree, rmtree

HERE = Path(__file__).resolve().parent
# The platform's programs lie beside this file in the kit, or in the repository above it.
PROGRAMS = HERE if (HERE / "ingestion_program").is_dir() else HERE.parent
sys.path[:0] = [str(HERE), str(PROGRAMS)]

from ingestion_program.transfer import FACTS_FILE, Facts, estimates, measure, read_facts  # noqa: E402
from sealing.folder import PROGRAM_FILE, SIGNPOST, Program, Signpost, to_json  # noqa: E402
from worker.gate.archives import ArchiveLimits, check_and_extract  # noqa: E402
from xtreme_tasks.faults import Fault, OrganizerFault  # noqa: E402
from xtreme_tasks.files import part_path, read_file  # noqa: E402
from xtreme_tasks.record import RECORD_FILE, read_record  # noqa: E402
from xtreme_tasks.settings import SETTINGS_FILE, Limits, PhaseSettings  # noqa: E402
from xtreme_tasks.tables import build  # noqa: E402
from xtreme_tasks.tasks import TASKS, parts  # noqa: E402

BUNDLE = "local"
PHASE = "local"
PREFLIGHT_EXAMPLES = 2
KEY = bytes(32)  # nothing is secret here
RESULTS = ("detailed_results.html", "prediction_output")
"""What every run writes: a folder that has one of them may be replaced."""


def evaluate(
    submission: Path,
    public: Path,
    out: Path,
    tasks: list[str],
    languages: list[str],
    estimate: bool = True,
    name: str = "",
) -> int:
    """Ingestion, then scoring, on the dev split; returns scoring's exit code: 0 if an attempt would have counted.

    Args:
        submission: folder or zip.
        public: holds `dev/inputs` and `dev/labels`.
        out: receives predictions, records, scores.json and detailed_results.html.
        tasks, languages: only these; all where empty.
        estimate: whether to estimate the duration on the worker; that takes some seconds before and after the run.
        name: of the submission, for the log; its path where empty.

    Raises:
        OrganizerFault: E201 (no public data), E207 (no such task or language), E233 (no submission, or `out` holds
            something else than results).
        TeamFault: E102 to E105, see `extract`.
    """
    chosen = _languages(public, tasks, languages)
    if out.exists() and not any((out / mark).exists() for mark in RESULTS) and (out.is_file() or any(out.iterdir())):
        raise OrganizerFault("E233", str(out), "it holds something else than results", "Choose another --out.")
    with tempfile.TemporaryDirectory(prefix="evaluate-") as temporary:
        root = Path(temporary)
        _submission(submission, root / "submission")
        settings = _data(public, chosen, root)
        facts = read_facts(HERE / FACTS_FILE) if estimate else Facts(None, {})
        slices, workers = _slices(facts, root)
        began = time.monotonic()
        ingestion = _program("ingestion", root, ["--submission", "submission", "--input", "input", "--output", "res"])
        seconds = time.monotonic() - began
        witness = {"elapsedTime": seconds, "exitCode": "null", "ingestionElapsedTime": seconds}
        lines = [f"{name}: {value}\n" for name, value in {**witness, "ingestionExitCode": ingestion}.items()]
        (root / "res" / "metadata").write_text("".join(lines))
        if estimate and ingestion == 0:
            note = _estimate(facts, settings, root, slices, workers)
            _write(root / "reference" / SETTINGS_FILE, dataclasses.replace(settings, note=note).to_json())
        both = root / "both"
        both.mkdir()
        (root / "res").rename(both / "res")
        (root / "reference").rename(both / "ref")
        (root / "scored").mkdir()
        code = _program("scoring", root, ["--input", "both", "--output", "scored"])
        rmtree(out, ignore_errors=True)
        copytree(root / "scored", out)
        copytree(both / "res", out / "prediction_output")
    import outcome  # numpy takes a moment, and wrong use needs none of it

    outcome.report(name or str(submission), out, public, KEY, code)
    return code


def _languages(public: Path, tasks: list[str], languages: list[str]) -> dict[str, tuple[str, ...]]:
    if not (public / "dev" / "inputs").is_dir():
        raise OrganizerFault("E201", str(public), "no dev/inputs there", "Extract the competition's public data.")
    found = {
        name: tuple(
            code
            for code in task.languages
            if (public / "dev" / "inputs" / part_path(name, code)).is_file() and (not languages or code in languages)
        )
        for name, task in TASKS.items()
        if not tasks or name in tasks
    }
    unknown = ({*tasks} - found.keys()) | ({*languages} - {code for codes in found.values() for code in codes})
    if unknown or not any(found.values()):
        what = f"no such task or language: {', '.join(sorted(unknown)) or 'none at all'}"
        raise OrganizerFault("E207", str(public), what, "See --tasks and --languages.")
    return {name: codes for name, codes in found.items() if codes}


def _submission(submission: Path, folder: Path) -> None:
    if submission.is_dir():
        copytree(submission, folder, symlinks=True)  # a link is refused, as on the platform
    elif submission.is_file():
        extract(submission, folder)
    else:
        raise OrganizerFault("E233", str(submission), "neither a folder nor a zip", "Name your submission.")


def extract(path: Path, folder: Path) -> None:
    """Judge a zip as the worker does before it writes a byte of it, and extract it.

    Raises:
        TeamFault: E102 to E105.

    """
    most = limits()
    size = most.submission_mib << 20
    check_and_extract(path, folder, ArchiveLimits(size, most.files, size), team=True)


def _slices(facts: Facts, root: Path) -> tuple[list[tuple[float, int]], int]:
    """The worker's reference work on this machine, where it has been calibrated."""
    if facts.calibration is None:
        return [], 0
    return measure(facts.calibration.backend, root / "slices", PROGRAMS)


def _estimate(facts: Facts, settings: PhaseSettings, root: Path, slices: list[tuple[float, int]], workers: int) -> str:
    """What the run would take on the worker, in words; empty where it did not end well."""
    path = root / "res" / RECORD_FILE
    record = read_record(read_file(path), KEY, path.name)
    if record.verdict != "ok":
        return ""
    slices = slices + _slices(facts, root)[0]  # after the run too: the machine may have been busier meanwhile
    told = estimates(facts, record, settings.counts, slices, workers, settings.limits.seconds)
    print(told)
    return told


def _data(public: Path, chosen: Mapping[str, tuple[str, ...]], root: Path) -> PhaseSettings:
    """Inputs and reference data of an unsealed one-phase bundle."""
    counts: dict[str, dict[str, int]] = {task: {} for task in chosen}
    for task, language in parts(chosen):
        path = part_path(task, language)
        inputs = read_file(public / "dev" / "inputs" / path)
        counts[task][language] = inputs.count(b"\n")
        first = b"".join(inputs.splitlines(keepends=True)[:PREFLIGHT_EXAMPLES])
        _write(root / "input" / "inputs" / path, inputs)
        _write(root / "input" / "preflight" / path, first)
        _write(root / "reference" / "labels" / path, read_file(public / "dev" / "labels" / path))
    settings = PhaseSettings(
        bundle=BUNDLE,
        phase=PHASE,
        split="public",
        sealed=False,
        start=0.0,
        end=0.0,
        grace=0.0,
        languages=chosen,
        counts=counts,
        limits=limits(),
        open_key=KEY.hex(),
        title="Local evaluation on public data",
    )
    for folder, role in (("input", "input"), ("reference", "reference")):
        _write(root / folder / SETTINGS_FILE, settings.to_json())
        _write(root / folder / SIGNPOST, to_json(Signpost(BUNDLE, PHASE, role, False)))
    for role in ("ingestion", "scoring"):
        _write(root / role / "program" / PROGRAM_FILE, to_json(Program(BUNDLE, role, False)))
    return settings


def limits() -> Limits:
    """The platform's limits, which the build puts into the kit; the defaults where there are none."""
    path = HERE / "limits.json"
    return build(Limits, json.loads(path.read_bytes()), path.name) if path.is_file() else Limits()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _program(role: str, root: Path, folders: list[str]) -> int:
    """Run one of the platform's programs; every second word is a folder below `root`."""
    arguments = [str(root / word) if position % 2 else word for position, word in enumerate(folders)]
    fixed = ["--program", str(root / role / "program"), "--worker", str(root), "--mountinfo", str(root / "none")]
    shown = ["--show-team-output"] if role == "ingestion" else []
    command = [sys.executable, "-B", "-m", f"{role}_program", *arguments, *fixed, *shown]
    temporary = root / "tmp"  # goes with all else, also what a program that was killed leaves there
    temporary.mkdir(exist_ok=True)
    return subprocess.run(command, cwd=PROGRAMS, env={**os.environ, "TMPDIR": str(temporary)}, check=False).returncode


def main() -> int:
    """Read the arguments; every fault is one line."""
    parser = argparse.ArgumentParser(description="Run a submission on public data as the platform does.")
    parser.add_argument("submission", type=Path)
    parser.add_argument("--public", type=Path, default=Path("public_data"))
    parser.add_argument("--out", type=Path, default=Path("results"))
    parser.add_argument("--tasks", default="", help="like xnli,panx")
    parser.add_argument("--languages", default="", help="like en,de")
    parser.add_argument("--no-estimate", action="store_true", help="do not estimate the duration on the worker")
    options = parser.parse_args()
    tasks, languages = ([word for word in text.split(",") if word] for text in (options.tasks, options.languages))
    try:
        return evaluate(options.submission, options.public, options.out, tasks, languages, not options.no_estimate)
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
