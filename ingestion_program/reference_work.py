"""What runs in the reference process: a small transformer's forward pass, over and over, as the parent commands.

Run as a script in isolated mode with `BACKEND NUMBER MODEL`. Nothing of the team's is ever in this process, and nothing
of the keys: the parent starts it so that no numerical library is loaded where the keys are.

    parent -> here   8 bytes: seconds (a double)
    here -> parent   1 byte: one step was computed by each worker, so caches are warm
    parent -> here   1 byte: its clock runs
    here -> parent   12 bytes: so many steps were computed, as many as began before the seconds had passed, and the
                     seconds for which the workers computed, all together (a double)

A slice lasts for a time and not for a number of steps: so the steps are a sample of the machine's mean speed over
that time, whatever happened within it.

There is one worker for each core, a process with a single thread that computes steps of its own. One model on all cores
would wait for its slowest thread at every layer: beside a busy neighbour it measures the scheduler and not the machine.
Each stays on its core: two that woke up on the same one would share it for a while, and leave the other one idle. What
counts is their own processor time, so a neighbour on the core makes a slice a smaller sample and not a slower one; what
he takes from the team is measured there (`contention.py`). Idle workers wait in a read, and have no helper threads that
could spin: between slices they take nothing from the team.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

SECONDS, DONE = struct.Struct("!d"), struct.Struct("!Id")
READY, GO = b"r", b"g"
SEED = 20260101
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _SIGKILL = 1, 4, 9

Step = Callable[[], None]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Shape:
    """Size of the model and of its fixed batch."""

    layers: int
    width: int
    heads: int
    batch: int
    length: int


ON_CPU = Shape(layers=2, width=256, heads=4, batch=4, length=16)
ON_GPU = Shape(layers=12, width=768, heads=12, batch=32, length=64)
TEAM_ON_CPU = Shape(layers=4, width=384, heads=6, batch=8, length=24)
"""Larger than a core's caches, as the teams' models are: what `competition calibrate` measures the noise with."""


def numpy_step(shape: Shape) -> Step:
    """One forward pass with numpy, in single precision."""
    import numpy as np

    random = np.random.default_rng(SEED)
    rows, width, inner = shape.batch * shape.length, shape.width, shape.width // shape.heads
    split = (shape.batch, shape.length, shape.heads, inner)

    def weights(*size: int) -> Any:  # noqa: ANN401 - an array
        return (random.standard_normal(size) * 0.02).astype(np.float32)

    layers = [
        (weights(width, 3 * width), weights(width, width), weights(width, 4 * width), weights(4 * width, width))
        for _ in range(shape.layers)
    ]
    start = random.standard_normal((rows, width)).astype(np.float32)

    def normal(x: Any) -> Any:  # noqa: ANN401
        centred = x - x.mean(axis=1, keepdims=True)
        return centred / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(1e-5))

    def attend(x: Any, inward: Any) -> Any:  # noqa: ANN401
        query, key, value = (part.reshape(split).transpose(0, 2, 1, 3) for part in np.split(x @ inward, 3, axis=1))
        scores = np.exp(query @ key.transpose(0, 1, 3, 2) / np.float32(inner**0.5))
        mixed = (scores / scores.sum(axis=3, keepdims=True)) @ value
        return mixed.transpose(0, 2, 1, 3).reshape(rows, width)

    def step() -> None:
        x = start
        for inward, outward, up, down in layers:
            x = x + attend(normal(x), inward) @ outward
            x = x + np.maximum(normal(x) @ up, 0) @ down

    return step


def torch_step(shape: Shape, device: str) -> Step:
    """One forward pass with PyTorch: single precision on a CPU, half precision on a GPU."""
    torch: Any = importlib.import_module("torch")
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    layer = torch.nn.TransformerEncoderLayer(
        shape.width, shape.heads, 4 * shape.width, dropout=0.0, batch_first=True, norm_first=True
    )
    model = torch.nn.TransformerEncoder(layer, shape.layers, enable_nested_tensor=False).eval()
    start = torch.randn(shape.batch, shape.length, shape.width)
    if device == "cuda":
        model, start = model.half().to(device), start.half().to(device)

    def step() -> None:
        with torch.inference_mode():
            model(start)
        if device == "cuda":
            torch.cuda.synchronize()  # a step has ended when the GPU has ended it

    return step


def step_of(backend: str, model: str) -> Step:
    """One step of a backend, `torch-cuda`, `torch-cpu` or `numpy`, with the model `reference` or `team`."""
    shape = ON_GPU if backend == "torch-cuda" else TEAM_ON_CPU if model == "team" else ON_CPU
    if backend == "numpy":
        return numpy_step(shape)
    return torch_step(shape, {"torch-cuda": "cuda", "torch-cpu": "cpu"}[backend])


def steps_within(step: Step, seconds: float, busy: Clock) -> tuple[int, float]:
    """Compute for so long; how many steps began in that time, at least 1, and what they took by the other clock."""
    begin, end = busy(), time.perf_counter() + seconds
    count = 0
    while count == 0 or time.perf_counter() < end:
        step()
        count += 1
    return count, busy() - begin


def _exactly(descriptor: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = os.read(descriptor, size - len(data))
        if not piece:
            os._exit(0)  # the parent has ended
        data += piece
    return data


@dataclass(frozen=True)
class Helper:
    """A worker beside this one, and how to talk to it."""

    reading: int
    writing: int


def _protect() -> None:
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(_SIGKILL), 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, ctypes.c_ulong(0), 0, 0, 0)


def _stay(number: int) -> None:
    """Compute on one core only: workers are spread evenly over those that may be used."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, [cores[number % len(cores)]])


def _helper(step: Step, number: int, busy: Clock) -> Helper:
    """Fork a worker that does what this one does; it needs no second import, and shares the weights."""
    down, up = os.pipe(), os.pipe()
    if os.fork() == 0:
        _protect()
        os.close(down[1])
        os.close(up[0])
        _stay(number)
        _serve(step, down[0], up[1], [], busy)
    os.close(down[0])
    os.close(up[1])
    return Helper(up[0], down[1])


def _serve(step: Step, reading: int, writing: int, helpers: Sequence[Helper], busy: Clock) -> NoReturn:
    """Do slices until the other side closes the pipe."""
    while True:
        command = _exactly(reading, SECONDS.size)
        for helper in helpers:
            os.write(helper.writing, command)
        step()
        for helper in helpers:
            _exactly(helper.reading, len(READY))
        os.write(writing, READY)
        _exactly(reading, len(GO))
        for helper in helpers:
            os.write(helper.writing, GO)
        done = [steps_within(step, SECONDS.unpack(command)[0], busy)]
        done += [DONE.unpack(_exactly(helper.reading, DONE.size)) for helper in helpers]
        os.write(writing, DONE.pack(sum(steps for steps, _ in done), sum(used for _, used in done)))


def main(arguments: Sequence[str]) -> None:
    """Serve with as many workers as there shall be."""
    _protect()
    step = step_of(arguments[0], arguments[2])
    # Work on a GPU is not in the processor time of the process that waits for it.
    busy: Clock = time.perf_counter if arguments[0] == "torch-cuda" else time.process_time
    helpers: list[Helper] = []
    for number in range(1, int(arguments[1])):
        helpers.append(_helper(step, number, busy))
    if arguments[0] != "torch-cuda":
        _stay(0)
    _serve(step, 0, 1, helpers, busy)


if __name__ == "__main__":
    main(sys.argv[1:])
