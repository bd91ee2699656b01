"""The commands as a person types them: every mistake is one line with a code, never a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from organizer.build.bundle import Build
from tests.conftest import ROOT


def competition(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "organizer.cli", *arguments]
    return subprocess.run(
        command, cwd=folder, text=True, capture_output=True, check=False, env={**os.environ, **environment}
    )


@pytest.mark.parametrize(
    ("arguments", "code", "remedy"),
    [
        (["build", "--prepared", "nothing"], "E201", "competition prepare"),
        (["run", "nothing.zip"], "E201", "competition build"),
        (["rehearse"], "E201", "competition build"),
        (["check"], "E201", ""),
        (["prepare", "--xtreme-dir", "nothing"], "E201", ""),
        (["prepare", "--xtreme-dir", ".", "--hub", "google/xtreme"], "E233", ""),
        (["prepare", "--scale", "-1"], "E233", ""),
    ],
)
def test_a_mistake_is_one_line(tmp_path, arguments, code, remedy):
    result = competition(tmp_path, *arguments)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(code)
    assert remedy in line
    assert "Traceback" not in result.stdout + result.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".key"]


def test_wrong_options_and_dates_are_told(tmp_path, prepared):
    assert competition(tmp_path, "build", "--no-such-option").returncode == 2
    for option, value in (("--start", "tomorrow"), ("--weeks", "4,4"), ("--weeks", "four")):
        result = competition(tmp_path, "build", "--prepared", str(prepared), option, value)
        assert result.returncode == 1
        assert result.stderr.startswith(f"E231 {option}")
    assert not (tmp_path / "dist").exists()


def test_a_wrong_date_is_told_before_anything_is_prepared(tmp_path):
    assert competition(tmp_path, "build", "--start", "tomorrow").stderr.startswith("E231 --start")
    assert not list(tmp_path.iterdir())


def test_build_run_and_check_from_the_shell(tmp_path, prepared):
    built = competition(tmp_path, "build", "--prepared", str(prepared), "--weeks", "1,1,1,1")
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "data" / "bundle.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "dist").stat().st_mode & 0o077 == 0
    ran = competition(tmp_path, "run", str(ROOT / "examples" / "constant"), "--public", str(prepared / "public"))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"Score\s+│\s+\d", ran.stdout)
    (page,) = (tmp_path / "results").glob("run-0001/scoring_output/detailed_results.html")
    assert page.stat().st_size > 1000
    checked = competition(tmp_path, "check")
    assert checked.returncode == 0, checked.stdout
    assert " 0 errors" in checked.stdout
    wrong = competition(tmp_path, "run", str(ROOT / "examples" / "constant"), "--phase", "phase-9")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("E233 --phase phase-9")


def test_build_bundle_is_the_build_command(tmp_path):
    result = subprocess.run(
        [sys.executable, str(ROOT / "build_bundle.py")], cwd=tmp_path, text=True, capture_output=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "generated sample" in result.stdout
    assert (tmp_path / "dist" / "competition-codabench.zip").is_file()


def test_our_own_builds_pass_the_check(built: Build, unsealed: Build):
    from organizer.check.check import check_bundle

    for build in (built, unsealed):
        assert [problem for problem in check_bundle(build.archive) if problem.severity == "error"] == []


@pytest.mark.long
def test_the_demonstration_runs_from_nothing(tmp_path):
    result = competition(tmp_path, "demo", "--folder", "demo")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("re-ranked") == 4
    assert (tmp_path / "demo" / "rehearsal" / "index.html").is_file()


def test_a_library_of_an_extra_that_is_missing_is_named_with_the_command_that_installs_it():
    """As on a machine where only `make demo` was run."""
    code = "import sys; sys.modules['scipy'] = None; sys.argv = ['competition', 'pair-teams', 'docs/people.csv']"
    code += "; from organizer.cli import main; main()"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("E233 pair-teams: ")
    assert "(scipy.optimize is not installed)" in result.stderr
    assert '".[platform]"' in result.stderr
    assert result.stderr.count("\n") == 1
