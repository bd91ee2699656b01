"""The plan of a run, learning rates, settings, and one run from data to a saved model that answers."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
import torch
from checkpoint import CHECKPOINT, load_checkpoint, run_name, save_checkpoint
from inference import Predictor
from model import Model
from optimizer import Rates, depths, frozen, make_optimizer, make_schedule, open_layers
from options import option, parse_options
from plan import WINDOW, Table, draw, parse_shares
from train import Settings, main, train

from tests.kit.conftest import KIT
from tests.kit.encoders import LABELS
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

RATES = Rates(rate=1e-3, head_rate=1e-2, layer_decay=0.5, weight_decay=0.1, warmup=0.2, unfreeze=0.0, embeddings=False)


@pytest.fixture
def tables() -> dict[str, Table]:
    """One task with a large and a small language, one with one language."""
    large, small = 900, 100
    lengths = [5 + place * 7919 % 200 for place in range(large + small)]
    return {"xnli": Table(["de"] * large + ["sw"] * small, lengths), "panx": Table(["en"] * 250, [10] * 250)}


class TestPlan:
    def test_the_same_seed_gives_the_same_batches(self, tables):
        plans = [draw(tables, 50, 8, 2.0, {}, seed) for seed in (1, 1, 2)]
        assert plans[0] == plans[1] != plans[2]
        assert [one.number for one in plans[0]] == list(range(50))
        assert {len(one.rows) for one in plans[0]} == {8}

    @pytest.mark.parametrize("temperature", [1.0, 2.0, 100.0])
    def test_temperature_levels_tasks_and_languages(self, tables, temperature):
        plan = draw(tables, 4000, 8, temperature, {}, 1)
        tasks = Counter(one.task for one in plan)
        ratio = tasks["xnli"] / tasks["panx"]
        assert ratio == pytest.approx(4 ** (1 / temperature), rel=0.15)
        drawn = Counter(tables["xnli"].languages[row] for one in plan if one.task == "xnli" for row in one.rows)
        assert drawn["de"] / drawn["sw"] == pytest.approx(9 ** (1 / temperature), rel=0.1)

    def test_shares_replace_the_sizes(self, tables):
        tasks = Counter(one.task for one in draw(tables, 4000, 2, 2.0, {"xnli": 1.0, "panx": 3.0}, 1))
        assert tasks["panx"] / tasks["xnli"] == pytest.approx(3, rel=0.15)

    def test_all_examples_of_a_language_come_before_one_comes_again(self, tables):
        plan = draw({"panx": tables["panx"]}, 125, 4, 2.0, {}, 1)  # twice as many as there are
        assert set(Counter(row for one in plan for row in one.rows).values()) == {2}

    def test_neighbours_in_length_share_a_batch(self, tables):
        plan = draw({"xnli": tables["xnli"]}, 10 * WINDOW, 8, 1.0, {}, 1)
        lengths = tables["xnli"].lengths
        padded = sum(max(lengths[row] for row in one.rows) * len(one.rows) for one in plan)
        assert padded < 1.15 * sum(lengths[row] for one in plan for row in one.rows)
        longest = [max(lengths[row] for row in one.rows) for one in plan]
        assert longest != sorted(longest)

    def test_shares_are_read(self):
        assert parse_shares("") == {}
        assert parse_shares("xnli,panx") == {"xnli": 0.0, "panx": 0.0}
        assert parse_shares("xnli=2,panx=0.5") == {"xnli": 2.0, "panx": 0.5}

    @pytest.mark.parametrize("text", ["squad", "xnli=0", "xnli=-1", "xnli=x", "xnli=inf", "xnli=nan", "xnli=1,panx"])
    def test_wrong_shares_are_refused(self, text):
        with pytest.raises(OrganizerFault, match="^E231 tasks"):
            parse_shares(text)


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


class TestCheckpoint:
    def test_what_was_saved_comes_back(self, tmp_path):
        assert load_checkpoint(tmp_path, "run") is None
        save_checkpoint(tmp_path, "run", 3, {"model": {"w": torch.arange(3)}})
        (tmp_path / f".{CHECKPOINT}.abc").write_bytes(b"half")
        state = load_checkpoint(tmp_path, "run")
        assert state is not None
        assert state["step"] == 3
        assert torch.equal(state["model"]["w"], torch.arange(3))
        assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]

    def test_another_run_is_refused(self, tmp_path):
        save_checkpoint(tmp_path, "run", 3, {})
        with pytest.raises(OrganizerFault, match="^E233 .*other settings"):
            load_checkpoint(tmp_path, "another")

    @pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 broken"])
    def test_something_else_is_refused(self, tmp_path, content):
        (tmp_path / CHECKPOINT).write_bytes(content)
        with pytest.raises(OrganizerFault, match="^E202 .*Remove it"):
            load_checkpoint(tmp_path, "run")

    def test_settings_data_and_batches_name_a_run(self):
        names = {run_name({"a": 1}, "x", 2), run_name({"a": 2}, "x", 2), run_name({"a": 1}, "y", 2)}
        assert len(names | {run_name({"a": 1}, "x", 1)}) == 4


@dataclass(frozen=True)
class Some:
    """Settings of a program."""

    count: int = option(3, "how many")
    loud: bool = option(False, "whether")
    kind: Literal["a", "b"] = option("a", "which")


def test_every_setting_is_an_option(capsys):
    assert parse_options(Some, [], "Some.") == Some()
    assert parse_options(Some, ["--count", "4", "--loud", "--kind", "b"], "Some.") == Some(4, True, "b")
    for wrong in (["--kind", "c"], ["--count", "x"], ["--other", "1"]):
        with pytest.raises(SystemExit):
            parse_options(Some, wrong, "Some.")
    assert "invalid choice" in capsys.readouterr().err


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

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["--public", "nowhere"], "E207"),
            (["--tricks", "magic"], "E231"),
            (["--tasks", "squad"], "E231"),
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
    folder = Path(prepared, "public", "dev")
    examples, labels = (
        [json.loads(line) for line in (folder / kind / "pawsx/de.jsonl").read_bytes().splitlines()[:10]]
        for kind in ("inputs", "labels")
    )
    right = [answer == row["label"] for answer, row in zip(predictor.predict("pawsx", examples), labels, strict=True)]
    assert report.scores.score == pytest.approx(100 * sum(right) / len(right))
    assert str(report).splitlines()[-1].startswith("score")
    assert dev_report(predictor, prepared / "public", [], [], 0).as_dict() == {}
