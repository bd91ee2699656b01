from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.world import Server, World


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    served = Server()
    yield served
    served.close()


@pytest.fixture
def world(tmp_path: Path, server: Server) -> World:
    return World(tmp_path, server)
