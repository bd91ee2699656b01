"""From models.toml to the folder of the image: through the hub's own client, from a stand-in for the hub."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from organizer.base_models.fetch import fetch_models
from organizer.base_models.listing import BaseModel
from tests.base_models.hub import REVISION, Hub, hub
from tests.conftest import ROOT
from xtreme_tasks.faults import OrganizerFault

NAME = "lab/tiny"
WEIGHTS = b"weights" * 100
FILES = {
    "config.json": b"{}",
    "tokenizer.json": b'{"a": 1}',
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": b"a pickle",
    "modeling.py": b"raise SystemExit",
}
DIGEST = hashlib.sha256(WEIGHTS).hexdigest()


def listing(folder: Path, digest: str = DIGEST, revision: str = REVISION, name: str = NAME) -> Path:
    path = folder / "models.toml"
    path.write_text(
        f'[[model]]\nname = "{name}"\nrevision = "{revision}"\nlicence = "MIT"\nsize = "small"\n'
        f'files = ["config.json", "tokenizer.json"]\nsha256 = {{ "model.safetensors" = "{digest}" }}\n'
    )
    return path


def command(server: Hub, *words: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own: the hub's client reads its address once, when it is imported."""
    environment = os.environ | {
        "HF_ENDPOINT": server.address,
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "organizer.base_models", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=120,
    )


def found(folder: Path, name: str = NAME) -> dict[str, bytes]:
    base = folder / "hub" / ("models--" + name.replace("/", "--")) / "snapshots" / REVISION
    return {path.name: path.read_bytes() for path in base.iterdir()}


def test_the_hubs_client_fetches_the_listed_files_of_the_pinned_revision(tmp_path):
    pytest.importorskip("huggingface_hub")
    folder = tmp_path / "models"
    with hub(NAME, FILES) as server:
        ran = command(server, listing(tmp_path), folder)
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
        assert f"{NAME} {REVISION}: model.safetensors as pinned" in ran.stdout
        assert found(folder) == {name: FILES[name] for name in ("config.json", "tokenizer.json", "model.safetensors")}
        assert (folder / "hub" / "models--lab--tiny" / "refs" / "main").read_text() == REVISION
        assert (folder / "models.toml").read_bytes() == (tmp_path / "models.toml").read_bytes()
        asked = len(server.asked)
        assert command(server, tmp_path / "models.toml", folder).returncode == 0
        assert len(server.asked) == asked, "what is complete is not asked for again"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digest": "0" * 64}, (DIGEST,)),
        ({"revision": "f" * 40}, ("f" * 40,)),
        ({"name": "lab/other"}, ("lab/other",)),
    ],
)
def test_what_is_not_the_pinned_model_is_refused_in_one_line(tmp_path, changes, words):
    pytest.importorskip("huggingface_hub")
    with hub(NAME, FILES) as server:
        ran = command(server, listing(tmp_path, **changes), tmp_path / "models")
    assert ran.returncode == 2
    (line,) = ran.stderr.splitlines()
    assert line.startswith("E209 ")
    assert all(word in line for word in words), line


def put(model: BaseModel, cache: Path) -> None:
    base = cache / ("models--" + model.name.replace("/", "--")) / "snapshots" / model.revision
    base.mkdir(parents=True)
    for name in (*model.files, *model.sha256):
        (base / name).write_bytes(FILES[name])


def test_a_model_that_is_no_longer_listed_is_removed(tmp_path):
    folder = tmp_path / "models"
    fetch_models(listing(tmp_path, name="lab/older"), folder, put)
    fetch_models(listing(tmp_path), folder, put)
    assert [path.name for path in (folder / "hub").iterdir()] == ["models--lab--tiny"]


def test_weights_that_were_changed_in_the_folder_are_found(tmp_path):
    folder = tmp_path / "models"
    fetch_models(listing(tmp_path), folder, put)
    weights = folder / "hub" / "models--lab--tiny" / "snapshots" / REVISION / "model.safetensors"
    weights.write_bytes(b"others")
    with pytest.raises(OrganizerFault) as raised:
        fetch_models(listing(tmp_path), folder, put)
    assert raised.value.code == "E209"


def test_a_file_that_does_not_come_is_named(tmp_path):
    with pytest.raises(OrganizerFault) as raised:
        fetch_models(listing(tmp_path), tmp_path / "models", lambda model, cache: None)
    assert (raised.value.code, raised.value.where) == ("E209", "lab/tiny config.json")


def test_wrong_words_are_one_line(tmp_path):
    with hub(NAME, FILES) as server:
        ran = command(server, tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.startswith("E233 ")
    assert len(ran.stderr.splitlines()) == 1
