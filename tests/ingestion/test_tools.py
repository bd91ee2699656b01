"""What honest teams use works inside, with and without capabilities."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.ingestion import tools
from tests.ingestion.world import CAPABILITIES_OFF, World


@functools.cache
def used(drop: bool) -> tuple[dict[str, str], str]:
    """The letter of every tool, and what was printed."""
    with tempfile.TemporaryDirectory(prefix="tool-") as name:
        world = World(Path(name), limits={"seconds": 60.0}).build(Path(tools.__file__).read_text())
        (world.path("submission") / "weights").write_bytes(b"weights" * 1000)
        outcome = world.run("--show-team-output", drop=drop)
        assert outcome.printed.startswith("ok "), outcome.printed + outcome.errors
        assert list(world.path("temporary").iterdir()) == []
    letters = outcome.errors.splitlines()[-1].removeprefix("TOOLS ")
    return dict(zip(tools.TOOLS, letters, strict=True)), outcome.errors


@pytest.mark.parametrize("drop", [False, True], ids=["all capabilities", "none"])
@pytest.mark.parametrize("name", tools.TOOLS)
def test_tool_works(name: str, drop: bool) -> None:
    if drop and not CAPABILITIES_OFF:
        pytest.skip("capabilities can only be taken from root, with setpriv")
    letters, printed = used(drop)
    assert letters[name] == "y", printed


TORCH = """
import os, sys
import torch
from torch.utils.data import DataLoader, Dataset

class Numbers(Dataset):
    def __len__(self):
        return 64
    def __getitem__(self, index):
        return torch.full((1000,), float(index))

class Submission:
    def __init__(self, folder):
        self.model = torch.nn.Linear(1000, 10)
        torch.save(self.model.state_dict(), "weights.pt")
        self.model.load_state_dict(torch.load("weights.pt", mmap=True, weights_only=True))
        torch.randn(500, 500) @ torch.randn(500, 500)
        if {compile}:
            assert torch.compile(lambda x: (x * 2).relu().sum())(torch.ones(8)) == 16
            return
        for context in ("fork", "spawn"):
            loader = DataLoader(Numbers(), 8, num_workers=2, multiprocessing_context=context)
            with torch.inference_mode():
                assert sum(len(self.model(batch)) for batch in loader) == 64
    def predict(self, task, language, examples):
        if task == "xnli":
            return ["neutral"] * len(examples)
        return [["NOUN"] * len(example["tokens"]) for example in examples]
"""


@pytest.mark.long
@pytest.mark.parametrize("compiled", [False, True], ids=["data loaders", "compile"])
def test_torch_works(compiled: bool) -> None:
    """Data loaders that fork and spawn, weights in mapped memory, OpenMP, and torch.compile with its compiler."""
    pytest.importorskip("torch", reason="torch is not a dependency; install it beside the project to try this")
    if compiled and shutil.which("g++") is None:
        pytest.skip("torch.compile needs a C++ compiler")
    limits = {"seconds": 110.0, "preflight_seconds": 110.0, "memory_mib": 16384}
    with tempfile.TemporaryDirectory(prefix="t-") as name:  # short: a socket's path has at most 107 characters
        world = World(Path(name), limits=limits).build(TORCH.replace("{compile}", str(compiled)))
        outcome = world.run("--show-team-output")
    assert outcome.printed.startswith("ok "), outcome.printed + outcome.errors
