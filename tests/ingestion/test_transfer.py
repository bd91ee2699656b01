"""The duration on the organizer's worker, from a run here: arithmetic, obstacles, and the whole way through a kit."""

from __future__ import annotations

import dataclasses
import html
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion_program import environment, transfer
from ingestion_program.calibration import Calibration
from ingestion_program.transfer import Facts, Ratio
from organizer.build.worker_facts import worker_facts
from tests.conftest import ROOT
from tests.tasks.test_record import RECORD
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import encode_rows

CALIBRATION = Calibration("numpy", 2, 30, 0.3, 0.4, 1.2, 0.0, 0.01, "a processor x2, GPU none", 1.0)
HIDDEN = {"evaluation": {"xnli": {"de": 100, "en": 300}, "panx": {"th": 50}}}
RAN = replace(RECORD, startup=3.0, parts={"xnli/de": 2.0, "panx/th": 1.0}, environment={"gpu": "none"})
ASKED = {"xnli": {"de": 20}, "panx": {"th": 10}}


def test_twice_the_speed_is_half_the_time() -> None:
    found = transfer.ratio([(0.3, 15), (0.3, 15)], 2, CALIBRATION)  # 50 steps a second here, 100 there
    assert found == Ratio(pytest.approx(0.5), pytest.approx(0.5), pytest.approx(0.5))


def test_other_cores_are_both_ends_of_the_range() -> None:
    found = transfer.ratio([(0.3, 60)] * 2, 8, CALIBRATION)  # 200 steps a second on 8 cores, 100 on 2 there
    assert (found.low, found.high) == (pytest.approx(0.5), pytest.approx(2.0))
    assert found.middle == pytest.approx(1.0)


def test_scatter_widens_the_range() -> None:
    found = transfer.ratio([(0.3, 27), (0.3, 33)], 2, replace(CALIBRATION, noise=0.02))
    assert found.low < 0.9 < 1.1 < found.high
    assert found.middle == pytest.approx(1.0)


def test_seconds_go_by_examples() -> None:
    took, missing = transfer.seconds(RAN, ASKED, HIDDEN["evaluation"])
    assert took == pytest.approx(3.0 + 400 * 0.1 + 50 * 0.1)  # English as the task's other language
    assert missing == ()
    took, missing = transfer.seconds(replace(RAN, parts={"xnli/de": 2.0}), ASKED, HIDDEN["evaluation"])
    assert (took, missing) == (pytest.approx(43.0), ("panx",))


def test_the_sentence() -> None:
    said = transfer.sentence("final", 48.0, ("panx",), Ratio(0.5, 0.4, 0.7), 30.0)
    assert said == (
        "Estimate for the organizer's worker, final test set: about 24 s (19 to 34 s), "
        "at 2 times this machine's speed, without panx, which did not run here. The limit is 30 s."
    )


@pytest.mark.parametrize(
    ("calibration", "gpu", "said"),
    [
        (CALIBRATION, "none", ""),
        (None, "none", "had not been calibrated"),
        (CALIBRATION, "a card", "here is a GPU"),
        (replace(CALIBRATION, backend="torch-cuda"), "none", "here is none"),
        (replace(CALIBRATION, backend="torch-cuda"), "a card", ""),
        (replace(CALIBRATION, hardware="a processor x2, GPU a card"), "none", "only its processor"),
    ],
)
def test_obstacles(calibration: Calibration | None, gpu: str, said: str) -> None:
    found = transfer.obstacle(Facts(calibration, HIDDEN), {"gpu": gpu})
    assert (said in found) if said else not found


def test_reference_work_that_does_not_run_is_a_reason(tmp_path: Path) -> None:
    assert transfer.measure("nothing", tmp_path / "slices", ROOT) == ([], 0)
    said = transfer.estimates(Facts(CALIBRATION, HIDDEN), RAN, ASKED, [], 0, 60.0)
    assert said == ("No estimate of the duration on the worker: the worker's reference work (numpy) does not run here.")


def test_the_file_of_the_build_is_the_kits(tmp_path: Path) -> None:
    path = tmp_path / transfer.FACTS_FILE
    path.write_bytes(worker_facts(tmp_path, {**HIDDEN, "public": {}}, ["evaluation"]))
    assert transfer.read_facts(path) == Facts(None, HIDDEN)
    (tmp_path / "calibration.json").write_bytes(CALIBRATION.to_json())
    path.write_bytes(worker_facts(tmp_path, HIDDEN, ["evaluation"]))
    assert transfer.read_facts(path) == Facts(CALIBRATION, HIDDEN)
    assert transfer.read_facts(tmp_path / "nothing") == Facts(None, {})
    path.write_text('{"calibration": {}}')
    with pytest.raises(OrganizerFault):
        transfer.read_facts(path)


def public_data(root: Path) -> Path:
    for folder, answer in (("inputs", {"premise": "a", "hypothesis": "b"}), ("labels", {"label": "neutral"})):
        path = root / "dev" / folder / "xnli" / "en.jsonl"
        path.parent.mkdir(parents=True)
        path.write_bytes(encode_rows({"id": str(number), **answer} for number in range(8)))
    return root


def test_evaluate_prints_it_and_the_page_shows_it(tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    kit.mkdir()
    for path in (ROOT / "starting_kit").glob("*.py"):
        shutil.copy(path, kit)
    for package in ("ingestion_program", "scoring_program", "xtreme_tasks", "sealing", "worker"):
        (kit / package).symlink_to(ROOT / package)
    facts = {"calibration": {"format": 1, **dataclasses.asdict(CALIBRATION)}, "counts": HIDDEN}
    (kit / transfer.FACTS_FILE).write_text(json.dumps(facts))
    team = tmp_path / "team"
    team.mkdir()
    (team / "submission.py").write_text(
        "class Submission:\n    def __init__(self, folder): pass\n"
        "    def predict(self, task, language, examples): return ['neutral'] * len(examples)\n"
    )
    public, out = public_data(tmp_path / "public"), tmp_path / "out"
    command = [sys.executable, "-I", "-B", "evaluate.py", str(team), "--public", str(public), "--out", str(out)]
    done = subprocess.run(command, cwd=kit, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (told,) = [line for line in done.stdout.splitlines() if "stimate" in line]
    if environment.facts()["gpu"] == "none":
        assert told.startswith("Estimate for the organizer's worker, evaluation test set: about ")
        assert "without panx, which did not run here" in told
    assert html.escape(told) in (out / "detailed_results.html").read_text()
