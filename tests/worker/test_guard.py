"""The guard: only an allowed program, in its step, with its own command."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.worker.world import PYTHON
from worker.guard import NEEDED, folder_digest
from xtreme_tasks.files import folder_digest as project_digest

GUARD = Path(__file__).resolve().parents[2] / "worker" / "guard.py"
COMMANDS = {"ingestion": "python3 -B -m ingestion_program", "scoring": "python3 -B -m scoring_program"}


class Container:
    """A folder that looks like the container's root, and the guard of an image."""

    def __init__(self, root: Path) -> None:
        self.root, self.allowed = root / "root", root / "allowed"
        self.allowed.mkdir()
        self.program = self.root / "app" / "program"
        programs = {}
        for role, command in COMMANDS.items():
            self.install(role)
            programs[role] = {"digest": project_digest(self.program), "command": command}
        (self.allowed / "b-1.json").write_text(json.dumps({"bundle": "b-1", "programs": programs}))

    def install(self, role: str) -> None:
        subprocess.run(["rm", "-rf", str(self.root)], check=True)
        package = self.program / f"{role}_program"
        package.mkdir(parents=True)
        (package / "__main__.py").write_text(f"import os; print('{role} runs in', os.getcwd())")
        for name in NEEDED[role]:
            (self.root / name).mkdir(parents=True)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        code = (
            "import runpy, sys; from pathlib import Path; main = runpy.run_path(sys.argv[1])['main'];"
            "sys.exit(main(sys.argv[4:], Path(sys.argv[2]), Path(sys.argv[3])))"
        )
        words = [PYTHON, "-I", "-B", "-c", code, str(GUARD), str(self.root), str(self.allowed), *command.split()]
        environment = {"PATH": f"{Path(PYTHON).parent}:{os.environ['PATH']}"}
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    def refused(self, code: str, command: str) -> None:
        done = self.run(command)
        assert (done.returncode, done.stderr) == (1, "")
        assert done.stdout.startswith(code)
        assert done.stdout.count("\n") == 1


@pytest.fixture
def container(tmp_path: Path) -> Container:
    return Container(tmp_path)


@pytest.mark.parametrize("role", COMMANDS)
def test_an_allowed_program_runs_in_its_place(container: Container, role: str):
    container.install(role)
    done = container.run(COMMANDS[role])
    assert (done.returncode, done.stdout) == (0, f"{role} runs in {container.program}\n")


@pytest.mark.parametrize(
    "command", ["", "id", "python3 -B -m ingestion_program --worker /x", "python3 -m scoring_program"]
)
def test_another_command(container: Container, command: str):
    container.install("ingestion")
    container.refused("E244", command)


@pytest.mark.parametrize("role", COMMANDS)
def test_an_allowed_program_in_another_step(container: Container, role: str):
    container.install(role)
    for other in set(COMMANDS) - {role}:
        for name in NEEDED[other]:
            (container.root / name).mkdir(parents=True, exist_ok=True)
    container.refused("E244", COMMANDS[role])


def test_an_allowed_program_as_a_teams_step(container: Container):
    # A team's container has neither the ingested program nor results: a copy of ours in a zip gets no further.
    container.install("ingestion")
    (container.root / "app" / "ingested_program").rmdir()
    container.refused("E244", COMMANDS["ingestion"])


@pytest.mark.parametrize("change", ["byte", "name", "extra", "module", "link", "folder", "gone"])
def test_a_changed_program(container: Container, change: str):
    container.install("ingestion")
    path = container.program / "ingestion_program" / "__main__.py"
    {
        "byte": lambda: path.write_text(path.read_text() + " "),
        "name": lambda: path.rename(path.with_name("__init__.py")),
        "extra": lambda: (container.program / "x").touch(),
        "module": lambda: (container.program / "json.py").write_text("raise SystemExit(0)"),
        "link": lambda: (path.rename(container.root / "m.py"), path.symlink_to(container.root / "m.py")),
        "folder": lambda: (container.program / "empty").mkdir(),
        "gone": lambda: path.unlink(),
    }[change]()
    container.refused("E243", COMMANDS["ingestion"])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"programs": {"ingestion": {}}}', '{"programs": []}'])
def test_a_damaged_list_allows_nothing(container: Container, text: str):
    container.install("ingestion")
    (container.allowed / "b-1.json").write_text(text)
    container.refused("E201", COMMANDS["ingestion"])


def test_an_empty_list_allows_nothing(container: Container):
    container.install("ingestion")
    (container.allowed / "b-1.json").unlink()
    container.refused("E243", COMMANDS["ingestion"])


def test_its_digest_is_the_projects(tmp_path: Path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "ö 1").write_bytes(b"x" * 5000)
    (tmp_path / "a-b").write_bytes(b"")
    (tmp_path / "link").symlink_to("a")
    os.mkfifo(tmp_path / "pipe")
    assert folder_digest(tmp_path) == project_digest(tmp_path)
