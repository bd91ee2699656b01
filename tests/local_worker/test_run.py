from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import tempfile
import threading
import zipfile
from pathlib import Path

import pytest

from organizer.build.archive import write_zip
from organizer.build.bundle import Build
from organizer.local_worker.command import run_at_home
from organizer.local_worker.engine import ProcessEngine
from organizer.local_worker.run import LocalRun, Order, run_submission
from organizer.local_worker.upload import read_upload
from xtreme_tasks.faults import OrganizerFault

HONEST = """
class Submission:
    def __init__(self, folder):
        pass

    def predict(self, task, language, examples):
        if task == "xnli":
            return ["neutral"] * len(examples)
        if task == "pawsx":
            return ["0"] * len(examples)
        return [["NOUN" if task == "udpos" else "O"] * len(example["tokens"]) for example in examples]
"""


def submission(folder: Path, files: dict[str, str] | None = None) -> Path:
    """A submission's zip."""
    content = {"submission.py": HONEST} | (files or {})
    path = folder / "submission.zip"
    write_zip(path, {name: text.encode() for name, text in content.items()})
    return path


def home(built: Build, archive: Path, folder: Path, phase: str = "evaluation-1") -> LocalRun:
    return run_at_home(read_upload(built.archive), built.worker, archive, phase, 5, folder / "run", ProcessEngine())


def record(ran: LocalRun) -> dict[str, object]:
    return json.loads((ran.folder / "prediction_output" / "run_record.json").read_bytes())["values"]


@pytest.mark.parametrize("phase", ["evaluation-1", "final"])
def test_an_honest_submission_finishes(built, tmp_path, phase):
    ran = home(built, submission(tmp_path), tmp_path, phase)
    assert ran.status == "Finished", ran.messages
    assert ran.scores is not None
    assert ran.scores["xnli"] == pytest.approx(100 / 3, abs=2)
    assert ran.scores["duration"] > 0
    values = record(ran)
    assert (values["user"], values["submission"], values["phase"]) == (1, 5, phase)
    assert (ran.folder / "scoring_output" / "detailed_results.html").is_file()
    witness = (ran.folder / "prediction_output" / "metadata").read_text()
    assert "exitCode: null" in witness


def test_an_unsealed_bundle_runs_too(unsealed, tmp_path):
    ran = home(unsealed, submission(tmp_path), tmp_path)
    assert ran.status == "Finished", ran.messages
    assert "not secret" in (ran.folder / "scoring_output" / "detailed_results.html").read_text()


def test_outside_its_window_without_a_permit_nothing_runs(built, tmp_path):
    upload = read_upload(built.archive)
    order = Order(1, 5, submission(tmp_path), upload.phase("evaluation-1"))
    ran = run_submission(upload, built.worker, order, ProcessEngine(), tmp_path / "run")
    assert ran.status == "Failed"
    assert "E213" in ran.messages
    assert not (ran.folder / "prediction_output" / "started_record.json").exists()


def test_a_permit_is_for_one_submission_and_leaves_the_worker_folder_alone(built, tmp_path):
    home(built, submission(tmp_path), tmp_path)
    assert list((built.worker / built.bundle / "permits").iterdir()) == []


def test_planted_results_are_swept_away(built, tmp_path):
    planted = {
        "run_record.json": "{}",
        "started_record.json": "{}",
        "scores.json": '{"score": 100}',
        "predictions/xnli/en.jsonl": '{"id":"a","label":"neutral"}\n',
        "detailed_results.html": "<script>alert(1)</script>",
    }
    ran = home(built, submission(tmp_path, planted), tmp_path)
    assert ran.status == "Finished", ran.messages
    assert ran.scores is not None
    assert ran.scores["score"] < 50
    assert "alert" not in (ran.folder / "scoring_output" / "detailed_results.html").read_text()


def test_a_metadata_file_without_a_command_is_welcome(built, tmp_path):
    ran = home(built, submission(tmp_path, {"metadata.yaml": "description: weights are not copied\n"}), tmp_path)
    assert ran.status == "Finished", ran.messages


def test_a_command_in_the_zip_is_refused(built, tmp_path):
    ran = home(built, submission(tmp_path, {"metadata.yaml": "command: python3 evil.py\n"}), tmp_path)
    assert ran.status == "Failed"
    assert "E102" in ran.messages
    assert ran.scores is None


def test_a_fault_in_the_preflight_is_free_and_one_in_the_run_counts(built, tmp_path):
    early = HONEST.replace("return [[", "return [][:0] or [[").replace('["0"] * len', '["2"] * len')
    (tmp_path / "1").mkdir()
    ran = home(built, submission(tmp_path / "1", {"submission.py": early}), tmp_path / "1")
    assert (ran.status, ran.scores) == ("Failed", None)
    assert "E124" in ran.messages
    assert "does not count" in ran.messages
    late = HONEST.replace('["0"] * len(examples)', '["0"] * min(len(examples), 2)')
    (tmp_path / "2").mkdir()
    ran = home(built, submission(tmp_path / "2", {"submission.py": late}), tmp_path / "2")
    assert ran.status == "Finished"
    assert ran.scores is not None
    assert ran.scores["score"] == 0.0
    assert "E123" in ran.messages
    assert "The attempt counts" in ran.messages


def _kill_ingestion(run: Path, ended: threading.Event) -> None:
    """Kill the ingestion program of a run as soon as its started record is there, as a lack of memory might."""
    while not ended.wait(0.02):
        with contextlib.suppress(OSError):  # folders of the run come and go meanwhile
            if list(run.rglob("started_record.json")):
                _kill_programs_below(run)


def _kill_programs_below(run: Path) -> None:
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            program = b"-m\0ingestion_program" in (entry / "cmdline").read_bytes()
            if program and (entry / "cwd").resolve().is_relative_to(run):
                os.kill(int(entry.name), signal.SIGKILL)


def test_a_killed_parent_after_the_start_is_a_counted_zero(built, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    waiting = HONEST.replace("if task", "if len(examples) > 2: import time; time.sleep(1000)\n        if task", 1)
    ended = threading.Event()
    killer = threading.Thread(target=_kill_ingestion, args=(tmp_path, ended))
    killer.start()
    try:
        ran = home(built, submission(tmp_path, {"submission.py": waiting}), tmp_path)
    finally:
        ended.set()
        killer.join()
    assert ran.status == "Finished", ran.messages
    assert "E141" in ran.messages
    assert ran.scores is not None
    assert ran.scores["score"] == 0.0
    assert not list(tmp_path.rglob("team-*"))


def _swap(built: Build, folder: Path, changes: dict[str, str]) -> Path:
    """The bundle with some members' bytes replaced by other members'."""
    path = folder / "swapped.zip"
    with zipfile.ZipFile(built.archive) as archive:
        files = {name: archive.read(changes.get(name, name)) for name in archive.namelist()}
    write_zip(path, files, compress=False)
    return path


def test_reference_data_as_input_are_refused_by_ingestion(built, tmp_path):
    swapped = _swap(built, tmp_path, {"input_data_evaluation-1.zip": "reference_data_evaluation-1.zip"})
    upload = read_upload(swapped)
    order = Order(1, 5, submission(tmp_path), upload.phase("evaluation-1"))
    ran = run_submission(upload, built.worker, order, ProcessEngine(), tmp_path / "run")
    assert ran.status == "Failed"
    assert "E212" in ran.messages


def test_labels_smuggled_in_as_input_files_do_not_open(built, tmp_path):
    """The signpost says input, the settings are the real ones, but a sealed file is the labels'."""
    with zipfile.ZipFile(built.archive) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with (
        zipfile.ZipFile(io.BytesIO(files["input_data_evaluation-1.zip"])) as inputs,
        zipfile.ZipFile(io.BytesIO(files["reference_data_evaluation-1.zip"])) as labels,
    ):
        inner = {name: inputs.read(name) for name in inputs.namelist()}
        inner["inputs/xnli/en.jsonl.sealed"] = labels.read("labels/xnli/en.jsonl.sealed")
    write_zip(tmp_path / "inner.zip", inner)
    files["input_data_evaluation-1.zip"] = (tmp_path / "inner.zip").read_bytes()
    write_zip(tmp_path / "smuggled.zip", files, compress=False)
    upload = read_upload(tmp_path / "smuggled.zip")
    ran = run_at_home(upload, built.worker, submission(tmp_path), "evaluation-1", 5, tmp_path / "run", ProcessEngine())
    assert ran.status == "Failed"
    assert "E212 inputs/xnli/en.jsonl" in ran.messages


def test_inputs_of_another_phase_are_refused(built, tmp_path):
    swapped = _swap(built, tmp_path, {"input_data_evaluation-1.zip": "input_data_final.zip"})
    ran = run_at_home(
        read_upload(swapped),
        built.worker,
        submission(tmp_path),
        "evaluation-1",
        5,
        tmp_path / "run",
        ProcessEngine(),
    )
    assert ran.status == "Failed"
    assert "E223" in ran.messages


def test_what_cannot_be_run_is_one_line(built, tmp_path):
    with pytest.raises(OrganizerFault, match="E233 .*evaluation-1, evaluation-2, evaluation-3, final"):
        home(built, submission(tmp_path), tmp_path, "phase-9")
    (tmp_path / "text").write_text("no zip")
    with pytest.raises(OrganizerFault, match="E233"):
        home(built, tmp_path / "text", tmp_path)
    with pytest.raises(OrganizerFault, match="E201"):
        read_upload(tmp_path / "missing.zip")
    with pytest.raises(OrganizerFault, match="E231"):
        read_upload(submission(tmp_path))
    upload = read_upload(built.archive)
    with pytest.raises(OrganizerFault, match="E211"):
        run_at_home(upload, tmp_path, submission(tmp_path), "final", 5, tmp_path / "run", ProcessEngine())
    assert not (tmp_path / "run").exists()
