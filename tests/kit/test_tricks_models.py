"""Tricks that ask other models: removal of wrong labels, and distillation."""

from __future__ import annotations

import json

import data
import numpy as np
import pytest
import torch
from inference import Predictor, decode
from model import Model, collate
from objective import Objective
from torch.nn.functional import cross_entropy
from transformers import AutoModel
from tricks import distil, noisy_labels
from tricks.distil import Distil
from tricks.noisy_labels import Fold, NoisyLabels

from tests.kit.encoders import LABELS, ROWS
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import encode_rows
from xtreme_tasks.tasks import TASKS


class TestNoisyLabels:
    def test_wrong_labels_are_found_worst_first(self):
        random = np.random.default_rng(1)
        truth = random.integers(0, 3, 300)
        probabilities = np.full((300, 3), 0.05)
        probabilities[range(300), truth] = 0.9
        names = TASKS["xnli"].labels
        rows = [{"id": f"{place}", "label": names[label]} for place, label in enumerate(truth)]
        wrong = set(range(0, 300, 30))
        for place in wrong:
            rows[place]["label"] = names[(truth[place] + 1) % 3]
        found = noisy_labels.suspects(TASKS["xnli"], rows, list(probabilities))
        assert {int(row["id"]) for row in found} == wrong
        assert all(row["quality"] < 0.1 for row in found)

    def test_sentences_with_a_wrong_tag_are_found(self):
        labels = TASKS["panx"].labels
        random = np.random.default_rng(1)
        rows, probabilities = [], []
        for place in range(60):
            tags = random.integers(0, 7, 6)
            sure = np.full((6, 7), 0.02)
            sure[range(6), tags] = 0.88
            probabilities.append(sure)
            if place in (3, 40):
                tags[2] = (tags[2] + 3) % 7
            rows.append({"id": f"{place}", "tags": [labels[tag] for tag in tags]})
        found = noisy_labels.suspects(TASKS["panx"], rows, probabilities)
        assert {row["id"] for row in found} == {"3", "40"}

    def test_the_trick_leaves_the_worst_out_and_never_more_than_its_share(self, prepared, tmp_path):
        tables = dict(data.load(prepared / "public", "train", ["panx", "pawsx"], ["de", "zh"]))
        ids = tables["panx"]["id"]
        rows = [{"task": "panx", "id": one, "quality": place / len(ids)} for place, one in enumerate(ids)]
        (tmp_path / "s.jsonl").write_bytes(encode_rows(rows))
        kept = NoisyLabels(str(tmp_path / "s.jsonl"), most=0.25).select(tables)
        assert list(kept["panx"]["id"]) == list(ids)[len(ids) // 4 :]
        assert len(kept["pawsx"]) == len(tables["pawsx"])

    def test_folds_part_the_data(self, prepared):
        tables = dict(data.load(prepared / "public", "train", ["panx"], ["de"]))
        parts = [Fold(number, 3).select(tables)["panx"]["id"] for number in range(3)]
        assert all(
            len(tables["panx"]) == len(part) + len(Fold(n, 3).places(len(tables["panx"]), True))
            for n, part in enumerate(parts)
        )
        left_out = [set(tables["panx"]["id"]) - set(part) for part in parts]
        assert set.union(*left_out) == set(tables["panx"]["id"])
        assert sum(map(len, left_out)) == len(tables["panx"])

    def test_the_program_asks_models_that_did_not_see_the_examples(
        self, prepared, encoders, tmp_path, capsys, monkeypatch
    ):
        out = tmp_path / "suspects.jsonl"
        arguments = ["--public", str(prepared / "public"), "--encoder", str(encoders["bert"]), "--work", str(tmp_path)]
        arguments += ["--tasks", "pawsx,panx", "--languages", "de", "--steps", "2", "--folds", "2", "--out", str(out)]
        assert noisy_labels.main(arguments) == 0
        rows = [json.loads(line) for line in out.read_bytes().splitlines()]
        assert {row["task"] for row in rows} <= {"pawsx", "panx"}
        assert f"panx   {sum(row['task'] == 'panx' for row in rows)} suspects" in capsys.readouterr().out
        monkeypatch.setattr(noisy_labels, "CLEANLAB", "no_such_package")
        assert noisy_labels.main([*arguments, "--work", str(tmp_path / "never")]) == 1
        assert capsys.readouterr().err.startswith("E201 no_such_package: ")
        assert not (tmp_path / "never").exists()  # said before the folds are trained
        settings = [json.loads((tmp_path / f"fold-{n}" / "result.json").read_bytes())["settings"] for n in range(2)]
        assert [one["tricks"] for one in settings] == ["fold:number=0:folds=2", "fold:number=1:folds=2"]


class TestDistil:
    @pytest.fixture(scope="class")
    @classmethod
    def teachers(cls, encoders, tmp_path_factory):
        """Two models over the same encoder whose heads differ."""
        folders = [tmp_path_factory.mktemp("teacher") for _ in range(2)]
        for seed, folder in enumerate(folders):
            torch.manual_seed(seed)
            made = Model.create(encoders["bert"], LABELS)
            with torch.no_grad():
                for part in made.heads.parameters():
                    part.mul_(4)
            made.save(folder)
        return folders

    def test_a_student_keeps_the_layers_that_were_named(self, encoders, tmp_path, capsys):
        out = tmp_path / "student"
        assert distil.main(["--encoder", str(encoders["bert"]), "--layers", "1", "--out", str(out)]) == 0
        whole, cut = (AutoModel.from_pretrained(folder) for folder in (encoders["bert"], out))
        assert cut.config.num_hidden_layers == 1
        one, other = whole.encoder.layer[1].state_dict(), cut.encoder.layer[0].state_dict()
        assert all(torch.equal(part, other[name]) for name, part in one.items())
        assert Model.create(out, LABELS).text.encode("panx", [{"tokens": ["Fluss"]}])
        for wrong, name in (("7", "bert"), ("x", "bert"), ("0", "distilbert")):
            assert distil.main(["--encoder", str(encoders[name]), "--layers", wrong, "--out", str(out)]) == 1
            assert "E231" in capsys.readouterr().err
        for wrong in ("", "tiny"):
            assert distil.main(["--encoder", wrong, "--out", str(out)]) == 1
            (line,) = capsys.readouterr().err.splitlines()
            assert line.startswith("E233")

    @pytest.mark.parametrize(("weight", "temperature"), [(0.5, 2.0), (1.0, 1.0)])
    def test_the_loss_is_that_of_the_formula(self, model, work, saved, weight, temperature):
        model.eval()
        trick = Distil(str(saved["bert"]), weight, temperature)
        trick.select({})
        trick.start(model, {})
        teacher = Model.load(saved["bert"])("xnli", work.batch).detach()
        own = model("xnli", work.batch).detach()
        p, q = ((one / temperature).softmax(1) for one in (teacher, own))
        apart = (p * (p.log() - q.log())).sum(1).mean() * temperature**2
        wanted = (1 - weight) * cross_entropy(own, work.gold) + weight * apart
        loss = Objective(model, [trick])(work)
        assert float(loss.detach()) == pytest.approx(float(wanted), rel=1e-4)
        loss.backward()
        assert all(one.grad is None for one in trick.held[0].parameters())

    def test_several_teachers_teach_the_mean_of_their_probabilities(self, model, work, teachers):
        model.eval()
        trick = Distil("+".join(map(str, teachers)), weight=1.0, temperature=3.0)
        trick.select({})
        trick.start(model, {})
        probabilities = [(Model.load(one)("xnli", work.batch).detach() / 3).softmax(1) for one in teachers]
        p, q = sum(probabilities) / 2, (model("xnli", work.batch).detach() / 3).softmax(1)
        wanted = (p * (p.log() - q.log())).sum(1).mean() * 3**2
        assert not torch.allclose(*probabilities)
        assert float(Objective(model, [trick])(work).detach()) == pytest.approx(float(wanted), rel=1e-4)

    def test_several_teachers_label_by_the_mean_of_their_probabilities(self, teachers):
        predictors = [Predictor(one) for one in teachers]
        tagged = [{"tokens": ["Der", "Fluss", "ist"]}, {"tokens": ["Stadt"]}]
        models = [Model.load(one) for one in teachers]
        for name, examples in (("xnli", ROWS), ("panx", tagged)):
            task = TASKS[name]
            features = models[0].text.encode(name, examples)
            batch = collate(features, models[0].text.limits.pad)
            with torch.no_grad():
                mean = sum(one(name, batch).softmax(1) for one in models) / 2
            wanted = decode(mean.log(), features, len(examples), name, task.labels)
            assert distil.pseudo_labels(predictors, task, examples) == wanted
        with pytest.raises(OrganizerFault, match="^E201 nowhere"):
            Distil(f"{teachers[0]}+nowhere").select({})

    def test_texts_without_labels_get_the_teachers(self, saved, prepared):
        public = prepared / "public"
        trick = Distil(str(saved["bert"]), unlabelled=str(public / "dev" / "inputs"))
        tables = dict(data.load(public, "train", ["panx"], ["de"]))
        more = trick.select(tables)["panx"].select(range(len(tables["panx"]), len(tables["panx"]) + 5))
        examples = [{"tokens": row["tokens"]} for row in more]
        assert [row["tags"] for row in more] == Predictor(saved["bert"]).predict("panx", examples)

    def test_a_teacher_reads_no_more_of_pairs_than_the_student(self, model, encoders, tmp_path):
        Model.create(encoders["bert"], LABELS, overlapping=["pawsx"]).save(tmp_path)
        trick = Distil(str(tmp_path))
        trick.select({})
        with pytest.raises(OrganizerFault, match="^E231 tricks distil: .*--overlap pawsx"):
            trick.start(model, {})

    def test_a_teacher_must_be_there_and_read_the_same_sub_words(self, saved, model):
        with pytest.raises(OrganizerFault, match="^E201 nowhere"):
            Distil("nowhere").select({})
        trick = Distil(str(saved["xlm-roberta"]))
        trick.select({})
        with pytest.raises(OrganizerFault, match="^E231 .*tokenizer"):
            trick.start(model, {})
