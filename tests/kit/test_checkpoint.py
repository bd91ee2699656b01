"""What a killed run goes on from, and what it refuses to go on from."""

from __future__ import annotations

import io
from typing import Any

import pytest
import torch
from checkpoint import CHECKPOINT, load_checkpoint, restore, run_name, save_checkpoint
from torch import nn

from xtreme_tasks.faults import OrganizerFault


def written(content: Any) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def test_what_was_saved_comes_back(tmp_path):
    assert load_checkpoint(tmp_path, "run") is None
    save_checkpoint(tmp_path, "run", 3, {"model": {"w": torch.arange(3)}})
    (tmp_path / f".{CHECKPOINT}.abc").write_bytes(b"half")
    state = load_checkpoint(tmp_path, "run")
    assert state is not None
    assert state["step"] == 3
    assert torch.equal(state["model"]["w"], torch.arange(3))
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


def test_another_run_is_refused(tmp_path):
    save_checkpoint(tmp_path, "run", 3, {})
    with pytest.raises(OrganizerFault, match="^E233 .*other settings"):
        load_checkpoint(tmp_path, "another")


FOREIGN = {
    "empty": b"",
    "text": b"no archive",
    "half a zip": b"PK\x03\x04 broken",
    "a number": b"\x80\x02K\x01.",
    "an empty stack": b"\x80\x020.",
    "an unknown reference": b"\x80\x02h\x05.",
    "another program's": written({"epoch": 3, "state_dict": {}}),
    "a list": written([1, 2]),
    "half of one": written({"run": "run", "step": 3, "model": {"w": torch.arange(999)}})[:2000],
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_something_else_is_refused(tmp_path, content):
    (tmp_path / CHECKPOINT).write_bytes(content)
    with pytest.raises(OrganizerFault, match="^E202 .*Remove it"):
        load_checkpoint(tmp_path, "run")


def test_settings_data_and_batches_name_a_run():
    names = {run_name({"a": 1}, "x", 2), run_name({"a": 2}, "x", 2), run_name({"a": 1}, "y", 2)}
    assert len(names | {run_name({"a": 1}, "x", 1)}) == 4


def test_a_state_goes_back_where_it_came_from(tmp_path):
    one, other = nn.Linear(2, 2), nn.Linear(2, 2)
    learnt = {name: value for name, value in one.state_dict().items() if name != "bias"}
    restore(tmp_path, {"model": learnt, "part": other.state_dict()}, other, {"bias"}, {"part": nn.Linear(2, 2)})
    assert torch.equal(one.weight, other.weight)
    assert not torch.equal(one.bias, other.bias)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"model": {"weight": torch.zeros(3, 3)}},
        {"model": {"weight": torch.zeros(2, 2), "more": torch.zeros(1)}},
        {"model": {}},
        {"model": {"weight": torch.zeros(2, 2)}, "part": 7},
        {"model": {"weight": torch.zeros(2, 2)}},
    ],
)
def test_a_state_of_other_programs_is_refused(tmp_path, state):
    with pytest.raises(OrganizerFault, match="^E202 .*checkpoint.pt: .*Remove it"):
        restore(tmp_path, state, nn.Linear(2, 2), {"bias"}, {"part": nn.Linear(2, 2)})
