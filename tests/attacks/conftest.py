from __future__ import annotations

from pathlib import Path

import pytest
from organizer.attack.attack import HONEST, read_attacks
from organizer.attack.ground import Ground, build_ground
from organizer.attack.suite import Suite
from organizer.local_worker.engine import ProcessEngine

from tests.local_worker.world import engine_or_skip


@pytest.fixture(scope="session")
def ground(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A build with small limits, for attacks only."""
    return build_ground(prepared, tmp_path_factory.mktemp("attacks") / "ground")


@pytest.fixture(scope="session")
def processes(ground: Ground) -> Suite:
    """The suite in plain processes, its honest control already run."""
    return started(Suite(ground, ProcessEngine()))


@pytest.fixture(scope="session")
def containers(ground: Ground) -> Suite:
    """The suite in containers with the platform's settings."""
    return started(Suite(ground, engine_or_skip()))


def started(suite: Suite) -> Suite:
    (honest,) = read_attacks(only=(HONEST,))
    assert suite.start(honest).wrong == ()
    return suite
