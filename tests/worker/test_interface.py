"""Another version of the platform's worker is refused at the start, loudly and by name."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.worker.world import DOUBLE, PYTHON, World, load_double
from worker.gate.interface import ATTRIBUTES, METHODS, MODULE, check_module, check_run
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import sha256

DIGEST = sha256(DOUBLE.read_bytes())
ROOT = Path(__file__).resolve().parents[2]


def accept(module: ModuleType) -> str:
    return check_module(module, [DIGEST])


def test_the_known_interface_is_accepted():
    assert accept(load_double()) == DIGEST


def test_an_unknown_source_is_refused_with_its_digest():
    with pytest.raises(OrganizerFault, match=DIGEST):
        check_module(load_double(), [])


@pytest.mark.parametrize("name", METHODS)
def test_a_method_that_is_gone(name: str):
    module = load_double()
    delattr(module.Run, name)
    with pytest.raises(OrganizerFault, match=f"E248.*Run.{name}"):
        accept(module)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_with_another_signature(name: str):
    module = load_double()
    setattr(module.Run, name, lambda self, other: None)
    with pytest.raises(OrganizerFault, match=rf"E248.*Run.{name}\(self, other\)"):
        accept(module)


@pytest.mark.parametrize("name", [*MODULE, "Run"])
def test_a_name_of_the_module_that_is_gone(name: str):
    module = load_double()
    delattr(module, name)
    with pytest.raises(OrganizerFault, match=f"E248.*{name}"):
        accept(module)


def test_a_task_that_does_not_look_run_up():
    module = load_double()
    kept = module.Run
    module.run_wrapper = lambda run_args, kept=kept: kept(run_args).prepare()
    with pytest.raises(OrganizerFault, match=r"E248.*run_wrapper"):
        accept(module)


def test_a_celery_task_is_looked_into():
    class Task:
        run = staticmethod(load_double().run_wrapper)

    module = load_double()
    module.run_wrapper = Task()
    assert accept(module) == DIGEST


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_run_without_what_the_gate_uses(name: str):
    class Run:
        pass

    run = Run()
    for other in set(ATTRIBUTES) - {name}:
        setattr(run, other, None)
    with pytest.raises(OrganizerFault, match=f"E248.*{name}"):
        check_run(run)


def start(world: World, toml: str, double: str = DOUBLE.read_text()) -> subprocess.CompletedProcess[str]:
    """What Celery does: import the module and ask for its `app`."""
    world.install()  # writes worker.json
    (world.folder / "compute_worker.py").write_text(double)
    (world.folder / "gate.toml").write_text(toml)
    code = "import worker.gate.worker as w; print(w.app is w.app, dict(w.app.conf))"
    environment = {"PYTHONPATH": f"{world.folder}:{ROOT}", "GATE_SETTINGS": str(world.folder / "gate.toml")}
    return subprocess.run([PYTHON, "-c", code], env=environment, capture_output=True, text=True, check=False)


def settings(world: World, digest: str = DIGEST) -> str:
    return (
        f'api_hosts = ["platform.example"]\nworker_folder = "{world.worker}"\njournal = "{world.journal}"\n'
        f'platform_digests = ["{digest}"]\n'
    )


def test_it_starts_as_celery_starts_it(world: World):
    done = start(world, settings(world))
    assert done.returncode == 0, done.stderr
    last = world.entries()[-1]
    assert f"journal line {last.number} {last.digest}" in done.stdout
    assert "'worker_enable_remote_control': False" in done.stdout
    assert "'worker_concurrency': 1" in done.stdout


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("E231", "api_hosts = []"),
        ("E231", 'api_hosts = "platform.example"'),
        ("E231", 'api_hosts = ["a"]\nunknown = 1'),
        ("E231", 'api_hosts = ["a"]\npids = 0'),
        ("E231", "api_hosts = ["),
        ("E248", 'api_hosts = ["a"]'),
    ],
)
def test_it_does_not_start(world: World, code: str, line: str):
    done = start(world, line)
    assert done.returncode == 1
    assert done.stderr.startswith(code)
    assert done.stderr.count("\n") == 1


def test_it_does_not_start_on_another_interface(world: World):
    other = DOUBLE.read_text().replace("def push_output(self)", "def push_output(self, more)")
    done = start(world, settings(world, sha256(other.encode())), other)
    assert done.returncode == 1
    assert "Run.push_output(self, more)" in done.stderr


def test_the_journals_key_must_be_long(world: World):
    (world.folder / "key").write_text("short")
    done = start(world, settings(world) + f'journal_key = "{world.folder}/key"\n')
    assert done.returncode == 1
    assert done.stderr.startswith("E211")
