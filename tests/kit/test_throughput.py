"""The benchmark of ways to run the encoder: it runs, its ways see the same examples, its arithmetic is right."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import torch
from model import collate

from benchmarks.throughput import Clock, in_turns, main
from benchmarks.ways import ROW, Ways
from tests.kit.encoders import WORDS

TAGS = [{"tokens": WORDS[start : start + 3 + start % 5]} for start in range(9)]
PAIRS = [{"premise": " ".join(WORDS[start : start + 6]), "hypothesis": WORDS[start]} for start in range(9)]


@pytest.fixture(scope="module")
def ways(encoders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Ways:
    return Ways(encoders["bert"], [("panx", TAGS), ("xnli", PAIRS)], tmp_path_factory.mktemp("model"))


def test_a_small_run_prints_every_figure(capsys):
    options = "--no-save --examples 4 --languages 1 --rounds 1 --hidden 24 --share 2"
    assert main(options.split()) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    figures = ast.literal_eval(line.split(" ", 1)[1])
    assert figures["times_padded_within_a_task"]["padded_within_a_task"] == 1
    assert figures["examples"] == 16
    assert figures["times_padded_mixed_order"].keys() == figures["cpu_seconds"].keys()
    assert len(figures["cpu_seconds"]) == 9
    assert min(figures["cpu_seconds"].values()) > 0


def test_every_way_sees_every_example(ways, monkeypatch):
    seen: list[int] = []
    forward = type(ways.model).forward

    def counting(self, task, batch):
        seen.append(int(batch.mask.sum()))
        return forward(self, task, batch)

    monkeypatch.setattr(type(ways.model), "forward", counting)
    all_sub_words = sum(len(feature.ids) for feature in ways.features)
    for name in ("padded_mixed_order", "padded_within_a_task", "padded_sorted_by_length"):
        seen.clear()
        with torch.inference_mode():
            for step in ways.steps()[name]:
                step()
        assert sum(seen) == all_sub_words, name


@pytest.mark.parametrize("number", [0, 1])
def test_rows_with_a_block_mask_give_the_padded_logits(ways, number):
    task, features = ways.files[number]
    rows = [features[:5], features[5:]]
    with torch.inference_mode():
        found = ways.model.heads[task](ways.read(task, rows, ways.in_rows(rows)))
        padded = ways.model(task, collate(features, ways.pad))
    assert sum(len(feature.ids) for feature in features[:5]) < ROW
    torch.testing.assert_close(found, padded, atol=1e-5, rtol=1e-4)


def test_operations_are_those_of_the_formula(ways):
    # In each of two layers 4 products of 32 by 32 and 2 of 32 by 48; the last one's second half for what is read.
    config = ways.model.encoder.config
    assert (config.hidden_size, config.intermediate_size, config.num_hidden_layers) == (32, 48, 2)
    words = sum(len(feature.ids) for feature in ways.features)
    (_, tags), (_, pairs) = ways.files
    heads = sum(len(feature.heads) for feature in tags) + sum(len(feature.ids) for feature in pairs)
    attention = sum(2 * 2 * len(feature.ids) ** 2 * 32 for feature in ways.features)
    first, second = 3 * 2 * 32 * 32, 2 * 32 * 32 + 2 * 2 * 32 * 48
    assert ways.operations() == 2 * (words * first + attention) + (words + heads) * second


def test_a_step_counts_with_its_least_time():
    calls: list[str] = []
    ways = {"one": [lambda: calls.append("a"), lambda: calls.append("b")], "two": [lambda: calls.append("c")]}
    clocks = in_turns(ways, 3)
    assert sorted(calls) == list("aaabbbccc")
    assert clocks["one"].cpu.keys() == {0, 1}
    clock = Clock({0: -1.0}, {0: 99.0})
    clock.measure(0, lambda: None)
    assert clock.cpu[0] == -1
    assert clock.wall[0] < 99
