"""Every example, trained and packed once on the tiny public data."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.pack import NAMES, pack_example
from tests.examples.ask import unpack
from tests.examples.tiny_public import write_public


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_public(tmp_path_factory.mktemp("tiny") / "public")


@pytest.fixture(scope="session")
def archives(public: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("archives")
    return {name: pack_example(name, public, folder / f"{name}.zip") for name in NAMES}


@pytest.fixture(scope="session")
def folders(archives: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("folders")
    return {name: unpack(archive, root / name) for name, archive in archives.items()}
