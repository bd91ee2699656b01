"""Build, run and score at XTREME's full size, on the generated sample; a smaller scale may be given.

    python -m benchmarks.full_size [SCALE]

The submission gives constant answers, so what is measured is the competition's own work. Beside it, in the same run:
the least that any harness must do with the same phase, read every hidden input as JSON and write an answer for it.
Prepare has its own benchmark. Each step runs in a fresh process; its peak memory is its own, without the team's.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.result import in_fresh_process, save
from organizer.build.archive import folder_files, write_zip
from organizer.build.bundle import build_bundle
from organizer.build.options import ROOT, BuildOptions
from organizer.data.command import prepare_command
from organizer.local_worker.permit import with_permit
from organizer.local_worker.submission import extract
from organizer.local_worker.upload import read_upload
from xtreme_tasks.files import answer_row, encode_rows, part_path, write_whole
from xtreme_tasks.tasks import TASKS, Task

MODULE = "benchmarks.full_size"
PHASE = "final"
NUMBER = 1


def main() -> None:
    """Measure every step, or run the one that is named."""
    if sys.argv[1:2] == ["step"]:
        print(json.dumps(STEPS[sys.argv[2]](Path(sys.argv[3]))))
        return
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare_command(folder / "prepared", scale=scale)
        figures = {step: in_fresh_process(MODULE, "step", step, str(folder)) for step in STEPS}
    ours = figures["ingestion"]["wall_seconds"] + figures["scoring"]["wall_seconds"]
    goal = "seconds of both programs by those of reading the phase's inputs and writing an answer to each; no aim set"
    save("full_size", ours / figures["least"]["wall_seconds"], {"scale": scale, "phase": PHASE, **figures}, goal)


def _build(folder: Path) -> dict[str, float]:
    options = BuildOptions(
        folder / "prepared", folder / "dist", bytes(32), datetime(2027, 1, 11, tzinfo=UTC), (4, 4, 4, 1)
    )
    built = build_bundle(options)
    _lay_out(folder, built.archive, built.worker)
    return {"bundle_bytes": built.archive.stat().st_size}


def _lay_out(folder: Path, archive: Path, worker: Path) -> None:
    """The folders of both containers, as the worker mounts them."""
    upload = read_upload(archive)
    phase = upload.phase(PHASE)
    write_zip(folder / "submission.zip", folder_files(ROOT / "examples" / "constant"))
    extract(folder / "submission.zip", folder / "submission")
    upload.extract(phase.ingestion_program, folder / "ingestion")
    upload.extract(phase.scoring_program, folder / "scoring")
    upload.extract(phase.input_data, folder / "input_data")
    upload.extract(phase.reference_data, folder / "input" / "ref")
    with_permit(worker, folder / "worker", upload, phase, NUMBER)
    (folder / "mountinfo").write_text(f"1 1 0:1 /uPK-1_sID-{NUMBER}__x /app/program rw - ext4 /dev/vda rw\n")


def _ingest(folder: Path) -> dict[str, float]:
    from ingestion_program.__main__ import main as ingestion

    code = ingestion(_arguments(folder, program="ingestion", submission="submission", input="input_data", output="out"))
    assert code == 0, "ingestion failed"
    values = json.loads((folder / "out" / "run_record.json").read_bytes())["values"]
    assert values["verdict"] == "ok", values["verdict"]
    inside = values["finished"] - values["accepted"]
    witness = {"exitCode": "null", "ingestionElapsedTime": inside, "ingestionExitCode": 0, "elapsedTime": inside}
    (folder / "out" / "metadata").write_text("".join(f"{name}: {value}\n" for name, value in witness.items()))
    (folder / "out").rename(folder / "input" / "res")
    return {"timed_seconds": values["duration"], "team_peak_mib": values["peak_memory_mib"]}


def _score(folder: Path) -> dict[str, float]:
    from scoring_program.__main__ import main as scoring

    (folder / "scored").mkdir()
    code = scoring(_arguments(folder, program="scoring", input="input", output="scored"))
    assert code == 0, "scoring failed"
    parts = json.loads((folder / "scored" / "score_record.json").read_bytes())["values"]["parts"]
    return {"examples": sum(part["examples"] for part in parts.values())}


def _arguments(folder: Path, **names: str) -> list[str]:
    places = {**names, "worker": "worker", "mountinfo": "mountinfo"}
    return [word for option, name in places.items() for word in (f"--{option}", str(folder / name))]


def _least(folder: Path) -> dict[str, float]:
    examples = 0
    for path in sorted((folder / "prepared" / PHASE / "inputs").glob("*/*.jsonl")):
        task = TASKS[path.parent.name]
        rows = [json.loads(line) for line in path.read_bytes().splitlines()]
        answers = (answer_row(task, row["id"], _constant(task, row)) for row in rows)
        write_whole(folder / "least" / part_path(task.name, path.stem), encode_rows(answers))
        examples += len(rows)
    return {"examples": examples}


def _constant(task: Task, row: dict[str, list[str]]) -> str | list[str]:
    return task.labels[0] if task.answer == "label" else [task.labels[0]] * len(row["tokens"])


STEPS = {"build": _build, "ingestion": _ingest, "scoring": _score, "least": _least}

if __name__ == "__main__":
    main()
