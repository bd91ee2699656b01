"""Learning rates, settings, and one run from data to a saved model that answers."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
import torch
from checkpoint import CHECKPOINT
from inference import Predictor
from model import Model
from objective import Objective
from optimizer import Rates, depths, frozen, make_optimizer, make_schedule, open_layers
from options import AT_LEAST_1, option, parse_options
from train import Settings, main, train

from tests.kit.conftest import KIT
from tests.kit.encoders import LABELS
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

RATES = Rates(rate=1e-3, head_rate=1e-2, layer_decay=0.5, weight_decay=0.1, warmup=0.2, unfreeze=0.0, embeddings=False)


@pytest.fixture(scope="module")
def model(encoders) -> Model:
    return Model.create(encoders["bert"], LABELS)


@pytest.fixture(scope="module")
def usual(prepared, encoders) -> Settings:
    changes = {"tasks": "xnli=1,panx=2", "languages": "de,zh", "batch": 8, "save_every": 1000}
    return Settings(str(prepared / "public"), "", str(encoders["bert"]), **changes)


class TestRates:
    def test_the_rate_falls_from_layer_to_layer(self, model):
        optimizer = make_optimizer(model, RATES)
        rates = {id(one): group["lr"] for group in optimizer.param_groups for one in group["params"]}
        found = {name: rates.get(id(one)) for name, one in model.named_parameters()}
        for name, depth in depths(model).items():
            wanted = {0: 1e-2, 1: 1e-3, 2: 5e-4, 3: None}[depth]  # heads, two layers, embeddings
            assert found[name] == wanted, name
        assert {name for name, rate in found.items() if rate is None} == frozen(model, RATES)
        assert all("embeddings" in name for name in frozen(model, RATES))

    def test_biases_and_norms_do_not_decay(self, model):
        for group in make_optimizer(model, replace(RATES, embeddings=True)).param_groups:
            assert {one.ndim > 1 for one in group["params"]} == {group["weight_decay"] > 0}

    def test_layers_open_from_the_top(self, model):
        rates = replace(RATES, unfreeze=0.5, embeddings=True)
        known = depths(model)

        def learning() -> set[int]:
            return {known[name] for name, one in model.named_parameters() if one.requires_grad}

        seen = []
        for step in range(12):
            changed = open_layers(model, rates, step / 12)
            if step:
                assert changed == (learning() != seen[-1])
            seen.append(learning())
        assert seen == [{0}] * 2 + [{0, 1}] * 2 + [{0, 1, 2}] * 2 + [{0, 1, 2, 3}] * 6
        assert open_layers(model, RATES, 0.0)
        assert learning() == {0, 1, 2}

    def test_the_rate_rises_then_falls_to_nothing(self):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        schedule = make_schedule(optimizer, RATES, 10)
        seen = []
        for _ in range(10):
            seen.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        assert seen[:2] == [0.5, 1.0]
        assert all(one > other for one, other in pairwise(seen[1:]))
        assert 0 < seen[-1] < 0.2


@dataclass(frozen=True)
class Some:
    """Settings of a program."""

    count: int = option(3, "how many", AT_LEAST_1)
    loud: bool = option(False, "whether")
    kind: Literal["a", "b"] = option("a", "which")


def test_every_setting_is_an_option(capsys):
    assert parse_options(Some, [], "Some.") == Some()
    assert parse_options(Some, ["--count", "4", "--loud", "--kind", "b"], "Some.") == Some(4, True, "b")
    for wrong in (["--kind", "c"], ["--count", "x"], ["--other", "1"]):
        with pytest.raises(SystemExit):
            parse_options(Some, wrong, "Some.")
    assert "invalid choice" in capsys.readouterr().err
    for wrong in ("0", "-3"):
        with pytest.raises(OrganizerFault, match=f"^E231 --count: .*{wrong} is not 1 or more"):
            parse_options(Some, ["--count", wrong], "Some.")


def test_the_script_fits_on_a_few_screens():
    assert len((KIT / "train.py").read_text().splitlines()) <= 200


class TestRun:
    def test_it_learns_and_what_it_saves_answers(self, usual, tmp_path):
        changes = {"tasks": "udpos", "languages": "de", "steps": 150, "rate": 5e-3, "embeddings": True, "dev": 20}
        settings = replace(usual, out=str(tmp_path), **changes)
        report = train(settings)
        assert report is not None
        result = json.loads((tmp_path / "result.json").read_bytes())
        assert result["settings"]["steps"] == 150
        assert result["dev"]["score"] == pytest.approx(report.scores.score)
        assert set(result["dev"]["tasks"]["udpos"]["languages"]) == {"de"}
        assert min(result["seconds"], result["processor_seconds"], result["peak_mib"]) > 0
        assert report.scores.score > 15  # a constant answer gets about 0
        example = {"tokens": ["Anna", "singt", "."]}
        (answer,) = Predictor(tmp_path / "model").predict("udpos", [example])
        assert len(answer) == 3
        assert set(answer) <= set(TASKS["udpos"].labels)

    def test_bfloat16_learns_about_the_same(self, usual, tmp_path):
        ends = []
        for precision in ("fp32", "bf16"):
            train(replace(usual, out=str(tmp_path / precision), steps=3, dev=0, precision=precision))
            ends.append(torch.load(tmp_path / precision / CHECKPOINT, weights_only=True)["model"])
        for name, value in ends[0].items():
            assert value.dtype == torch.float32
            torch.testing.assert_close(value, ends[1][name], atol=5e-3, rtol=0.1, msg=name)
        assert not all(torch.equal(value, ends[1][name]) for name, value in ends[0].items())

    def test_other_processes_may_prepare_the_batches(self, usual, tmp_path):
        ends = []
        for workers in (0, 2):
            train(replace(usual, out=str(tmp_path / str(workers)), steps=3, dev=0, workers=workers, tricks="augment"))
            ends.append(torch.load(tmp_path / str(workers) / CHECKPOINT, weights_only=True)["model"])
        assert all(torch.equal(value, ends[1][name]) for name, value in ends[0].items())

    def test_a_run_with_other_settings_does_not_go_on(self, usual, tmp_path):
        train(replace(usual, out=str(tmp_path), steps=1, dev=0))
        with pytest.raises(OrganizerFault, match="^E233"):
            train(replace(usual, out=str(tmp_path), steps=1, dev=0, rate=1.0))
        train(replace(usual, out=str(tmp_path), steps=1, dev=0, save_every=7))  # decides nothing

    @pytest.mark.parametrize("what", ["loss", "gradient's norm"])
    def test_a_run_without_numbers_ends_and_its_checkpoint_stays(self, usual, tmp_path, monkeypatch, what):
        plain = Objective.forward

        def broken(self, work):
            loss = plain(self, work)
            if work.number != 2:
                return loss
            # A square root's slope is infinite at 0: the loss stays as it is.
            return loss * math.nan if what == "loss" else loss + (loss - loss.detach()).abs().sqrt()

        monkeypatch.setattr(Objective, "forward", broken)
        with pytest.raises(OrganizerFault, match=f"^E231 step 3: .*the {what} is .*--rate"):
            train(replace(usual, out=str(tmp_path), steps=5, dev=0, save_every=1))
        state = torch.load(tmp_path / CHECKPOINT, weights_only=True)
        assert state["step"] == 2
        assert all(value.isfinite().all() for value in state["model"].values())
        assert not (tmp_path / "model").exists()

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["--public", "nowhere"], "E207"),
            (["--tricks", "magic"], "E231"),
            (["--tasks", "squad"], "E231"),
            (["--languages", "de,xx"], "E207"),
            (["--encoder", ""], "E233"),
            *((["--" + name, "0"], "E231") for name in ("save-every", "batch", "accumulate", "steps", "temperature")),
            *((["--" + name, "1.5"], "E231") for name in ("warmup", "unfreeze")),
            (["--head-layers", "3"], "E231"),
            (["--rate", "nan"], "E231"),
            (["--clip", "inf"], "E231"),
            (["--seed", "-1"], "E231"),
            (["--dev", "-1"], "E231"),
        ],
    )
    def test_wrong_use_is_one_line(self, usual, tmp_path, capsys, arguments, code):
        given = ["--public", usual.public, "--encoder", usual.encoder, "--out", str(tmp_path), *arguments]
        assert main(given) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(code)


def test_the_scores_are_those_of_the_platform(saved, prepared):
    from dev_scores import dev_report

    predictor = Predictor(saved["bert"])
    report = dev_report(predictor, prepared / "public", ["pawsx"], ["de"], 10)
    assert re.fullmatch(r"1 of \d+ parts, 10 each [0-9a-f]{4}", report.as_dict()["on"])
    folder = Path(prepared, "public", "dev")
    examples, labels = (
        [json.loads(line) for line in (folder / kind / "pawsx/de.jsonl").read_bytes().splitlines()[:10]]
        for kind in ("inputs", "labels")
    )
    right = [answer == row["label"] for answer, row in zip(predictor.predict("pawsx", examples), labels, strict=True)]
    assert report.scores.score == pytest.approx(100 * sum(right) / len(right))
    assert str(report).splitlines()[-1].startswith("score")
    assert dev_report(predictor, prepared / "public", [], [], 0).as_dict() == {}
