"""What the kit's README, the page and the notebook print, run word for word in an unpacked kit."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from rich.console import Console

from organizer.build.bundle import Build
from organizer.local_worker.engine import ProcessEngine
from organizer.local_worker.upload import read_upload
from organizer.rehearsal.command import rehearse
from organizer.rehearsal.plan import same_in_all
from tests.conftest import ROOT, unpack_kit

KIT = ROOT / "starting_kit"
PAGE = ROOT / "competition_bundle" / "pages" / "submit.md"
NEEDS_MORE = ("my_submission", "run-mbert", "--steps 2000", "--help")
"""Marks of commands that need a team's own code, or a pretrained encoder."""


def commands(text: str) -> list[str]:
    """Lines of the blocks that call Python."""
    blocks = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("python ")]


@pytest.fixture(scope="module")
def kit(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As a team unzips it."""
    folder = tmp_path_factory.mktemp("kit")
    unpack_kit(built, folder)
    return folder


def run(kit: Path, command: str) -> str:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "KIT_RUNS": "", "OMP_NUM_THREADS": "1"}
    words = [sys.executable, *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=kit, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, command + "\n" + done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_readme_and_page_print_the_same_three_commands():
    three = commands((KIT / "README.md").read_text())[:3]
    assert three == commands(PAGE.read_text())[:3]
    assert [line.split()[1] for line in three] == ["-m", "train.py", "pack.py"]


def test_every_program_option_and_file_that_is_named_exists():
    for line in commands((KIT / "README.md").read_text()) + commands(PAGE.read_text()):
        _, program, *words = shlex.split(line)
        if program == "-m":
            assert words == ["pip", "install", "-r", "requirements.txt"]
            continue
        source = (KIT / program).read_text() + ((KIT / "train.py").read_text() if program == "crossval.py" else "")
        for word in words:
            if word.startswith("--") and word != "--help":
                name = word[2:].replace("-", "_")
                assert f'"{word}"' in source or re.search(rf"^    {name}: ", source, re.MULTILINE), line
    for name in re.findall(r"`([a-z_]+\.py|requirements\.txt|walkthrough\.ipynb)`", (KIT / "README.md").read_text()):
        assert (KIT / name).is_file(), name


def test_the_notebook_is_the_scripts_and_was_executed_without_a_fault():
    sys.path.insert(0, str(KIT))
    from walkthrough import CELLS

    cells = json.loads((KIT / "walkthrough.ipynb").read_bytes())["cells"]
    assert ["".join(cell["source"]) for cell in cells] == list(CELLS)
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    outputs = [output for cell in code for output in cell["outputs"]]
    assert outputs
    assert all(output["output_type"] == "stream" and output["name"] == "stdout" for output in outputs)
    assert "notebook.zip: " in json.dumps(outputs)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_commands_end_with_a_valid_zip_its_score_and_a_picture(kit):
    for line in commands((KIT / "README.md").read_text()):
        if "pip install" not in line and not any(mark in line for mark in NEEDS_MORE):
            run(kit, line)
    assert zipfile.is_zipfile(kit / "submission.zip")
    assert json.loads((kit / "results" / "scores.json").read_bytes())["score"] > 0
    assert (kit / "runs.svg").is_file()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_notebook_runs_again(kit):
    pytest.importorskip("nbclient", reason="the notebook needs nbclient (starting_kit/requirements.txt)")
    run(kit, "python walkthrough.py --out again.ipynb")
    assert "notebook.zip: " in (kit / "again.ipynb").read_text()


def test_the_kit_names_the_images_versions(kit):
    lines = (kit / "image_requirements.txt").read_text().splitlines()
    assert any(line.startswith("torch==") for line in lines)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_trained_zip_passes_every_phase_of_a_rehearsal(built, kit, tmp_path):
    train = "python train.py --encoder tiny --steps 2 --batch 4 --dev 0 --languages de,en --out run-short"
    for command in (train, "python pack.py --model run-short/model --out short.zip --no-evaluate"):
        run(kit, command)
    upload = read_upload(built.archive)
    phases = [phase.key for phase in upload.phases]
    run(kit, "python pack.py --model none --out rules.zip --no-evaluate")
    teams = [same_in_all("kit", kit / "short.zip", phases), same_in_all("rules", kit / "rules.zip", phases)]
    outcomes = rehearse(Console(quiet=True), upload, built.worker, teams, tmp_path / "out", ProcessEngine())
    assert [outcome.phase.key for outcome in outcomes] == phases
    for outcome in outcomes:
        assert [attempt.ran and attempt.ran.status for attempt in outcome.attempts] == ["Finished", "Finished"]
        assert {row.team: row.score > 0 for row in outcome.standings.rows} == {"kit": True, "rules": True}


def test_the_notebooks_script_writes_the_notebook_that_lies_there():
    nbformat = pytest.importorskip("nbformat", reason="the notebook needs nbclient (starting_kit/requirements.txt)")
    sys.path.insert(0, str(KIT))
    from walkthrough import make

    kept = nbformat.read(KIT / "walkthrough.ipynb", as_version=4)
    fresh = make()
    nbformat.validate(kept)
    assert [(cell["id"], cell["cell_type"], cell["source"]) for cell in kept["cells"]] == [
        (cell["id"], cell["cell_type"], cell["source"]) for cell in fresh["cells"]
    ]
