"""The worked example of docs/adapting.md, done on a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from organizer.data.sample import write_sample
from tests.conftest import ROOT

COPIED = (
    "xtreme_tasks",
    "sealing",
    "ingestion_program",
    "scoring_program",
    "organizer",
    "competition_bundle",
    "starting_kit",
    "examples",
    "worker",
)
LANGUAGES = ("de", "en", "fr", "ru", "zh")


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with the changes of steps 1 and 2, and the files of step 3."""
    root = tmp_path_factory.mktemp("fork")
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "weights"))
    _two_tasks(root / "xtreme_tasks" / "tasks.py")
    _three_phases(root / "competition_bundle" / "competition.yaml")
    write_sample(root / "sample", 0.0025, 1)
    for path in (root / "sample").glob("*/*.tsv"):
        if path.parent.name in ("xnli", "udpos") and path.stem.split("-")[1] in LANGUAGES:
            target = root / "five_languages" / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
    return root


def _two_tasks(path: Path) -> None:
    text = path.read_text()
    assert text.count("for task in (XNLI, PAWSX, UDPOS, PANX)}") == 1
    path.write_text(text.replace("(XNLI, PAWSX, UDPOS, PANX)}", "(XNLI, UDPOS)}"))


def _three_phases(path: Path) -> None:
    platform = yaml.safe_load(path.read_text())
    platform["phases"] = [phase for phase in platform["phases"] if phase["name"] != "Evaluation 3"]
    board = platform["leaderboards"][0]
    board["columns"] = [column for column in board["columns"] if column["key"] not in ("pawsx", "panx")]
    for entries in (platform["phases"], board["columns"]):
        for index, entry in enumerate(entries):
            entry["index"] = index
    path.write_text(yaml.safe_dump(platform, sort_keys=False, allow_unicode=True))


def competition(fork: Path, *arguments: str) -> str:
    """Run a command of the fork's own code, as `competition` would be there."""
    environment = {**os.environ, "PYTHONPATH": str(fork), "COLUMNS": "200"}
    result = subprocess.run(
        [sys.executable, "-m", "organizer.cli", *arguments],
        cwd=fork,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def commands() -> list[list[str]]:
    """The commands of the example, as the page has them."""
    page = (ROOT / "docs" / "adapting.md").read_text()
    example = page.partition("## A worked example")[2]
    return [line.split()[1:] for line in re.findall(r"^ +(competition .*)$", example, re.MULTILINE)]


def test_two_tasks_five_languages_three_phases(fork: Path):
    prepare, build, check, run, rehearse = commands()
    assert rehearse[0] == "rehearse"
    said = competition(fork, *prepare)
    assert "udpos yo: left out" in said
    said = competition(fork, *build)
    assert re.findall(r"^(\S+-\d|final) +\d{4}-", said, re.MULTILINE) == ["evaluation-1", "evaluation-2", "final"]
    assert " 0 errors" in competition(fork, *check)
    assert "ok evaluation-1: 10 parts answered" in competition(fork, *run)
    scores = json.loads((fork / "results" / "run-0001" / "summary.json").read_text())["scores"]
    assert set(scores) == {"adjusted_score", "score", "xnli", "udpos", "duration", "speedup", "energy", "places_gained"}
    assert scores["score"] == pytest.approx((scores["xnli"] + scores["udpos"]) / 2)
    assert scores["xnli"] > 0
    assert scores["udpos"] > 0
    page = (fork / "results" / "run-0001" / "scoring_output" / "detailed_results.html").read_text()
    assert "PAN-X" not in page
    assert "Yoruba" not in page


def test_each_phase_needs_a_length(fork: Path):
    (build,) = [command for command in commands() if command[0] == "build"]
    assert build[-1] == "4,4,1"
    with pytest.raises(AssertionError, match=r"E231 --weeks: .*\(3 phases need 3 numbers\)"):
        competition(fork, "build", "--prepared", str(fork / "competition_bundle"), "--weeks", "4,4,4,1")
