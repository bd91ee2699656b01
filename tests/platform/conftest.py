"""The emulated platform for every test of the organizer's commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from organizer.build.bundle import Build
from tests.platform.site.contest import Contest, known_contest
from tests.platform.site.forge import Forge
from tests.platform.site.server import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """A fresh, empty site; a defect of the emulation itself fails the test."""
    with Site() as made:
        yield made
    assert not made.errors, made.errors[0]


@pytest.fixture(scope="session")
def forge(built: Build) -> Iterator[Forge]:
    """Makes signed records of the session's build."""
    made = Forge(built.archive, built.worker)
    yield made
    made.close()


@pytest.fixture
def contest(site: Site, built: Build, forge: Forge, tmp_path: Path) -> Iterator[Contest]:
    """A published competition; teams A, B and C have played every phase, and B, C, A is the right order."""
    made = known_contest(site, built, forge, tmp_path / "journal.jsonl")
    yield made
    made.close()
