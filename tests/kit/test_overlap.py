from __future__ import annotations

import itertools
import json
import random
from collections import Counter

import pytest
import torch
from features import PAIRS
from hypothesis import given
from hypothesis import strategies as st
from inference import Predictor
from model import Model, collate
from overlap import COUNT, MOST, overlap

from tests.kit.encoders import KINDS, LABELS, odd_examples

TEXTS = st.lists(st.integers(0, 6), max_size=9)
NAMES = (
    "common_one common_two same_words same only_one_none only_two_none only_one only_two longer pairs triples "
    "descents moved moved_share begin end"
).split()


def numbers(one: str, two: str) -> dict[str, float]:
    return dict(zip(NAMES, overlap([ord(x) for x in one], [ord(x) for x in two]), strict=True))


def test_there_is_a_name_for_every_number():
    assert len(NAMES) == COUNT


def test_two_words_in_each_others_place():
    found = numbers("abcdef", "aecdbf")
    assert (found["same_words"], found["same"], found["only_one"], found["only_two"]) == (1, 0, 0, 0)
    assert found["moved"] == 2 / MOST  # all but two stay in order
    assert found["descents"] == 2 / MOST  # e before c, d before b
    assert (found["begin"], found["end"]) == (1 / 6, 1 / 6)
    assert found["pairs"] == 1 / 5  # cd


def test_another_word_is_none_that_moved():
    found = numbers("abcdef", "abxdef")
    assert (found["moved"], found["descents"], found["same_words"]) == (0, 0, 0)
    assert (found["only_one"], found["only_two"]) == (1 / MOST, 1 / MOST)
    assert (found["begin"], found["end"]) == (2 / 6, 3 / 6)
    assert found["common_one"] == found["common_two"] == 5 / 6


def test_a_text_in_a_longer_one():
    found = numbers("abc", "abcabcd")
    assert (found["common_one"], found["common_two"]) == (1, 3 / 7)
    assert (found["only_one_none"], found["only_two_none"]) == (1, 0)
    assert found["longer"] == 1  # twice as long, one more counted in each


@given(TEXTS, TEXTS)
def test_numbers_are_bounded_and_of_both_texts_alike(one, two):
    found, turned = (dict(zip(NAMES, overlap(*texts), strict=True)) for texts in ((one, two), (two, one)))
    assert all(-1 <= value <= 1 for value in found.values())
    swapped = {"common_one": "common_two", "only_one_none": "only_two_none", "only_one": "only_two"}
    swapped |= {other: name for name, other in swapped.items()}
    for name, value in found.items():
        if name not in ("longer", "descents"):
            assert turned[swapped.get(name, name)] == pytest.approx(value)
    assert turned["longer"] == pytest.approx(-found["longer"])
    assert (found["same"] == 1) == (one == two)
    assert (found["same_words"] == 1) == (Counter(one) == Counter(two))


@given(st.lists(st.integers(0, 20), max_size=7, unique=True), st.randoms(use_true_random=False))
def test_what_moved_is_what_must_go_for_the_rest_to_stand_in_order(one, draw):
    two = one.copy()
    draw.shuffle(two)
    places = [two.index(piece) for piece in one]
    longest = max(
        len(chosen)
        for size in range(len(places) + 1)
        for chosen in itertools.combinations(places, size)
        if list(chosen) == sorted(chosen)
    )
    found = dict(zip(NAMES, overlap(one, two), strict=True))
    assert found["moved"] == (len(one) - longest) / MOST


def test_only_the_tasks_that_ask_for_numbers_carry_them(encoders):
    model = Model.create(encoders["bert"], LABELS, overlapping=["pawsx", "panx"])
    assert model.overlapping == ["pawsx"]  # tags have no second text
    for task in PAIRS:
        features = model.text.encode(task, odd_examples(task))
        assert {len(feature.overlap) for feature in features} == ({COUNT} if task == "pawsx" else {0})


@pytest.mark.parametrize("kind", KINDS)
def test_answers_depend_on_the_numbers_packed_and_padded_alike(kind, encoders, tmp_path):
    torch.manual_seed(2)
    Model.create(encoders[kind], LABELS, 2, "compare", list(PAIRS)).save(tmp_path / "model")
    model, predictor = Model.load(tmp_path / "model"), Predictor(tmp_path / "model", "cpu", "float32")
    assert model.overlapping == sorted(PAIRS)
    for task in PAIRS:
        features = predictor.text.encode(task, odd_examples(task))
        with torch.inference_mode():
            batch = collate(features, model.text.limits.pad)
            padded, without = model(task, batch), model(task, batch._replace(overlap=torch.zeros_like(batch.overlap)))
        torch.testing.assert_close(predictor.logits(task, features), padded, atol=2e-5, rtol=1e-4)
        assert not torch.allclose(padded, without, atol=1e-3)


def test_a_model_that_was_saved_before_there_were_numbers_still_answers(encoders, tmp_path):
    Model.create(encoders["bert"], LABELS, 2, "compare").save(tmp_path)
    heads = json.loads((tmp_path / "heads.json").read_bytes())
    del heads["overlap"]
    (tmp_path / "heads.json").write_text(json.dumps(heads))
    assert Model.load(tmp_path).overlapping == []
    assert len(Predictor(tmp_path, "cpu", "float32").predict("pawsx", odd_examples("pawsx"))) == len(
        odd_examples("pawsx")
    )


def test_the_numbers_alone_tell_moved_words_from_other_changes(encoders):
    """What the head beside the encoder is for: it learns in some steps what the encoder would need thousands for."""
    draw = random.Random(1)
    model = Model.create(encoders["bert"], LABELS, 2, "compare", ["pawsx"])
    head = model.heads["pawsx_overlap"]
    rows, gold = [], []
    for _ in range(200):
        one = draw.sample(range(100), 12)
        two, label = one.copy(), draw.randrange(2)
        if label:
            two.insert(draw.randrange(12), 200)
        else:
            a, b = draw.sample(range(12), 2)
            two[a], two[b] = two[b], two[a]
        rows.append(overlap(one, two))
        gold.append(label)
    batch, wanted = torch.tensor(rows), torch.tensor(gold)
    optimizer = torch.optim.AdamW(head.parameters(), 1e-2)
    for _ in range(60):
        loss = torch.nn.functional.cross_entropy(head(batch), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (head(batch).argmax(1) == wanted).float().mean() > 0.95
