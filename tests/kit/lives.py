"""A process that trains in children of its own, and has them killed: `python lives.py KIT`, one JSON object a line.

Asked `{"settings": {...}, "world": 1, "kill_at": 12345}`, it answers `{"codes": [-9], "calls": 12345}`: exit codes, and
how many calls and returns of functions, of Python's and of C's, the first process saw. At number `kill_at` it gets
SIGKILL, wherever that is: in the middle of reading, of learning, or of writing a checkpoint.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from typing import Any


def main() -> None:
    """Answer until the input ends."""
    sys.path.insert(0, sys.argv[1])
    import torch
    import torch._dynamo  # what training would import later: once here instead of once in every life
    import train
    from transformers import AutoModel, AutoTokenizer, BertModel, PreTrainedTokenizerFast  # noqa: F401

    torch.set_num_threads(1)
    for line in sys.stdin:
        print(json.dumps(lives(train, **json.loads(line))), flush=True)


def lives(train: Any, settings: dict[str, Any], world: int = 1, kill_at: int = 0) -> dict[str, Any]:
    """Train in `world` new processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free.getsockname()[1])}
    reader, writer = os.pipe()
    children = []
    for rank in range(world):
        child = os.fork()
        if child == 0:
            os.environ.update(address, WORLD_SIZE=str(world), RANK=str(rank))
            live(train, settings, kill_at, writer if rank == 0 else -1)
        children.append(child)
    os.close(writer)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    with os.fdopen(reader) as stream:
        return {"codes": codes, "calls": int(stream.read() or kill_at)}


def live(train: Any, settings: dict[str, Any], kill_at: int, report: int) -> None:
    """One process's life; never returns."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        sys.setprofile(count)
        train.train(train.Settings(**settings))
        sys.setprofile(None)
        if report >= 0:
            os.write(report, str(calls).encode())
        code = 0
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        raise
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
