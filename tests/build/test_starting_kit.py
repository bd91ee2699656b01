from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from organizer.build.bundle import Build
from tests.conftest import ROOT, unpack_kit
from xtreme_tasks.faults import FAULTS


@pytest.fixture(scope="module")
def kit(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit and the public data as a team extracts them from what the platform offers."""
    folder = tmp_path_factory.mktemp("kit")
    unpack_kit(built, folder)
    with zipfile.ZipFile(folder / "submission.zip", "w") as archive:
        archive.write(folder / "submission.py", "submission.py")
    return folder


def run(kit: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Isolated from the repository: the kit must bring everything along.
    command = [sys.executable, "-B", "-I", "evaluate.py", *arguments]
    return subprocess.run(command, cwd=kit, text=True, capture_output=True, check=False)


def test_the_command_of_its_readme_scores_the_kits_own_submission(kit):
    line, *_ = re.findall(r"^python evaluate.py (.*)$", (kit / "README.md").read_text(), re.MULTILINE)
    result = run(kit, *line.split())
    assert result.returncode == 0, result.stdout + result.stderr
    row = json.loads((kit / "results" / "scores.json").read_bytes())
    assert row["score"] > 0
    assert f"{row['score']:8.2f}" in result.stdout
    assert (kit / "results" / "detailed_results.html").is_file()
    assert not list(kit.glob("**/keys.json"))


def test_a_fault_gets_the_platforms_code_and_the_teams_own_traceback(kit, tmp_path):
    (tmp_path / "submission.py").write_text(
        "class Submission:\n    def __init__(self, folder):\n        1 / 0\n    def predict(self, *_): pass\n"
    )
    result = run(kit, str(tmp_path), "--out", str(tmp_path / "out"), "--tasks", "xnli", "--languages", "en,de")
    assert result.returncode == 1
    assert "E113 " in result.stdout
    assert "submission.py line 3" in result.stdout
    assert "ZeroDivisionError" in result.stdout + result.stderr
    assert FAULTS["E113"].remedy.split(";")[0] in (tmp_path / "out" / "detailed_results.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nothing.zip"], "E233"),
        (["submission.zip", "--public", "nowhere"], "E201"),
        (["submission.zip", "--tasks", "squad"], "E207"),
    ],
)
def test_wrong_use_is_one_line(kit, arguments, code):
    result = run(kit, *arguments)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(code)


def test_the_kit_carries_the_limits_of_the_build(kit, built):
    assert json.loads((kit / "limits.json").read_bytes())["seconds"] == built.phases[0].limits.seconds
    assert (kit / "xtreme_tasks" / "faults.py").read_bytes() == (ROOT / "xtreme_tasks" / "faults.py").read_bytes()
