"""Each trick does what its source says."""

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
from inference import Predictor
from model import Model, collate, targets
from objective import Objective
from plan import Draw
from torch.nn.functional import cross_entropy
from transformers import AutoModel
from tricks import TRICKS, dictionary, distil, make_tricks, noisy_labels
from tricks.augment import Augment
from tricks.code_switch import CodeSwitch
from tricks.distil import Distil
from tricks.divergence import both_ways
from tricks.fgm import FGM
from tricks.focal import Focal
from tricks.noisy_labels import Fold, NoisyLabels
from tricks.poly import Poly
from tricks.rdrop import RDrop
from tricks.smoothing import Smoothing
from tricks.trick import Trick
from work import Work, WorkLoader

from tests.kit.conftest import KIT
from tests.kit.encoders import LABELS
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import encode_rows
from xtreme_tasks.tasks import TASKS

ROWS = [
    {
        "id": "1",
        "language": "de",
        "premise": "Der Fluss ist breit .",
        "hypothesis": "Er ist breit",
        "label": "entailment",
    },
    {"id": "2", "language": "de", "premise": "Die Stadt", "hypothesis": "Ein alter Fluss", "label": "neutral"},
]


@pytest.fixture
def model(encoders: dict[str, Path]) -> Model:
    torch.manual_seed(1)
    return Model.create(encoders["bert"], LABELS)


@pytest.fixture
def work(model: Model) -> Work:
    features = model.text.encode("xnli", ROWS)
    gold = targets(features, [row["label"] for row in ROWS], LABELS["xnli"])
    return Work(0, "xnli", collate(features, model.text.limits.pad), gold)


@pytest.fixture
def logits() -> torch.Tensor:
    return torch.randn(7, 5, generator=torch.Generator().manual_seed(2))


@pytest.fixture
def gold() -> torch.Tensor:
    return torch.tensor([0, 1, 2, 3, 4, 0, 1])


def value(model: Model, work: Work, *tricks: Trick) -> float:
    for trick in tricks:
        trick.start(model, {})
    return float(Objective(model, tricks)(work).detach())


class TestLosses:
    def test_focal_weighs_rows_by_how_wrong_they_are(self, logits, gold):
        right = logits.softmax(1)[range(7), gold]
        wanted = -((1 - right) ** 3 * right.log()).mean()
        torch.testing.assert_close(Focal(3.0).loss(logits, gold), wanted)
        torch.testing.assert_close(Focal(0.0).loss(logits, gold), cross_entropy(logits, gold))
        easy, hard = torch.tensor([[9.0, 0.0]]), torch.tensor([[0.0, 9.0]])
        one = torch.tensor([0])
        kept = [Focal(2.0).loss(some, one) / cross_entropy(some, one) for some in (easy, hard)]
        assert kept[0] < 1e-6
        assert kept[1] > 0.99

    def test_poly_adds_the_first_term_of_the_series(self, logits, gold):
        right = logits.softmax(1)[range(7), gold]
        torch.testing.assert_close(Poly(1.5).loss(logits, gold), (-right.log() + 1.5 * (1 - right)).mean())
        torch.testing.assert_close(Poly(0.0).loss(logits, gold), cross_entropy(logits, gold))

    def test_smoothing_is_least_where_the_label_has_its_share_and_no_more(self):
        free = torch.zeros(1, 4, requires_grad=True)
        optimizer = torch.optim.LBFGS([free], max_iter=200)

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            loss = Smoothing(0.2).loss(free, torch.tensor([2]))
            loss.backward()
            return loss

        optimizer.step(closure)
        torch.testing.assert_close(
            free.softmax(1).detach(), torch.tensor([[0.05, 0.05, 0.85, 0.05]]), atol=1e-3, rtol=0
        )

    def test_the_objective_takes_the_replaced_loss(self, model, work):
        model.eval()
        plain = value(model, work)
        assert value(model, work, Smoothing(0.0)) == pytest.approx(plain)
        assert value(model, work, Focal(2.0)) < plain


class TestRDrop:
    def test_without_dropout_it_adds_nothing(self, model, work):
        model.eval()
        assert value(model, work, RDrop(5.0)) == pytest.approx(value(model, work), abs=1e-6)

    def test_with_dropout_it_is_the_mean_of_both_losses_plus_their_divergence(self, model, work):
        model.train()
        torch.manual_seed(3)
        passes = [model("xnli", work.batch) for _ in range(2)]
        wanted = sum(cross_entropy(one, work.gold) for one in passes) / 2 + 5 * both_ways(*passes)
        torch.manual_seed(3)
        assert value(model, work, RDrop(5.0)) == pytest.approx(float(wanted.detach()), rel=1e-5)
        assert float(both_ways(*passes).detach()) > 0

    def test_the_divergence_is_that_of_the_formula(self):
        one, other = torch.tensor([[0.0, math.log(3)]]), torch.tensor([[0.0, 0.0]])
        p, q = np.array([0.25, 0.75]), np.array([0.5, 0.5])
        wanted = ((p * np.log(p / q)).sum() + (q * np.log(q / p)).sum()) / 2
        assert float(both_ways(one, other)) == pytest.approx(wanted)
        assert float(both_ways(other, one)) == pytest.approx(wanted)


class TestFGM:
    @pytest.mark.parametrize("learns", [True, False], ids=["embeddings learn", "embeddings are frozen"])
    def test_weights_stay_as_they_were_to_the_last_bit(self, model, work, learns):
        model.encoder.get_input_embeddings().weight.requires_grad_(learns)
        before = {name: part.clone() for name, part in model.state_dict().items()}
        trick = FGM(1.0)
        trick.start(model, {})
        Objective(model, [trick])(work).backward()
        assert all(torch.equal(part, before[name]) for name, part in model.state_dict().items())
        assert model.heads["xnli"][-1].weight.grad is not None

    def test_every_sentence_moves_by_epsilon_along_its_gradient_and_the_loss_rises(self, model, work):
        model.eval()
        moves, inner = [], model.encoder.get_input_embeddings().weight
        trick = FGM(0.05)
        trick.start(model, {})

        def watch(module: Any, inputs: Any, output: torch.Tensor) -> None:
            moves.append(output.detach().clone())

        model.encoder.get_input_embeddings().register_forward_hook(watch)
        torch.manual_seed(0)
        both = float(Objective(model, [trick])(work).detach())
        plain = float(cross_entropy(model("xnli", work.batch), work.gold).detach())
        torch.testing.assert_close(moves[0], inner[work.batch.ids].detach())
        step = (moves[1] - moves[0]).flatten(1)
        torch.testing.assert_close(step.norm(dim=1), torch.full((2,), 0.05), rtol=1e-3, atol=1e-5)
        assert both - plain > plain  # the loss of the moved sentences is the larger one
        # A step of the same length anywhere else raises it less.
        for seed in range(5):
            random = torch.randn(moves[0].shape, generator=torch.Generator().manual_seed(seed))
            random = 0.05 * random / random.flatten(1).norm(dim=1)[:, None, None]
            trick.tap.moved = random
            elsewhere = float(cross_entropy(model("xnli", work.batch), work.gold).detach())
            trick.tap.moved = None
            assert elsewhere < both - plain

    def test_it_takes_the_batchs_own_first_pass_whatever_the_order(self, model, work):
        model.eval()  # without dropout R-Drop's second pass must change nothing
        ends = [value(model, work, *tricks) for tricks in ([FGM()], [FGM(), RDrop()], [RDrop(), FGM()])]
        # Each start registers one more hook: of several only the one whose trick is asked may act.
        assert ends[1] == pytest.approx(ends[0], rel=1e-4)
        assert ends[2] == pytest.approx(ends[0], rel=1e-4)

    def test_two_batches_in_a_row_are_two_batches(self, model, work):
        model.eval()
        trick = FGM()
        trick.start(model, {})
        objective = Objective(model, [trick, RDrop()])
        other = work._replace(gold=(work.gold + 1) % 3)
        assert [float(objective(one).detach()) for one in (work, other, work)][::2] == pytest.approx(
            [float(objective(work).detach())] * 2
        )


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
    from datasets import Dataset

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
        assert dictionary.main(["--public", "nowhere"]) == 1
        assert capsys.readouterr().err.startswith("E207")


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

    def test_the_program_asks_models_that_did_not_see_the_examples(self, prepared, encoders, tmp_path, capsys):
        out = tmp_path / "suspects.jsonl"
        arguments = ["--public", str(prepared / "public"), "--encoder", str(encoders["bert"]), "--work", str(tmp_path)]
        arguments += ["--tasks", "pawsx,panx", "--languages", "de", "--steps", "2", "--folds", "2", "--out", str(out)]
        assert noisy_labels.main(arguments) == 0
        rows = [json.loads(line) for line in out.read_bytes().splitlines()]
        assert {row["task"] for row in rows} <= {"pawsx", "panx"}
        assert f"panx   {sum(row['task'] == 'panx' for row in rows)} suspects" in capsys.readouterr().out
        settings = [json.loads((tmp_path / f"fold-{n}" / "result.json").read_bytes())["settings"] for n in range(2)]
        assert [one["tricks"] for one in settings] == ["fold:number=0:folds=2", "fold:number=1:folds=2"]


class TestDistil:
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

    def test_texts_without_labels_get_the_teachers(self, saved, prepared):
        public = prepared / "public"
        trick = Distil(str(saved["bert"]), unlabelled=str(public / "dev" / "inputs"))
        tables = dict(data.load(public, "train", ["panx"], ["de"]))
        more = trick.select(tables)["panx"].select(range(len(tables["panx"]), len(tables["panx"]) + 5))
        examples = [{"tokens": row["tokens"]} for row in more]
        assert [row["tags"] for row in more] == Predictor(saved["bert"]).predict("panx", examples)

    def test_a_teacher_must_be_there_and_read_the_same_sub_words(self, saved, model):
        with pytest.raises(OrganizerFault, match="^E201 nowhere"):
            Distil("nowhere").select({})
        trick = Distil(str(saved["xlm-roberta"]))
        trick.select({})
        with pytest.raises(OrganizerFault, match="^E231 .*tokenizer"):
            trick.start(model, {})


class TestNames:
    def test_every_name_makes_its_trick_with_settings(self):
        for name, (_, kind) in TRICKS.items():
            (made,) = make_tricks(name)
            assert type(made).__name__ == kind
        assert make_tricks("rdrop:alpha=4,fgm:epsilon=0.5") == [RDrop(4), FGM(0.5)]
        assert make_tricks("distil:teacher=some/folder") == [Distil("some/folder")]
        assert make_tricks("") == []

    @pytest.mark.parametrize("text", ["magic", "rdrop:beta=1", "rdrop:alpha=x", "rdrop:alpha=-1", "focal,poly", "fgm:"])
    def test_wrong_ones_are_refused(self, text):
        with pytest.raises(OrganizerFault, match="^E231 tricks"):
            make_tricks(text)

    def test_every_module_names_its_source(self):
        for module, _ in set(TRICKS.values()):
            assert "arXiv:" in (KIT / "tricks" / f"{module}.py").read_text(), module
