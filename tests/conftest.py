"""Shared by all tests: the sample, prepared and built once per session."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from organizer.build.bundle import Build, build_bundle
from organizer.build.options import BuildOptions
from organizer.data.command import prepare_command

ROOT = Path(__file__).resolve().parents[1]
SECRET = bytes(range(32))
ORDER_KEY = "0f" * 32
START = datetime(2027, 1, 11, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tests against a real platform run only where one is named."""
    parser.addoption("--platform-url", default="", help="address of a Codabench instance for the opt-in tests")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample at its smallest useful size, prepared with a fixed order key."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "order.key").write_text(ORDER_KEY + "\n")
    (folder / "order.key").chmod(0o600)
    prepare_command(folder / "prepared", scale=0.02)
    return folder / "prepared"


def options(prepared: Path, out: Path, sealed: bool = True, secret: bytes = SECRET) -> BuildOptions:
    """A build of the session's data."""
    return BuildOptions(prepared, out, secret, START, (4, 4, 4, 1), sealed)


@pytest.fixture(scope="session")
def built(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A sealed build."""
    return build_bundle(options(prepared, tmp_path_factory.mktemp("sealed")))


@pytest.fixture(scope="session")
def unsealed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """An unsealed build of the same data."""
    return build_bundle(options(prepared, tmp_path_factory.mktemp("unsealed"), sealed=False))


def unpack_kit(built: Build, folder: Path) -> None:
    """The starting kit, and the public data in it, as a team unzips what the platform offers."""
    with zipfile.ZipFile(built.archive) as archive:
        for name, place in (("starting_kit.zip", folder), ("public_data.zip", folder / "public_data")):
            with zipfile.ZipFile(io.BytesIO(archive.read(name))) as inner:
                inner.extractall(place)


@pytest.fixture(scope="session")
def xtreme_dir() -> Path:
    """Real data in XTREME's layout, where they are at hand."""
    folder = Path(os.environ.get("XTREME_DIR", ROOT.parent / "shared" / "data" / "xtreme"))
    if not folder.is_dir():
        pytest.skip("no real data: set XTREME_DIR to a folder in XTREME's layout")
    return folder
