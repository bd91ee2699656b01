from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree

import packed
import pytest
import torch
from features import PAIRS
from inference import Predictor, best_precision, decode
from model import Model, collate, merge

from tests.kit.conftest import KIT
from tests.kit.encoders import KINDS, LABELS, WORDS, odd_examples
from xtreme_tasks.tasks import TASKS


@pytest.fixture(scope="module")
def predictors(saved: dict[str, Path]) -> dict[str, Predictor]:
    return {kind: Predictor(folder, "cpu", "float32") for kind, folder in saved.items()}


@pytest.mark.parametrize("task", list(TASKS))
@pytest.mark.parametrize("kind", KINDS)
def test_packed_logits_are_the_padded_ones(kind, task, saved, predictors, monkeypatch):
    monkeypatch.setitem(sys.modules["inference"].PACK_SIZES, "cpu", 150)  # several packs, some of one feature
    model = Model.load(saved[kind])
    features = model.text.encode(task, odd_examples(task))
    with torch.inference_mode():
        padded = model(task, collate(features, model.text.limits.pad))
    found = predictors[kind].logits(task, features)
    assert padded.abs().mean() > 0.05
    torch.testing.assert_close(found, padded, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_packed_logits_are_the_padded_ones_where_texts_are_compared(kind, encoders, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules["inference"].PACK_SIZES, "cpu", 150)
    Model.create(encoders[kind], LABELS, layers=2, pairs="compare").save(tmp_path / "model")
    model, predictor = Model.load(tmp_path / "model"), Predictor(tmp_path / "model", "cpu", "float32")
    for task in PAIRS:
        features = model.text.encode(task, odd_examples(task))
        with torch.inference_mode():
            padded = model(task, collate(features, model.text.limits.pad))
        found = predictor.logits(task, features)
        assert found.isfinite().all()
        torch.testing.assert_close(found, padded, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", list(TASKS))
def test_every_odd_example_is_answered_in_form(kind, task, predictors):
    examples = odd_examples(task)
    answers = predictors[kind].predict(task, examples)
    assert len(answers) == len(examples)
    for example, answer in zip(examples, answers, strict=True):
        if task in PAIRS:
            assert answer in LABELS[task]
        else:
            assert len(answer) == len(example["tokens"])
            assert set(answer) <= set(LABELS[task])
    assert predictors[kind].predict(task, []) == []


@pytest.mark.parametrize("task", list(TASKS))
def test_the_order_of_the_examples_does_not_matter(task, predictors):
    examples = odd_examples(task)
    order = list(range(len(examples)))
    random.Random(1).shuffle(order)
    shuffled = [examples[place] for place in order]
    predictor = predictors["bert"]
    answers = predictor.predict(task, examples)
    assert predictor.predict(task, shuffled) == [answers[place] for place in order]
    one, two = (predictor.text.encode(task, asked) for asked in (examples, shuffled))
    straight = merge(predictor.logits(task, one), one, len(examples), task)
    for place, logits in zip(order, merge(predictor.logits(task, two), two, len(examples), task), strict=True):
        torch.testing.assert_close(logits, straight[place], atol=1e-5, rtol=1e-4)
    assert not torch.allclose(straight[-1][:3], straight[0][:3], atol=1e-3)


def test_a_neighbour_in_the_pack_changes_nothing(predictors):
    predictor = predictors["xlm-roberta"]
    one, two, other = ({"tokens": WORDS[start : start + 9]} for start in (0, 9, 18))
    first, second = ([one, two], [one, other])
    lengths = [len(feature.ids) for feature in predictor.text.encode("udpos", [*first, *second])]
    assert max(lengths) <= 64
    left, right = (predictor.logits("udpos", predictor.text.encode("udpos", pair)) for pair in (first, second))
    torch.testing.assert_close(left[:9], right[:9], atol=1e-6, rtol=1e-5)
    assert not torch.allclose(left[9:], right[9:], atol=1e-3)


def test_equal_examples_are_computed_once(predictors, monkeypatch):
    seen = []
    text = predictors["bert"].text
    encode = text.encode
    monkeypatch.setattr(text, "encode", lambda task, examples: seen.append(len(examples)) or encode(task, examples))
    pair = {"premise": "a b", "hypothesis": "c"}
    answers = predictors["bert"].predict("xnli", [pair, {**pair, "id": "7"}, {"premise": "c", "hypothesis": "a b"}])
    assert seen == [2]
    assert answers[0] == answers[1]


def test_a_sentence_of_5000_tokens(predictors):
    for kind in ("bert", "xlm-roberta"):
        tokens = random.Random(2).choices(WORDS, k=5000)
        (tags,) = predictors[kind].predict("panx", [{"tokens": tokens}])
        assert len(tags) == 5000
        # Far from all edges the windows see the same as a sentence that begins elsewhere.
        assert len(set(tags)) > 1


@pytest.mark.parametrize("task", list(TASKS))
def test_decoding_agrees_with_merging(task, saved):
    model = Model.load(saved["bert"])
    examples = odd_examples(task)
    features = model.text.encode(task, examples)
    logits = torch.randn(sum(len(feature.heads) for feature in features), len(LABELS[task]))
    names = [f"label {number}" for number in range(len(LABELS[task]))]  # none has a break: iob2.py has its own tests
    numbers = [part.argmax(-1).tolist() for part in merge(logits, features, len(examples), task)]
    slow = [names[own] if task in PAIRS else [names[number] for number in own] for own in numbers]
    fast = decode(logits, features, len(examples), task, names)
    assert fast == slow
    assert len(features) > len(examples)  # some are windows


@pytest.mark.parametrize(("precision", "most"), [("bfloat16", 0.05), ("int8", 0.05)])
def test_lower_precision_is_close(precision, most, saved, predictors):
    predictor = Predictor(saved["xlm-roberta"], "cpu", precision)
    features = predictor.text.encode("panx", odd_examples("panx"))
    exact, found = predictors["xlm-roberta"].logits("panx", features), predictor.logits("panx", features)
    assert 0 < (found - exact).norm() / exact.norm() < most


def test_a_product_of_whole_numbers():
    torch.manual_seed(1)
    weight, bias, rows = torch.randn(48, 32), torch.randn(48), torch.randn(40, 32) * 7
    rows[3] = 0
    found = packed.Linear(weight, bias, torch.float32, int8=True)(rows)
    exact = rows @ weight.t() + bias
    # Each of 32 products is off by at most half a step of either factor.
    step = rows.abs().amax(1, keepdim=True) * weight.abs().amax(1) / 127
    assert ((found - exact).abs() <= 32 * step * 1.01).all()
    assert torch.equal(found[3], bias)
    assert packed.Linear(weight, bias, torch.float32, int8=True)(rows[:0]).shape == (0, 48)


def test_int8_is_refused_where_it_is_not_offered(saved):
    with pytest.raises(ValueError, match="int8 is for a CPU and for encoders like BERT, not cpu, distilbert"):
        Predictor(saved["distilbert"], "cpu", "int8")


def test_precision_follows_the_device(monkeypatch):
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: False)
    assert best_precision("cpu") == "float32"
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    assert best_precision("cpu") == "bfloat16"


def test_a_team_zip_needs_neither_transformers_nor_the_network(saved, tmp_path):
    for name in ("submission.py", "inference.py", "features.py", "iob2.py", "overlap.py", "packed.py"):
        copy(KIT / name, tmp_path)
    copytree(saved["bert"], tmp_path / "model")
    program = (
        "import sys, json\n"
        "sys.modules['transformers'] = None\n"
        "import socket; socket.socket.connect = None\n"
        "from pathlib import Path; from submission import Submission\n"
        "made = Submission(Path('.'))\n"
        "print(json.dumps([made.predict(task, 'de', examples) for task, examples in json.load(sys.stdin)]))\n"
    )
    questions = [(task, odd_examples(task)) for task in TASKS]
    command = [sys.executable, "-c", program]
    asked = json.dumps(questions)
    run = subprocess.run(command, cwd=tmp_path, input=asked, capture_output=True, text=True, check=True)
    here = Predictor(saved["bert"])
    assert json.loads(run.stdout) == [here.predict(task, examples) for task, examples in questions]
