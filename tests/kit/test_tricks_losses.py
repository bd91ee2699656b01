"""Tricks that change the loss do what their sources say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from model import Model
from objective import Objective
from torch.nn.functional import cross_entropy
from tricks.divergence import both_ways
from tricks.fgm import FGM
from tricks.focal import Focal
from tricks.rdrop import RDrop
from tricks.smoothing import Smoothing
from tricks.trick import Trick
from work import Work


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

    @pytest.mark.parametrize("gamma", [0.0, 1.0, 1.5, 2.0])
    def test_focal_has_a_slope_where_a_row_is_entirely_right(self, gamma):
        sure = torch.tensor([[200.0, 0.0]], requires_grad=True)
        Focal(gamma).loss(sure, torch.tensor([0])).backward()
        assert sure.grad is not None
        assert sure.grad.isfinite().all()

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

    def test_every_sentence_moves_by_its_share_along_its_gradient_and_the_loss_rises(self, model, work):
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
        real = work.batch.mask[:, :, None] * moves[0]
        assert not torch.equal(real, moves[0])  # there is padding, and it has an embedding
        lengths = 0.05 * real.flatten(1).norm(dim=1)
        torch.testing.assert_close(step.norm(dim=1), lengths, rtol=1e-3, atol=1e-5)
        assert both - plain > plain  # the loss of the moved sentences is the larger one
        # A step of the same length anywhere else raises it less.
        for seed in range(5):
            random = torch.randn(moves[0].shape, generator=torch.Generator().manual_seed(seed))
            random *= (lengths / random.flatten(1).norm(dim=1))[:, None, None]
            trick.tap.moved = random
            elsewhere = float(cross_entropy(model("xnli", work.batch), work.gold).detach())
            trick.tap.moved = None
            assert elsewhere < both - plain

    def test_embeddings_twice_as_large_move_twice_as_far(self):
        seen, gradient = torch.rand(2, 3, 4), torch.randn(2, 3, 4)
        mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
        once, twice = (FGM(0.1).step(scale * seen, gradient, mask) for scale in (1, 2))
        torch.testing.assert_close(twice, 2 * once)
        assert not once[1, 2].any()

    def test_small_gradients_are_not_lost_in_half_precision(self, model, work):
        model.eval()
        trick = FGM(0.1)
        trick.start(model, {})
        moves = []

        def watch(module: Any, inputs: Any, output: torch.Tensor) -> None:
            moves.append(output.detach().float().clone())

        model.encoder.get_input_embeddings().register_forward_hook(watch)
        objective = Objective(model, [trick])
        objective.criterion = lambda logits, gold: 2.0**-22 * cross_entropy(logits, gold)  # of rows that are right
        with torch.autocast("cpu", torch.float16):
            objective(work)
        sizes = [(work.batch.mask[:, :, None] * one).flatten(1).norm(dim=1) for one in (moves[1] - moves[0], moves[0])]
        torch.testing.assert_close(sizes[0], 0.1 * sizes[1], rtol=0.01, atol=0)

    def test_a_gradient_that_half_precision_cannot_hold_moves_nothing(self):
        gradient = torch.ones(2, 3, 4)
        gradient[0, 1, 2] = math.inf
        step = FGM(0.1).step(torch.ones(2, 3, 4), gradient, torch.ones(2, 3, dtype=torch.long))
        assert not step[0].any()
        assert step[1].norm() == pytest.approx(0.1 * 12**0.5)

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
