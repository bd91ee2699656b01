"""One process, or one for each device: what `torchrun` starts, and nothing to do without it."""

from __future__ import annotations

import os

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


def start_processes() -> tuple[str, int, int]:
    """Join the other processes, if there are any; returns this one's device, its rank and their number."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it matrix products differ from run to run
    world = int(os.environ.get("WORLD_SIZE", "1"))
    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    if world > 1:
        distributed.init_process_group("nccl" if on_gpu else "gloo")
    return "cuda" if on_gpu else "cpu", int(os.environ.get("RANK", "0")), world


def stop_processes(world: int) -> None:
    """Wait for the others and part from them."""
    if world > 1:
        distributed.barrier()
        distributed.destroy_process_group()


def spread(module: nn.Module, device: str, world: int) -> nn.Module:
    """The module as it learns on all devices; wrap anew after its set of learning parameters changed.

    Batches have different tasks on different devices, so in each step some heads get no gradient on some devices.
    """
    if world == 1:
        return module
    devices = [torch.cuda.current_device()] if device == "cuda" else None
    return DistributedDataParallel(module, device_ids=devices, find_unused_parameters=True)
