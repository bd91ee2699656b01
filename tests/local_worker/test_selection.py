"""Which engine is chosen, and what is said where containers cannot be run; no engine is needed here."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from organizer.local_worker import docker_engine, selection
from organizer.local_worker.docker_engine import DockerEngine, obstacle
from organizer.local_worker.selection import LOCAL_IMAGE, select_engine
from tests.conftest import ROOT
from xtreme_tasks.faults import OrganizerFault


class _Client:
    """An engine with one image, as its API tells it."""

    def __init__(self, options: list[str]) -> None:
        self.options = options

    def __enter__(self) -> _Client:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def info(self) -> dict[str, list[str]]:
        return {"SecurityOptions": self.options}

    def images(self, name: str) -> list[dict[str, list[str]]]:
        return [{"RepoTags": [name]}] if name == LOCAL_IMAGE else []


def test_auto_takes_containers_where_they_can_be_run(monkeypatch):
    monkeypatch.setattr(selection, "obstacle", lambda image: "")
    selected = select_engine("auto", "team/image:1")
    assert isinstance(selected.engine, DockerEngine)
    assert (selected.engine.image, selected.engine.network) == ("team/image:1", False)
    assert "team/image:1" in selected.message


def test_auto_falls_back_to_processes_and_says_why(monkeypatch):
    monkeypatch.setattr(selection, "obstacle", lambda image: f"there is no image {image}")
    selected = select_engine("auto", "x:1")
    assert selected.engine.name == "process"
    assert "there is no image x:1" in selected.message


def test_what_was_named_is_taken_or_refused(monkeypatch):
    monkeypatch.setattr(selection, "obstacle", lambda image: "nobody answers")
    assert select_engine("process").engine.name == "process"
    with pytest.raises(OrganizerFault, match="E215 .*nobody answers"):
        select_engine("docker")


def test_an_image_must_exist_and_the_engine_be_this_users(monkeypatch):
    monkeypatch.setattr(docker_engine, "connected", lambda: _Client([]))
    monkeypatch.setattr(docker_engine.os, "geteuid", lambda: 0)
    assert obstacle(LOCAL_IMAGE) == ""
    assert "no image other:1" in obstacle("other:1")
    monkeypatch.setattr(docker_engine.os, "geteuid", lambda: 1000)
    assert "root" in obstacle(LOCAL_IMAGE)
    monkeypatch.setattr(docker_engine, "connected", lambda: _Client(["name=seccomp", "name=rootless"]))
    assert obstacle(LOCAL_IMAGE) == ""


def test_without_the_package_that_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "docker", None)
    assert obstacle(LOCAL_IMAGE) == "the Python package docker is not installed"


def test_an_engine_that_does_not_answer_is_one_line(tmp_path, built):
    command = [sys.executable, "-m", "organizer.cli", "run", str(tmp_path), "--bundle", str(built.archive)]
    ran = subprocess.run(
        [*command, "--worker", str(built.worker), "--results", str(tmp_path / "results"), "--engine", "docker"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"},
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("E215 --engine docker: ")
    assert len(ran.stderr.splitlines()) == 1
    assert not (tmp_path / "results").exists()
