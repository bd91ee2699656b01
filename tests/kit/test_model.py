from __future__ import annotations

import json

import pytest
import torch
from model import Model, collate, targets
from safetensors.torch import load_file

from tests.kit.encoders import KINDS, LABELS, odd_examples
from xtreme_tasks.tasks import TASKS


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_model_answers_as_before(kind, layers, encoders, tmp_path):
    model = Model.create(encoders[kind], LABELS, layers).eval()
    model.save(tmp_path / "model")
    loaded = Model.load(tmp_path / "model")
    assert (loaded.labels, loaded.head_layers, loaded.text.limits) == (model.labels, layers, model.text.limits)
    assert not loaded.training
    for task in TASKS:
        features = model.text.encode(task, odd_examples(task))
        batch = collate(features, model.text.limits.pad)
        with torch.inference_mode():
            before, after = model(task, batch), loaded(task, batch)
        assert after.dtype == torch.float32
        assert before.shape == (sum(len(feature.heads) for feature in features), len(LABELS[task]))
        torch.testing.assert_close(after, before, atol=2e-2, rtol=2e-2)  # fp16 on disk


def test_weights_are_fp16_and_nothing_is_left_beside(encoders, tmp_path):
    model = Model.create(encoders["bert"], LABELS)
    model.save(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    assert {value.dtype for value in weights.values()} == {torch.float16}
    assert set(weights) == set(model.state_dict())
    assert not any("pooler" in name for name in weights)
    names = {"config.json", "heads.json", "model.safetensors", "text.json", "tokenizer.json"}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert json.loads((tmp_path / "heads.json").read_bytes())["labels"]["pawsx"] == ["0", "1"]


def test_loss_falls_when_trained_on_a_few_examples(encoders):
    model = Model.create(encoders["xlm-roberta"], LABELS)
    examples = [{"tokens": ["river", "town"]}, {"tokens": ["town"]}]
    features = model.text.encode("panx", examples)
    batch, wanted = (
        collate(features, model.text.limits.pad),
        targets(features, [["O", "B-LOC"], ["B-LOC"]], LABELS["panx"]),
    )
    assert [LABELS["panx"][number] for number in wanted] == ["O", "B-LOC", "B-LOC"]
    optimizer = torch.optim.AdamW(model.parameters(), 5e-3)
    losses = []
    for _ in range(20):
        loss = torch.nn.functional.cross_entropy(model("panx", batch), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 3


def test_targets_of_windows_and_pairs(encoders):
    model = Model.create(encoders["bert"], LABELS)
    tags = [("O", "B-PER", "I-PER")[place % 3] for place in range(300)]
    features = model.text.encode("panx", [{"tokens": ["town"] * 300}])
    assert len(features) > 1
    assert [LABELS["panx"][number] for number in targets(features, [tags], LABELS["panx"])] == tags
    pair = {"premise": "town river " * 90, "hypothesis": "old"}
    features = model.text.encode("xnli", [pair, {"premise": "a", "hypothesis": "b"}])
    wanted = targets(features, ["neutral", "entailment"], LABELS["xnli"]).tolist()
    assert wanted == [2] * (len(features) - 1) + [1]
    assert len(features) > 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_has_a_depth(kind, encoders):
    model = Model.create(encoders[kind], LABELS)
    depths = {name: model.depth(name) for name, _ in model.named_parameters()}
    assert model.layers == 2
    assert set(depths.values()) == {0, 1, 2, 3}
    assert all((depth == 0) == ("embeddings" in name) for name, depth in depths.items())
    assert all((depth == 3) == name.startswith("heads.") for name, depth in depths.items())
