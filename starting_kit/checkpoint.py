"""What a killed run needs to go on: one file, whole or not there at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, sha256, whole_file

CHECKPOINT = "checkpoint.pt"
ANEW = "Remove it to begin anew."
ANYWHERE = ("out", "save_every", "workers", "dev", "encoder_share")
"""Settings that do not change what is learnt: a killed run may go on with other ones."""


def run_name(settings: Mapping[str, object], data: str, per_step: int) -> str:
    """What a run is: a digest of its settings, its data's digest and the batches of a step on all devices together."""
    deciding = {name: value for name, value in settings.items() if name not in ANYWHERE}
    name: str = sha256(dumps([deciding, data, per_step]).encode())
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
        OrganizerFault: E202 (no checkpoint of train.py, or a damaged one), E233 (the folder holds another run).

    """
    path = folder / CHECKPOINT
    for leftover in folder.glob(f".{CHECKPOINT}.*"):
        leftover.unlink(missing_ok=True)
    if not path.is_file():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # the unpickler raises whatever damaged bytes make its instructions raise
        detail = (str(error).splitlines() or ["it is empty"])[0]
        raise OrganizerFault("E202", str(path), detail, ANEW) from None
    if not isinstance(state, dict) or not {"run", "step"} <= state.keys():
        raise OrganizerFault("E202", str(path), "it is no checkpoint of train.py", ANEW)
    if state["run"] != run:
        detail = "it is of other settings or other data"
        raise OrganizerFault("E233", str(path), detail, "Choose another --out, or remove it to begin anew.")
    return state


def restore(
    folder: Path, state: Mapping[str, Any], model: nn.Module, never: Collection[str], parts: Mapping[str, Any]
) -> None:
    """Put a state back where it came from.

    Args:
        folder: the run's folder.
        state: what `load_checkpoint` gave.
        model: takes `state["model"]`.
        never: names of the parameters that do not learn, so that they are in no checkpoint.
        parts: what takes the state of the same name.

    Raises:
        OrganizerFault: E202 (written by another version of the programs: other parameters).

    """
    try:
        found = model.load_state_dict(state["model"], strict=False)
        for name, part in parts.items():
            part.load_state_dict(state[name])
    except (RuntimeError, KeyError, ValueError, TypeError) as error:
        raise OrganizerFault("E202", str(folder / CHECKPOINT), (str(error).splitlines() or [""])[0], ANEW) from None
    if odd := sorted({*found.missing_keys, *found.unexpected_keys} - {*never}):
        raise OrganizerFault("E202", str(folder / CHECKPOINT), f"it differs in {odd[0]} from the model", ANEW)
