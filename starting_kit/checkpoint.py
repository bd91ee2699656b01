"""What a killed run needs to go on: one file, whole or not there at all."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, sha256, whole_file

CHECKPOINT = "checkpoint.pt"


def run_name(settings: Mapping[str, object], data: str, per_step: int) -> str:
    """What a run is: a digest of its settings, its data's digest and the batches of a step on all devices together."""
    name: str = sha256(dumps([settings, data, per_step]).encode())
    return name


def save_checkpoint(folder: Path, run: str, step: int, state: Mapping[str, Any]) -> None:
    """Write the state after `step` steps; a kill at any moment leaves the old file or the new one.

    Args:
        folder: the run's folder.
        run: names settings and data; only the same run may go on from here.
        step: optimizer steps that are done.
        state: `state_dict`s.

    """
    with whole_file(folder / CHECKPOINT) as stream:
        torch.save({"run": run, "step": step, **state}, stream)


def load_checkpoint(folder: Path, run: str) -> dict[str, Any] | None:
    """The state of this run, None if there is none; what a kill left half written is removed.

    Raises:
        OrganizerFault: E202 (no checkpoint's content), E233 (the folder holds another run).

    """
    path = folder / CHECKPOINT
    for leftover in folder.glob(f".{CHECKPOINT}.*"):
        leftover.unlink(missing_ok=True)
    if not path.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        detail = (str(error).splitlines() or ["it is empty"])[0]
        raise OrganizerFault("E202", str(path), detail, "Remove it to begin anew.") from None
    if state["run"] != run:
        detail = "it is of other settings or other data"
        raise OrganizerFault("E233", str(path), detail, "Choose another --out, or remove it to begin anew.")
    return state
