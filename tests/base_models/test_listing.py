from __future__ import annotations

import re
from pathlib import Path

import pytest

from organizer.base_models.listing import CACHE_FOLDER, IMAGE_FOLDER, read_list
from tests.conftest import ROOT
from xtreme_tasks.faults import OrganizerFault

GOOD = """
[[model]]
name = "lab/model"
revision = "0123456789abcdef0123456789abcdef01234567"
licence = "MIT"
size = "1 parameter"
files = ["config.json"]
sha256 = { "model.safetensors" = "%s" }
""" % ("a" * 64)


def read(folder: Path, text: str):
    path = folder / "models.toml"
    path.write_text(text)
    return read_list(path)


def test_the_projects_own_list_is_complete():
    models = read_list(ROOT / "worker" / "models.toml")
    assert len(models) >= 2
    for model in models:
        assert model.licence
        assert all(name.endswith(".safetensors") for name in model.sha256), "no format of weights that can run code"
        assert "config.json" in model.files
        assert not [name for name in model.files if name.endswith((".py", ".bin", ".pt"))]


def test_the_child_looks_where_the_image_has_them():
    from ingestion_program.child import MODEL_CACHE

    assert Path(IMAGE_FOLDER, CACHE_FOLDER) == MODEL_CACHE
    text = (ROOT / "worker" / "Dockerfile").read_text()
    assert f"COPY --from=models {IMAGE_FOLDER} {IMAGE_FOLDER}" in text


def test_all_fields_arrive(tmp_path):
    (model,) = read(tmp_path, GOOD)
    assert (model.name, model.files) == ("lab/model", ("config.json",))
    assert model.sha256 == {"model.safetensors": "a" * 64}
    assert read(tmp_path, "") == ()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"0123456789abcdef0123456789abcdef01234567"', '"main"', "revision"),
        ('"lab/model"', '"model"', "name"),
        ('"lab/model"', '"../model"', "name"),
        ("a" * 64, "a" * 63, "sha256"),
        ('{ "model', '{ "../model', "files"),
        ('["config.json"]', '["/etc/passwd"]', "files"),
        ('["config.json"]', '["*"]', "files"),
        ('["config.json"]', "[1]", "files"),
        ('["config.json"]', '"config.json"', "files"),
        ('licence = "MIT"\n', "", "licence"),
        ("[[model]]", "[[models]]", "only [[model]]"),
        ("[[model]]", "[model", "models.toml"),
        ('{ "model.safetensors" = "%s" }' % ("a" * 64), "{}", "sha256"),
    ],
)
def test_a_wrong_value_is_named(tmp_path, old, new, named):
    assert old in GOOD
    with pytest.raises(OrganizerFault) as raised:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert raised.value.code == "E231"
    assert named in raised.value.line()


def test_a_model_is_named_once(tmp_path):
    with pytest.raises(OrganizerFault, match=re.escape("twice")):
        read(tmp_path, GOOD + GOOD)
