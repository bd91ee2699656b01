"""Made pairs, splits that are joined, and the head that reads both the first state and the comparison."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import data
import numpy as np
import pytest
import torch
from datasets import Dataset
from packed import compare
from tricks import make_tricks
from tricks.swapped import Swapped, joined, moved, pair, shortened, swapped

from xtreme_tasks.files import encode_rows, part_path
from xtreme_tasks.tasks import TASKS

SENTENCE = [
    ("He", "PRON"),
    ("moved", "VERB"),
    ("from", "ADP"),
    ("Melbourne", "PROPN"),
    ("to", "ADP"),
    ("the", "DET"),
    ("new", "ADJ"),
    ("Wellington", "PROPN"),
    (".", "PUNCT"),
]


def row(language: str = "en") -> dict[str, object]:
    words, tags = zip(*SENTENCE, strict=True)
    return {"id": "1", "language": language, "tokens": list(words), "tags": list(tags)}


def tables(languages: list[str]) -> dict[str, Dataset]:
    text = {"id": "a", "language": "en", "sentence1": "One .", "sentence2": "Two .", "label": "0"}
    return {
        "pawsx": Dataset.from_list(
            [{**text, "id": str(place)} for place in range(40)], features=data.features(TASKS["pawsx"])
        ),
        "udpos": Dataset.from_list([row(code) for code in languages], features=data.features(TASKS["udpos"])),
    }


class TestSwapped:
    def test_only_words_of_the_same_tag_change_places(self):
        for seed in range(20):
            found = swapped(SENTENCE, np.random.default_rng(seed))
            assert [word for word, _ in found] == "He moved from Wellington to the new Melbourne .".split()
            assert [tag for _, tag in found] == [tag for _, tag in SENTENCE]

    def test_without_two_such_words_there_is_no_other_meaning(self):
        assert swapped(SENTENCE[:3], np.random.default_rng(0)) is None
        near = [("Gen.", "PROPN"), ("Pervaiz", "PROPN"), ("left", "VERB")]
        assert swapped(near, np.random.default_rng(0)) is None

    def test_what_may_move_keeps_its_words(self):
        words = [
            ("yes", "INTJ"),
            ("and", "CCONJ"),
            ("no", "INTJ"),
            (",", "PUNCT"),
            ("it", "PRON"),
            ("is", "AUX"),
            (".", "PUNCT"),
        ]
        found = {" ".join(word for word, _ in moved(words, np.random.default_rng(seed))) for seed in range(40)}
        assert found == {"yes and no , it is .", "no and yes , it is .", "it is , yes and no ."}

    def test_only_words_of_little_meaning_go(self):
        found = Counter(joined(shortened(SENTENCE, np.random.default_rng(seed)), "en") for seed in range(60))
        plain = joined(SENTENCE, "en")
        assert set(found) == {
            plain.replace(" the", ""),
            plain.replace(" .", ""),
            plain.replace(" the", "").replace(" .", ""),
        }

    def test_a_pair_says_what_was_done(self):
        made = [pair(row(), "x", np.random.default_rng(seed)) for seed in range(200)]
        for one in made:
            both = one["sentence1"], one["sentence2"]
            other = any("from Wellington" in text for text in both)
            assert one["label"] == ("0" if other else "1")
        assert 60 < sum(one["label"] == "1" for one in made) < 140

    def test_texts_without_blanks(self):
        assert joined([("東京", "PROPN"), ("は", "ADP")], "ja") == "東京は"

    def test_the_table_has_as_many_more_pairs_as_asked(self):
        given = tables(["en"] * 5 + ["de"] * 5)
        found = Swapped(share=0.5).select(given)["pawsx"]
        assert len(found) == 60
        assert set(found["language"]) == {"en"}
        assert found["id"][40:] == [f"made-{number}" for number in range(20)]
        assert Swapped(share=0.5).select(given)["pawsx"].to_list() == found.to_list()
        assert Swapped(share=0.5, seed=2).select(given)["pawsx"].to_list() != found.to_list()

    def test_without_tagged_sentences_nothing_is_made(self):
        alone = tables(["de"])
        assert len(Swapped().select(alone)["pawsx"]) == 40
        assert Swapped().select({"pawsx": alone["pawsx"]}) == {"pawsx": alone["pawsx"]}
        assert make_tricks("swapped:share=2") == [Swapped(2)]


def test_two_splits_are_one_table(tmp_path: Path):
    task = TASKS["pawsx"]
    for split, text in (("train", "One"), ("dev", "Two")):
        answers = [{"id": split, "label": "1"}]
        inputs = [{"id": split, "sentence1": text, "sentence2": text}]
        for kind, rows in (("inputs", inputs), ("labels", answers)):
            path = tmp_path / split / kind / part_path(task.name, "en")
            path.parent.mkdir(parents=True)
            path.write_bytes(encode_rows(rows))
    assert data.load(tmp_path, "train+dev", ["pawsx"])["pawsx"]["id"] == ["train", "dev"]
    assert data.load(tmp_path, "dev", ["pawsx"])["pawsx"]["id"] == ["dev"]


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta"])
def test_a_head_that_reads_both_has_the_same_logits_packed_and_padded(kind, encoders, tmp_path):
    from inference import Predictor
    from model import Model, collate

    from tests.kit.encoders import LABELS

    torch.manual_seed(1)
    model = Model.create(encoders[kind], LABELS, layers=2, pairs="both")
    model.save(tmp_path)
    predictor = Predictor(tmp_path, precision="float32")
    examples = [
        {"premise": "Der Fluss ist breit .", "hypothesis": "Er ist breit"},
        {"premise": "Ja", "hypothesis": "Nein , nie"},
    ]
    features = predictor.text.encode("xnli", examples)
    loaded = Model.load(tmp_path)
    with torch.inference_mode():
        padded = loaded("xnli", collate(features, loaded.text.limits.pad))
    torch.testing.assert_close(predictor.logits("xnli", features), padded, atol=1e-4, rtol=1e-4)


def test_both_is_the_comparison_and_the_first_state():
    hidden = torch.randn(2, 5, 3)
    mask, borders = torch.ones(2, 5, dtype=torch.long), torch.tensor([2, 3])
    found = compare(hidden, mask, borders, "both")
    torch.testing.assert_close(found[:, :12], compare(hidden, mask, borders))
    torch.testing.assert_close(found[:, 12:], hidden[:, 0])
