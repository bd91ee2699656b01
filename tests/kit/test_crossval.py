from __future__ import annotations

import json
import shutil

import crossval
import pytest

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


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--dev", "0"], "E231 --dev: "),  # or everything would be trained, and nothing printed
        (["--folds", "-1"], "E231 --folds: "),
        (["--languages", "en,de,xx"], "E207 --languages: "),
    ],
)
def test_what_would_score_nothing_is_refused_before_training(prepared, tmp_path, capsys, wrong, said):
    out = tmp_path / "out"
    command = ["--public", str(prepared / "public"), "--encoder", "tiny", "--steps", "1", "--out", str(out)]
    assert crossval.main([*command, *wrong]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(said)
    assert not out.exists()
