"""Answers of a packed submission, asked in a process of its own as in the real run."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

CHILD = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from submission import Submission
submission = Submission(Path(sys.argv[1]))
print(json.dumps([submission.predict(*question) for question in json.load(sys.stdin)]))
"""

Question = tuple[str, str, list[dict[str, Any]]]


def unpack(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def run_child(folder: Path, questions: list[Question]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-W", "error", "-c", CHILD, str(folder)]
    return subprocess.run(command, input=json.dumps(questions), capture_output=True, text=True, check=False)


def ask(folder: Path, questions: list[Question]) -> list[list[Any]]:
    """The answers to each question; a failing child shows its traceback."""
    run = run_child(folder, questions)
    assert run.returncode == 0, run.stderr
    answers: list[list[Any]] = json.loads(run.stdout)
    return answers
