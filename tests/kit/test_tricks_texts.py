"""Tricks that change texts, and the dictionary that one of them needs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import data
import numpy as np
import pytest
import torch
from datasets import Dataset
from objective import Objective
from plan import Draw
from torch.nn.functional import cross_entropy
from tricks import dictionary
from tricks.augment import Augment
from tricks.code_switch import CodeSwitch, parted
from tricks.divergence import both_ways
from work import WorkLoader

from tests.kit.encoders import ROWS
from xtreme_tasks.files import encode_rows
from xtreme_tasks.tasks import TASKS


class TestAugment:
    @pytest.fixture(scope="class")
    @classmethod
    def tables(cls, prepared: Path) -> dict[str, Any]:
        return dict(data.load(prepared / "public", "train", [], ["de", "zh"]))

    def test_a_token_becomes_another_one_of_its_tag_and_language(self, tables):
        trick = Augment(0.5)
        trick.start(SimpleNamespace(), tables)
        random = np.random.default_rng(1)
        changed = 0
        for row in tables["panx"].select(range(40)):
            made = trick.change(TASKS["panx"], row, random)
            assert made["tags"] == row["tags"]
            assert len(made["tokens"]) == len(row["tokens"])
            for token, old, tag in zip(made["tokens"], row["tokens"], row["tags"], strict=True):
                changed += token != old
                assert token in trick.words["panx", row["language"], tag]
        assert changed > 20

    def test_a_paraphrase_is_turned_round_half_of_the_time(self):
        row = {"sentence1": "a", "sentence2": "b", "label": "1"}
        random = np.random.default_rng(1)
        firsts = [Augment().change(TASKS["pawsx"], row, random)["sentence1"] for _ in range(400)]
        assert 150 < firsts.count("b") < 250

    def test_words_of_the_premise_alone_go_and_never_all(self):
        random = np.random.default_rng(1)
        made = [Augment(0.3).change(TASKS["xnli"], ROWS[0], random) for _ in range(200)]
        assert {one["hypothesis"] for one in made} == {ROWS[0]["hypothesis"]}
        kept = [one["premise"].split() for one in made]
        assert all(set(words) <= set(ROWS[0]["premise"].split()) for words in kept)
        assert 0.6 < sum(map(len, kept)) / (5 * len(kept)) < 0.8
        all_gone = Augment(1.0).change(TASKS["xnli"], ROWS[0], random)
        assert all_gone == ROWS[0]


class TestCodeSwitch:
    @pytest.fixture
    def trick(self, tmp_path: Path) -> CodeSwitch:
        rows = [
            {"language": "de", "word": "fluss", "others": ["river", "река"]},
            {"language": "de", "word": "breit", "others": ["wide"]},
        ]
        (tmp_path / "words.jsonl").write_bytes(encode_rows(rows))
        made = CodeSwitch(dictionary=str(tmp_path / "words.jsonl"), share=1.0)
        made.start(SimpleNamespace(), {})
        return made

    def test_a_token_stays_one_token(self, trick):
        row = {"language": "de", "tokens": ["Der", "Fluss", "ist", "breit"], "tags": ["DET", "NOUN", "AUX", "ADJ"]}
        random = np.random.default_rng(1)
        seen = [trick.view(TASKS["udpos"], row, random) for _ in range(30)]
        assert {len(one["tokens"]) for one in seen} == {4}
        assert {one["tokens"][1] for one in seen} == {"river", "река"}
        assert all(one["tokens"][0] == "Der" and one["tokens"][3] == "wide" for one in seen)
        assert all(one["tags"] == row["tags"] for one in seen)
        assert trick.view(TASKS["udpos"], {**row, "language": "sw"}, random)["tokens"] == row["tokens"]

    def test_marks_around_a_word_stay_where_they_are(self, trick):
        row = {"language": "de", "premise": '("Fluss", breit!) Fluss', "hypothesis": "breit... -- 3 Fluss;"}
        made = trick.view(TASKS["xnli"], row, np.random.default_rng(1))
        first, second, third = made["premise"].split()
        assert {first, third} <= {f'("{word}",' for word in ("river", "река")} | {"river", "река"}
        assert first.startswith('("')
        assert second == "wide!)"
        assert made["hypothesis"].split()[:3] == ["wide...", "--", "3"]

    @pytest.mark.parametrize(
        ("word", "parts"),
        [
            ("river,", ("", "river", ",")),
            ("«l'eau»", ("«", "l'eau", "»")),
            ("...", ("", "...", "")),
            ("", ("", "", "")),
            ("हिन्दी।", ("", "हिन्दी", "।")),
        ],
    )
    def test_words_are_parted_from_marks(self, word, parts):
        assert parted(word) == parts

    def test_both_texts_are_mixed_and_the_answers_have_to_agree(self, trick, model):
        model.eval()
        loader = WorkLoader({"xnli": rows_table()}, [Draw(0, "xnli", (0, 1))], model.text, [trick], 1)
        work = loader[0]
        assert work.view is not None
        wanted = [trick.view(TASKS["xnli"], row, np.random.default_rng(0)) for row in ROWS]
        assert "wide" in wanted[0]["premise"]
        assert "wide" in wanted[0]["hypothesis"]
        logits = [model("xnli", batch) for batch in (work.batch, work.view)]
        losses = [cross_entropy(one, work.gold) for one in logits]
        total = sum(losses) / 2 + trick.alpha * both_ways(*logits)
        assert float(Objective(model, [trick])(work).detach()) == pytest.approx(float(total.detach()), rel=1e-5)
        same = work._replace(view=work.batch)
        assert float(Objective(model, [trick])(same).detach()) == pytest.approx(float(losses[0].detach()), rel=1e-5)

    def test_a_view_with_more_windows_is_left_out(self, trick, model):
        trick.words["de"]["fluss"] = ["x" * 500 + " y" * 200]
        loader = WorkLoader({"xnli": rows_table()}, [Draw(0, "xnli", (0, 1))], model.text, [trick], 1)
        assert loader[0].view is None
        assert math.isfinite(float(Objective(model, [trick])(loader[0]).detach()))


def rows_table() -> Any:
    return Dataset.from_list(ROWS, features=data.features(TASKS["xnli"]))


class TestDictionary:
    def test_translations_are_mutual_nearest_neighbours(self):
        words = {"de": ["haus", "fluss", "gleich"], "en": ["river", "house", "gleich", "odd"]}
        spaces = {
            "de": torch.eye(4)[:3],
            "en": torch.nn.functional.normalize(torch.eye(4)[[1, 0, 2, 0]] + 0.1 * torch.eye(4)[[2, 1, 0, 3]] * 1.0),
        }
        spaces["en"][3] = torch.nn.functional.normalize(torch.tensor([0.7, 0.7, 0.0, 0.7]), dim=0)
        found = dictionary.make_dictionary(words, spaces)
        assert found == {
            "de": {"haus": ["house"], "fluss": ["river"]},  # a word that is spelt alike is no translation
            "en": {"house": ["haus"], "river": ["fluss"]},
        }

    def test_a_word_that_is_near_to_everything_is_nobodys_translation(self):
        one = torch.nn.functional.normalize(torch.tensor([[1.0, 0.2], [0.2, 1.0]]), dim=1)
        other = torch.nn.functional.normalize(torch.tensor([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), dim=1)
        assert sorted(dictionary.mutual(one, other)) == [(0, 1), (1, 2)]

    @pytest.mark.parametrize(
        ("text", "word"),
        [("haus", True), ("हिन्दी", True), ("മലയാളം", True), ("a", False), ("12", False), ("a.b", False)],
    )
    def test_words_are_letters_and_their_marks(self, text, word):
        assert dictionary.is_word(text) == word

    def test_the_program_writes_what_the_trick_reads(self, prepared, encoders, tmp_path, capsys):
        out = tmp_path / "dictionary.jsonl"
        arguments = ["--public", str(prepared / "public"), "--encoder", str(encoders["bert"]), "--out", str(out)]
        assert dictionary.main([*arguments, "--words", "20"]) == 0
        counts = json.loads(capsys.readouterr().out)
        words = dictionary.read_dictionary(out)
        assert {language: len(entries) for language, entries in words.items()} == counts
        for language, entries in words.items():
            for word, others in entries.items():
                assert word not in others
                assert all(
                    any(word in words[code].get(other, []) for code in words if code != language) for other in others
                )
        for wrong, code in ((["--public", "nowhere"], "E207"), (["--encoder", ""], "E233"), (["--words", "0"], "E231")):
            assert dictionary.main([*arguments, *wrong]) == 1
            (line,) = capsys.readouterr().err.splitlines()
            assert line.startswith(code)
