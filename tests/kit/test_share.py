from __future__ import annotations

import json
import random

import pytest
import share
import torch
from datasets import Dataset
from inference import Predictor
from model import Model, collate, targets
from objective import Objective
from share import SHARES, best_share, fit, overlapping, settle
from work import Work

from tests.kit.encoders import KINDS, LABELS, WORDS, odd_examples
from xtreme_tasks.faults import OrganizerFault


def parts(count: int = 400, good: float = 0.0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Loud logits, right as often as wrong but for `good` of them, and quiet ones that help a little."""
    draw = torch.Generator().manual_seed(1)
    gold = torch.randint(0, 2, (count,), generator=draw)
    sign = (2 * gold - 1).float()
    beside = torch.stack([-sign, sign], 1) * 0.3 + torch.randn(count, 2, generator=draw) * 0.3
    loud = torch.where(torch.rand(count, generator=draw) < 0.5 + good / 2, sign, -sign) * 5
    return torch.stack([-loud, loud], 1), beside, gold


def test_who_learnt_by_heart_is_not_believed():
    own, beside, gold = parts()
    assert best_share(own, beside, gold) == 0
    assert best_share(beside, torch.zeros_like(beside), gold) == 1


def test_who_knows_something_is_believed_in_part():
    assert 0 < best_share(*parts(good=0.6)) < 1


def test_the_least_of_equal_shares_counts():
    own, beside, gold = parts()
    assert best_share(torch.zeros_like(own), beside, gold) == SHARES[0] == 0


def logits(model: Model, task: str) -> torch.Tensor:
    with torch.inference_mode():
        return model(task, collate(model.text.encode(task, odd_examples(task)), model.text.limits.pad))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("believed", [0.25, 0.0])
def test_a_share_is_kept_in_the_weights_packed_and_padded_alike(kind, believed, encoders, tmp_path):
    torch.manual_seed(3)
    model = Model.create(encoders[kind], LABELS, 2, "compare", ["pawsx"]).eval()
    features = model.text.encode("pawsx", odd_examples("pawsx"))
    beside = model.beside("pawsx", collate(features, model.text.limits.pad)).detach()
    own, other = logits(model, "pawsx") - beside, logits(model, "xnli")
    assert settle(model, tmp_path, [], believed) == {"pawsx": believed}
    torch.testing.assert_close(logits(model, "pawsx"), believed * own + beside, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(logits(model, "xnli"), other)
    model.save(tmp_path / "model")
    loaded, predictor = Model.load(tmp_path / "model"), Predictor(tmp_path / "model", "cpu", "float32")
    assert loaded.alone == (["pawsx"] if believed == 0 else [])
    found = predictor.logits("pawsx", features)
    torch.testing.assert_close(found, logits(loaded, "pawsx"), atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(found, believed * own + beside, atol=2e-2, rtol=2e-2)  # fp16 on disk


def test_an_encoder_that_is_not_believed_is_not_asked(encoders, tmp_path, monkeypatch):
    model = Model.create(encoders["bert"], LABELS, 2, "compare", ["pawsx"]).eval()
    settle(model, tmp_path, [], 0.0)
    model.save(tmp_path)
    predictor = Predictor(tmp_path, "cpu", "float32")

    def asked(*_, **__):
        raise AssertionError("the encoder was asked")

    monkeypatch.setattr(model.encoder, "forward", asked)
    monkeypatch.setattr("packed.PackedEncoder.__call__", asked)
    assert logits(model, "pawsx").isfinite().all()
    assert len(predictor.predict("pawsx", odd_examples("pawsx"))) == len(odd_examples("pawsx"))
    with pytest.raises(AssertionError, match="was asked"):
        predictor.predict("xnli", odd_examples("xnli"))


def test_the_dev_examples_decide(encoders, tmp_path, monkeypatch):
    model = Model.create(encoders["bert"], LABELS, 2, "compare", ["pawsx"]).eval()
    rows = [
        {
            "id": str(number),
            "sentence1": "the river",
            "sentence2": "a town " * (1 + number % 3),
            "label": "01"[number % 2],
        }
        for number in range(9)
    ]
    for kind, keys in (("inputs", ("id", "sentence1", "sentence2")), ("labels", ("id", "label"))):
        path = tmp_path / "dev" / kind / "pawsx" / "de.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text("".join(json.dumps({key: row[key] for key in keys}) + "\n" for row in rows))
    asked: list[int] = []
    monkeypatch.setattr(share, "best_share", lambda own, beside, gold: asked.append(len(gold)) or 0.5)
    assert settle(model, tmp_path, []) == {"pawsx": 0.5}
    assert asked == [9]
    assert settle(model, tmp_path, [], split="train+dev") == {"pawsx": 1.0}  # seen examples tell nothing
    assert settle(model, tmp_path / "without", []) == {"pawsx": 1.0}


def moved_or_changed(count: int) -> Dataset:
    """Pairs of which half have two words in each other's place (0) and half a word more (1)."""
    draw, rows = random.Random(1), []
    for number in range(count):
        one = draw.sample(WORDS, 8)
        two = one.copy()
        if number % 2:
            two.insert(draw.randrange(8), "eine")
        else:
            a, b = draw.sample(range(8), 2)
            two[a], two[b] = two[b], two[a]
        texts = {"sentence1": " ".join(one), "sentence2": " ".join(two)}
        rows.append({"id": str(number), "language": "de", **texts, "label": str(number % 2)})
    return Dataset.from_list(rows)


def test_the_head_beside_is_fitted_at_once_and_alike_every_time(encoders):
    table = moved_or_changed(120)
    weights = []
    for _ in range(2):
        torch.manual_seed(1)
        model = Model.create(encoders["bert"], LABELS, 2, "compare", ["pawsx"])
        before = {name: value.clone() for name, value in model.state_dict().items()}
        fit(model, {"pawsx": table}, 1)
        changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
        assert changed == {name for name in before if name.startswith("heads.pawsx_overlap.")}
        weights.append(model.state_dict()["heads.pawsx_overlap.4.weight"])
    assert torch.equal(*weights)
    features = model.text.encode("pawsx", table.to_list())
    found = model.beside("pawsx", collate(features, model.text.limits.pad)).argmax(1)
    assert (found == targets(features, table["label"], LABELS["pawsx"])).float().mean() > 0.95


def test_only_a_part_of_very_many_examples_is_looked_at(encoders, monkeypatch):
    model = Model.create(encoders["bert"], LABELS, 2, "compare", ["pawsx"])
    monkeypatch.setattr(share, "FITTED", 10)
    seen: list[int] = []
    encode = model.text.encode
    monkeypatch.setattr(model.text, "encode", lambda task, rows: seen.append(len(rows)) or encode(task, rows))
    fit(model, {"pawsx": moved_or_changed(120)}, 1)
    assert seen == [10]


def test_training_teaches_the_encoder_what_the_head_beside_has_left_to_say(encoders):
    model = Model.create(encoders["bert"], LABELS, 2, "compare", ["pawsx"]).eval()
    features = model.text.encode("pawsx", odd_examples("pawsx"))
    batch = collate(features, model.text.limits.pad)
    gold = torch.zeros(len(features), dtype=torch.long)
    loss = Objective(model, [])(Work(0, "pawsx", batch, gold))
    loss.backward()
    torch.testing.assert_close(loss, torch.nn.functional.cross_entropy(model("pawsx", batch), gold))
    assert model.heads["pawsx_overlap"][-1].weight.grad is None
    assert model.heads["pawsx"][-1].weight.grad.abs().sum() > 0


def test_only_tasks_of_pairs_that_are_learnt_overlap():
    assert overlapping("pawsx,xnli", {"pawsx": None}) == ["pawsx"]
    assert overlapping("", {"pawsx": None}) == []
    with pytest.raises(OrganizerFault, match="E231.*no task of pairs panx"):
        overlapping("panx", {"panx": None})
