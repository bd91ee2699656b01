"""A killed run that goes on ends with the weights of one that was left alone; so does one on two devices."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from checkpoint import CHECKPOINT
from train import Settings

from tests.kit import lives
from tests.kit.conftest import KIT

Live = Callable[..., dict[str, Any]]
STEPS = 16


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """Asks lives.py."""
    command = [sys.executable, "-B", lives.__file__, str(KIT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(settings: Settings, **how: int) -> dict[str, Any]:
            process.stdin.write(json.dumps({"settings": asdict(settings), **how}) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            return answer

        yield ask
        process.stdin.close()
        assert process.wait() == 0


def settings(prepared: Path, encoders: dict[str, Path], out: Path, **changes: Any) -> Settings:
    usual: dict[str, Any] = {"languages": "de", "tasks": "pawsx=1,panx=1", "batch": 4}
    usual |= {"steps": STEPS, "save_every": 2, "dev": 0}
    usual |= {"tricks": "rdrop,augment", "unfreeze": 0.5, "warmup": 0.2}
    return Settings(str(prepared / "public"), str(out), str(encoders["bert"]), **{**usual, **changes})


def state(out: Path) -> dict[str, Any]:
    return dict(torch.load(out / CHECKPOINT, weights_only=True))


def same(one: Any, other: Any) -> bool:
    """Whether two states are the same to the last bit."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def check_kills(live: Live, make: Callable[..., Settings], folder: Path, kills: int) -> None:
    whole, killed = make(folder / "whole"), make(folder / "killed")
    work = live(whole)["calls"] - live(replace(whole, out=str(folder / "short"), steps=1))["calls"]
    overhead = live(whole)["calls"]  # goes on where nothing is left to do: reading, and writing the model
    assert work > 0
    draw = random.Random(kills)
    reached = []
    for number in range(kills):
        at = draw.randrange(1, overhead) if number == 0 else int(overhead + draw.uniform(0, work / kills))
        assert live(killed, kill_at=at) == {"codes": [-9], "calls": at}
        reached.append(state(folder / "killed")["step"] if (folder / "killed" / CHECKPOINT).is_file() else 0)
    assert live(killed)["codes"] == [0]
    assert 0 < max(reached) < whole.steps
    ends = [state(folder / name) for name in ("whole", "killed")]
    for end in ends:
        assert min(end.pop("spent")[:2]) > 0  # wall clock and processor; energy may be not measured
    assert ends[0]["step"] == whole.steps
    assert same(*ends)
    models = [(folder / name / "model" / "model.safetensors").read_bytes() for name in ("whole", "killed")]
    assert models[0] == models[1]
    assert not list((folder / "killed").glob(f".{CHECKPOINT}.*"))


def test_killed_three_times_the_weights_are_the_same(live, prepared, encoders, tmp_path):
    check_kills(live, lambda out: settings(prepared, encoders, out), tmp_path, kills=3)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("tricks", ["", "fgm,augment", "rdrop,focal"])
def test_killed_ten_times_the_weights_are_the_same(live, prepared, encoders, tmp_path, tricks):
    check_kills(live, lambda out: settings(prepared, encoders, out, tricks=tricks, steps=40), tmp_path, 10)


def test_another_seed_gives_other_weights(live, prepared, encoders, tmp_path):
    ends = []
    for seed in (1, 1, 2):
        made = settings(prepared, encoders, tmp_path / f"{len(ends)}", seed=seed, steps=3)
        assert live(made)["codes"] == [0]
        ends.append(state(Path(made.out))["model"])
    assert same(ends[0], ends[1])
    assert not same(ends[0], ends[2])


@pytest.mark.parametrize("tricks", ["", "rdrop,fgm"])
def test_two_processes_learn_what_one_learns_from_the_same_batches(live, prepared, encoders, tmp_path, tricks):
    usual = {"tricks": tricks, "steps": 6, "tasks": "xnli=1,panx=1"}  # some heads are not used in some batches
    alone = settings(prepared, encoders, tmp_path / "alone", accumulate=4, **usual)
    two = settings(prepared, encoders, tmp_path / "two", accumulate=2, **usual)
    assert live(alone)["codes"] == [0]
    assert live(two, world=2)["codes"] == [0, 0]
    ends = [state(Path(made.out)) for made in (alone, two)]
    assert ends[0]["run"] != ends[1]["run"]
    assert ends[0]["model"].keys() == ends[1]["model"].keys()
    for name, value in ends[0]["model"].items():
        if not name.endswith("key.bias"):  # attention does not depend on it, so Adam's steps there are rounding errors
            torch.testing.assert_close(value, ends[1]["model"][name], rtol=1e-4, atol=1e-6, msg=name)
