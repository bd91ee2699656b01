"""Which encoders the kit takes, what it says of others, and `tiny`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import data
import encoders as encoders_module
import pytest
from encoders import create_model, find_encoder, write_tiny
from transformers import AlbertConfig, AlbertModel, AutoModel, AutoTokenizer, ByT5Tokenizer, T5Config, T5Model

from tests.kit.encoders import KINDS, LABELS
from xtreme_tasks.faults import OrganizerFault


def test_tiny_is_the_same_for_the_same_texts_and_any_word_has_subwords(tmp_path):
    for name in ("a", "b"):
        write_tiny(iter(["the cat sat", "кошка сидела"]), tmp_path / name)
    one, two = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("a", "b"))
    assert one == two
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "a")
    assert tokenizer.unk_token_id not in tokenizer("🜚 ไทย 日本").input_ids
    assert AutoModel.from_pretrained(tmp_path / "a").config.hidden_size == 128


def test_an_encoder_that_cannot_be_had_is_one_line(prepared, tmp_path):
    tables = data.load(prepared / "public", "train", ["pawsx"], ["en"])
    with pytest.raises(OrganizerFault, match="E201") as caught:
        find_encoder(str(tmp_path / "nothing"), tables, tmp_path)
    assert "--encoder tiny" in caught.value.line()


@pytest.fixture
def own(encoders: dict[str, Path], tmp_path: Path) -> Path:
    """A folder with a BERT, to be spoilt."""
    return Path(shutil.copytree(encoders["bert"], tmp_path / "own"))


def without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def damaged_weights(folder: Path) -> None:
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def without_tokenizer(folder: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).unlink()


def slow_tokenizer(folder: Path) -> None:
    without_tokenizer(folder)
    ByT5Tokenizer().save_pretrained(folder)


def without_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def odd_config(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "no such"}')


def one_layer_for_all(folder: Path) -> None:
    sizes = {"hidden_size": 16, "embedding_size": 8, "num_attention_heads": 2, "intermediate_size": 16}
    AlbertModel(AlbertConfig(vocab_size=300, num_hidden_layers=3, **sizes)).save_pretrained(folder)


def with_decoder(folder: Path) -> None:
    sizes: dict[str, Any] = {"d_model": 16, "d_kv": 8, "d_ff": 16, "num_layers": 2, "num_heads": 2}
    T5Model(T5Config(vocab_size=300, **sizes)).save_pretrained(folder)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (without_weights, "E201 .*no weights there"),
        (damaged_weights, "E201 encoder "),
        (without_tokenizer, "E201 .*no fast tokenizer"),
        (slow_tokenizer, "E201 .*no fast tokenizer"),
        (without_config, "E201 encoder "),
        (odd_config, "E201 encoder "),
        (one_layer_for_all, "E231 .*do not tell its 3 layers.*like BERT"),
        (with_decoder, "E231 .*like BERT"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_folder_that_cannot_be_trained_is_one_line(own, spoil, said):
    spoil(own)
    with pytest.raises(OrganizerFault, match=f"^{said}"):
        create_model(find_encoder(str(own)), LABELS)


def test_a_trained_model_is_no_encoder(saved):
    with pytest.raises(OrganizerFault, match="^E233 .*that train.py saved.*distil"):
        find_encoder(str(saved["bert"]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_usual_ones_are_taken(encoders, kind):
    model = create_model(find_encoder(str(encoders[kind])), LABELS, 2, "compare")
    assert model.head_layers == 2


def test_no_name_and_tiny_without_texts_are_one_line():
    for name in ("", "tiny"):
        with pytest.raises(OrganizerFault, match="^E233 --encoder"):
            find_encoder(name)


def test_of_two_processes_one_makes_tiny(prepared, tmp_path, monkeypatch):
    tables = data.load(prepared / "public", "train", ["pawsx"], ["en"])

    def slow(lines: Any, folder: Path) -> None:
        write_tiny(lines, folder)
        shutil.copytree(folder, tmp_path / "out" / "encoder")  # the other process has come first
        (tmp_path / "out" / "encoder" / "mark").touch()

    monkeypatch.setattr(encoders_module, "write_tiny", slow)
    found = find_encoder("tiny", tables, tmp_path / "out")
    assert found == str(tmp_path / "out" / "encoder")
    assert (Path(found) / "mark").exists()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["encoder"]


def test_tiny_is_whole_or_not_there(prepared, tmp_path, monkeypatch):
    tables = data.load(prepared / "public", "train", ["pawsx"], ["en"])

    def killed(lines: Any, folder: Path) -> None:
        folder.mkdir()
        (folder / "config.json").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(encoders_module, "write_tiny", killed)
        with pytest.raises(KeyboardInterrupt):
            find_encoder("tiny", tables, tmp_path)
    assert not (tmp_path / "encoder").exists()
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "thesis.tex").touch()
    with pytest.raises(OrganizerFault, match="^E232"):
        find_encoder("tiny", tables, tmp_path)
