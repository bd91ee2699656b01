"""The files an organizer copies: settings, compose file and images fit the gate's code."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from worker.gate.interface import PLATFORM
from worker.gate.settings import Settings, read_settings
from worker.gate.worker import SETTINGS_FILE

WORKER = Path(__file__).resolve().parents[2] / "worker"


def test_the_sample_settings_are_the_defaults():
    assert read_settings(WORKER / "gate.toml") == Settings(api_hosts=("www.codabench.org",))


def test_the_compose_file_mounts_what_the_gate_reads():
    gate = yaml.safe_load((WORKER / "compose.yaml").read_text())["services"]["gate"]
    targets = dict(reversed(re.sub(r"\$\{[^}]*\}", "X", volume).split(":", 2)[:2]) for volume in gate["volumes"])
    defaults = Settings(api_hosts=("x",))
    for path in (SETTINGS_FILE, defaults.worker_folder, defaults.journal):
        assert any(path == target or path.startswith(f"{target}/") for target in targets), path
    read_only = [volume for volume in gate["volumes"] if volume.endswith(":ro")]
    assert sorted(volume.split(":")[-2] for volume in read_only) == ["/gate", "/worker_folder"]
    assert gate["environment"]["COMPETITION_CONTAINER_NETWORK_DISABLED"] == "True"


def test_every_variable_of_the_compose_file_is_in_the_example():
    wanted = set(re.findall(r"\$\{(\w+)", (WORKER / "compose.yaml").read_text())) - {"CONTAINER_SOCKET_FILE"}
    given = {line.split("=")[0] for line in (WORKER / "env.example").read_text().splitlines() if "=" in line}
    assert wanted == given


def test_an_empty_value_of_the_example_stays_empty():
    """`BROKER_USE_SSL=` says that the broker has no TLS; with `:-` Compose would put the default there."""
    text = (WORKER / "compose.yaml").read_text()
    assert "${BROKER_USE_SSL-True}" in text
    assert "${PLATFORM_IMAGE:-codalab/codabench-compute-worker:v1.25}" in text
    assert "ARG PLATFORM_IMAGE=codalab/codabench-compute-worker:v1.25\n" in (WORKER / "Dockerfile.gate").read_text()


def test_the_gates_image_starts_this_gate_on_the_platform_it_was_written_for():
    text = (WORKER / "Dockerfile.gate").read_text()
    command = json.loads(text[text.rindex("CMD ") + 4 :])
    assert command[:4] == ["celery", "-A", "worker.gate.worker", "worker"]
    assert "--concurrency=1" in command
    assert f"v{PLATFORM.split()[1]}" in text
    copied = re.findall(r"^COPY (\S+) (\S+)$", text, re.MULTILINE)
    assert copied == [("xtreme_tasks", "/opt/gate/xtreme_tasks"), ("worker/gate", "/opt/gate/worker/gate")]
    allowed = (WORKER.parent / ".dockerignore").read_text().splitlines()
    assert {f"!{source}" for source, _ in copied} <= set(allowed)


@pytest.mark.parametrize("path", sorted((WORKER / "gate").glob("*.py")), ids=lambda path: path.name)
def test_the_gate_needs_nothing_but_the_standard_library(path: Path):
    text = path.read_text()
    imported = {line.split()[1].split(".")[0] for line in re.findall(r"^(?:from|import) .*$", text, re.MULTILINE)}
    assert imported <= {*sys.stdlib_module_names, "worker", "xtreme_tasks"}


def locked(name: str) -> dict[str, str]:
    """Versions for Python 3.11 of a file of exact versions."""
    lines = (WORKER.parent / "requirements" / name).read_text().splitlines()
    rows = [line.partition(";") for line in lines if "==" in line.partition(";")[0]]
    return dict(row.strip().split("==") for row, _, marker in rows if ">= '3.12'" not in marker)


def test_the_teams_versions_are_exact_whole_and_fit_the_programs_versions():
    programs, teams = locked("lock.txt"), locked("team.txt")
    assert {name: programs[name] for name in teams if name in programs} == {
        name: version for name, version in teams.items() if name in programs
    }
    wanted = [line for line in (WORKER.parent / "requirements" / "team.in").read_text().splitlines() if line[0] != "#"]
    for line in wanted:
        name, _, version = line.partition("==")
        assert teams[name] == (version or teams[name])
    assert {"cryptography", "numpy", "pyyaml", "zstandard", "triton", "nvidia-cublas"} <= set(teams)


def test_the_guard_is_the_default_entry_point_and_what_the_image_copies_is_let_into_the_build():
    text = (WORKER / "Dockerfile").read_text()
    assert set(re.findall(r"^ARG GUARD=(.*)$", text, re.MULTILINE)) == {"1"}
    allowed = (WORKER.parent / ".dockerignore").read_text().splitlines()
    sources = re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
    for source in " ".join(sources).split():
        assert "!" + re.sub(r"\[(\w)\]", r"\1", source) in allowed, source
