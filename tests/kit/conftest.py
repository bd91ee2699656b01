"""The starting kit's modules, and an encoder that is made in seconds and knows nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch", reason="the baseline needs torch (starting_kit/requirements.txt)")
pytest.importorskip("transformers", reason="the baseline needs transformers (starting_kit/requirements.txt)")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("KIT_RUNS", "off")  # runs of the tests belong in no log
KIT = Path(__file__).resolve().parents[2] / "starting_kit"
sys.path.insert(0, str(KIT))  # a team runs `python train.py` there, so its modules import each other by bare names

import torch  # noqa: E402

from tests.kit.tiny import write_tiny_encoder  # noqa: E402

if TYPE_CHECKING:
    from model import Model
    from work import Work

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder with three layers and random weights, as a folder that transformers loads."""
    return write_tiny_encoder(tmp_path_factory.mktemp("tiny") / "encoder")


@pytest.fixture(scope="session")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders with a tiny encoder each, by `model_type`: `bert`, `xlm-roberta` and `distilbert`."""
    from tests.kit.encoders import KINDS, make

    folder = tmp_path_factory.mktemp("encoders")
    for kind in KINDS:
        make(kind, folder / kind)
    return {kind: folder / kind for kind in KINDS}


@pytest.fixture(scope="session")
def saved(encoders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A saved model over each of the encoders, with two layers in each head."""
    from model import Model

    from tests.kit.encoders import LABELS

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(1)  # the same weights whatever ran before
    for kind, encoder in encoders.items():
        Model.create(encoder, LABELS, layers=2).save(folder / kind)
    return {kind: folder / kind for kind in encoders}


@pytest.fixture
def model(encoders: dict[str, Path]) -> Model:
    """A model that was not trained, over the BERT."""
    from model import Model

    from tests.kit.encoders import LABELS

    torch.manual_seed(1)
    return Model.create(encoders["bert"], LABELS)


@pytest.fixture
def work(model: Model) -> Work:
    """A batch of two pairs."""
    from model import collate, targets
    from work import Work

    from tests.kit.encoders import LABELS, ROWS

    features = model.text.encode("xnli", ROWS)
    gold = targets(features, [row["label"] for row in ROWS], LABELS["xnli"])
    return Work(0, "xnli", collate(features, model.text.limits.pad), gold)
