from __future__ import annotations

import json
import shutil

import crossval
import data
import pytest
from encoders import find_encoder, write_tiny
from transformers import AutoModel, AutoTokenizer

from xtreme_tasks.faults import OrganizerFault


@pytest.mark.parametrize("count", [0, 2, 3, 99])
def test_every_language_but_english_is_left_out_once(count):
    made = crossval.folds(["en", "de", "fr", "th", "sw"], count, seed=3)
    assert sorted(code for fold in made for code in fold) == ["de", "fr", "sw", "th"]
    assert len(made) == (count if 0 < count < 4 else 4)


def test_something_must_stay_to_train_on():
    for languages in (["en"], ["de"], []):
        with pytest.raises(OrganizerFault, match="E207"):
            crossval.folds(languages, 2, 1)
    assert crossval.folds(["de", "fr"], 1, 1) in ([("de",), ("fr",)], [("fr",), ("de",)])


def test_folds_are_trained_without_their_languages_and_read_back(prepared, tmp_path, capsys):
    command = ["--public", str(prepared / "public"), "--encoder", "tiny", "--steps", "2", "--batch", "4", "--dev", "3"]
    command += ["--tasks", "pawsx=1", "--languages", "en,de,fr", "--folds", "2", "--out", str(tmp_path / "out")]
    assert crossval.main(command) == 0
    first = capsys.readouterr().out
    assert "pawsx" in first
    assert "(languages not trained on)" in first
    for fold, other in (("de", "fr"), ("fr", "de")):
        result = json.loads((tmp_path / "out" / fold / "result.json").read_bytes())
        assert result["settings"]["languages"] == ",".join(sorted(["en", other]))
        assert list(json.loads((tmp_path / "out" / fold / "fold.json").read_bytes())["unseen"]["pawsx"]) == [fold]
        shutil.rmtree(tmp_path / "out" / fold / "model")  # not needed again
    assert crossval.main(command) == 0
    assert capsys.readouterr().out == first


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
