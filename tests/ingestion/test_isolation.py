"""Every surface of the child: closed with all filters, open without those that close it, and no other."""

from __future__ import annotations

import functools
import os
import platform
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path

import pytest

from ingestion_program import probe, syscalls
from ingestion_program.confinement import Confinement
from tests.ingestion import surfaces
from tests.ingestion.world import CAPABILITIES_OFF, World
from xtreme_tasks.files import dumps

HERE = probe.probe()
KINDS = [item.name for item in fields(Confinement)]
ALL = ",".join(KINDS)
ROOT = os.geteuid() == 0
pytestmark = pytest.mark.skipif(Confinement() != HERE, reason=f"this kernel enforces only {HERE.names()}")


@contextmanager
def listening(family: int, address: object) -> Iterator[socket.socket]:
    with socket.socket(family) as server:
        server.bind(address)
        server.listen(100)
        yield server


@contextmanager
def targets(world: World) -> Iterator[World]:
    """Everything that the surfaces reach for."""
    world.build(Path(surfaces.__file__).read_text())
    elsewhere = world.root / "elsewhere"
    elsewhere.mkdir()
    for path in (world.path("worker") / "keys.json", elsewhere / "labels.jsonl", elsewhere / "file"):
        path.write_text("secret")
    (elsewhere / "tool").write_text("#!/bin/sh\n")
    (elsewhere / "tool").chmod(0o700)
    abstract = f"surface-{os.getpid()}-{world.root.name}"
    table = syscalls.X86_64 if platform.machine() == "x86_64" else syscalls.AARCH64
    with ExitStack() as stack:
        port = stack.enter_context(listening(socket.AF_INET, ("127.0.0.1", 0))).getsockname()[1]
        stack.enter_context(listening(socket.AF_UNIX, "\0" + abstract))
        stack.enter_context(listening(socket.AF_UNIX, str(world.root / "engine.sock")))
        decoy = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, start_new_session=True
        )
        stack.enter_context(decoy)
        values = {"root": str(world.root), "decoy": decoy.pid, "abstract": abstract, "port": port}
        (world.path("submission") / "targets.json").write_text(dumps({**values, "numbers": dict(table)}))
        yield world


@functools.cache
def reached(without: str, drop: bool) -> dict[str, str]:
    """The letter of every surface."""
    with tempfile.TemporaryDirectory(prefix="surf-") as name, targets(World(Path(name))) as world:
        outcome = world.run("--show-team-output", without=without, drop=drop)
        assert outcome.printed.startswith("ok "), outcome.printed
        line = next(line for line in outcome.errors.splitlines() if line.startswith("SURFACES "))
    letters = line.split()[1]
    assert "?" not in letters, line
    return dict(zip(surfaces.SURFACES, letters, strict=True))


@pytest.mark.parametrize("drop", [False, True], ids=["all capabilities", "none"])
@pytest.mark.parametrize("name", surfaces.SURFACES)
def test_surface_is_closed(name: str, drop: bool) -> None:
    if drop and not CAPABILITIES_OFF:
        pytest.skip("capabilities can only be taken from root, with setpriv")
    assert (reached("", drop)[name] == "o") == (name in surfaces.KNOWN_OPEN)


@pytest.mark.parametrize("without", [*KINDS, ALL])
def test_surfaces_are_open_without_their_filters(without: str) -> None:
    """So each filter is what closes them, and the attacks can succeed at all."""
    off = set(without.split(","))
    expected = {name for name, (_, covered) in surfaces.SURFACES.items() if covered <= off}
    impossible = {name for name, letter in reached(ALL, drop=False).items() if letter != "o"}
    found = {name for name, letter in reached(without, drop=False).items() if letter == "o"}
    assert found - surfaces.BY_KERNEL == expected - impossible - surfaces.BY_KERNEL


def test_the_attacks_are_possible() -> None:
    """With no filter at all everything is open, but for what this kernel lacks or this user may not do."""
    closed = {name for name, letter in reached(ALL, drop=False).items() if letter != "o"}
    allowed = surfaces.MAY_BE_ABSENT | (set() if ROOT else surfaces.NEEDS_CAPABILITIES)
    assert closed <= allowed


@pytest.mark.parametrize("without", ["files", "scope", "seccomp", "tcp,seccomp"])
def test_something_opens_without_any_of_them(without: str) -> None:
    """TCP is closed twice: only a machine without seccomp needs Landlock for it."""
    opened = {name for name, letter in reached(without, drop=False).items() if letter == "o"}
    assert opened > surfaces.KNOWN_OPEN
    assert ("tcp" in opened) == (without == "tcp,seccomp")
