"""Ways to run the baseline's encoder over files as they come, grouped by task and language, in one run and in turns.

    python -m benchmarks.throughput [--encoder FOLDER] [--data FOLDER] [--examples 96] [--languages 3] [--rounds 2]

`--encoder` is a folder that `transformers` reads (the committed figures: 6 layers, 384 wide; without it random weights
of that shape and a tokenizer made from the data), `--data` one in XTREME's layout (without it `XTREME_DIR`, else the
generated sample).

The machine may be shared. So every way is cut into steps, a file each; the steps of all ways take turns; a step's time
is its least over the rounds; and one thread does the work, so that CPU seconds are its own. The rate of the matrix
product is measured in the same way, in turns with them.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.result import save
from organizer.data.sample.write import write_sample

# The kit's modules import each other by bare names, as in a team's zip; ways.py and material.py do so too.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "starting_kit"))
if TYPE_CHECKING:
    from benchmarks.ways import Step

HIDDEN = 384
DTYPES = ("float32", "bfloat16")
SHAPES = ((1024, 1024, 1024), (2048, 384, 1536), (2048, 1536, 384))
"""Products whose rates are measured: a square one and the encoder's two largest (rows, inner, columns)."""
GOAL = (
    "CPU seconds of dynamic padding within a task over those of the kit's unpadded inference, both float32: at least "
    "1.8; with int8 at least 2.3; at least 0.75 of the matrix product's rate"
)


@dataclass
class Clock:
    """Least CPU and wall seconds of each step of one way."""

    cpu: dict[int, float] = field(default_factory=dict)
    wall: dict[int, float] = field(default_factory=dict)

    def measure(self, number: int, step: Step) -> None:
        """Run a step once more."""
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        self.cpu[number] = min(cpu, self.cpu.get(number, cpu))
        self.wall[number] = min(wall, self.wall.get(number, wall))


def in_turns(ways: Mapping[str, Sequence[Step]], rounds: int) -> dict[str, Clock]:
    """Step 1 of every way in a drawn order, step 2 of every way, and so on; all of it `rounds` times."""
    clocks = {name: Clock() for name in ways}
    draw = random.Random(0)
    for _ in range(rounds):
        for number in range(max(map(len, ways.values()))):
            for name in draw.sample(list(ways), len(ways)):
                if number < len(ways[name]):
                    clocks[name].measure(number, ways[name][number])
    return clocks


def products(steps: int) -> dict[str, list[Step]]:
    """A matrix product of each shape and type, four times a step."""
    import torch

    found: dict[str, list[Step]] = {}
    for name in DTYPES:
        for rows, inner, columns in SHAPES:
            left, right = (torch.randn(shape).to(getattr(torch, name)) for shape in ((rows, inner), (inner, columns)))

            def step(left: torch.Tensor = left, right: torch.Tensor = right) -> None:
                for _ in range(4):
                    left @ right

            found[_name(name, (rows, inner, columns))] = [step] * steps
    return found


def _name(dtype: str, shape: tuple[int, int, int]) -> str:
    return f"product {dtype} {shape}"


def _rate(shape: tuple[int, int, int], seconds: float, steps: int) -> float:
    """Operations a second of `steps` steps of four products."""
    rows, inner, columns = shape
    return steps * 4 * 2 * rows * inner * columns / seconds


def measure(encoder: Path | None, data: Path, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All figures."""
    import torch

    from benchmarks.material import make_encoder, read_files, tokenisation
    from benchmarks.ways import Ways

    torch.set_num_threads(1)
    files = read_files(data, options.examples, options.languages)
    source = encoder or make_encoder(folder / "encoder", files, options.hidden)
    ways = Ways(source, files, folder / "model")
    slow = ways.slow_steps(options.share)
    steps = {**ways.steps(), **{name: steps for name, (steps, _) in slow.items()}, **products(len(files))}
    load = os.getloadavg()[0]
    with torch.inference_mode():
        clocks = in_turns(steps, options.rounds)
    parts = {name: part for name, (_, part) in slow.items()}
    cpu, wall = (
        {name: sum(getattr(clock, kind).values()) / parts.get(name, 1) for name, clock in clocks.items()}
        for kind in ("cpu", "wall")
    )
    rates = {dtype: max(_rate(shape, cpu[_name(dtype, shape)], len(files)) for shape in SHAPES) for dtype in DTYPES}
    texts = in_turns(tokenisation(ways, files, source, folder / "model"), max(3, options.rounds))
    names = [*ways.steps(), *slow]
    return {
        "encoder": "given" if encoder else "random weights",
        "layers": ways.model.layers,
        "width": ways.model.encoder.config.hidden_size,
        "data": "generated sample" if options.sample else "XTREME's layout",
        "files": len(files),
        "examples": sum(len(examples) for _, examples in files),
        "sub_words": sum(len(feature.ids) for feature in ways.features),
        "rounds": options.rounds,
        "load_before": load,
        "times_padded_mixed_order": {name: cpu["padded_mixed_order"] / cpu[name] for name in names},
        "times_padded_within_a_task": {name: cpu["padded_within_a_task"] / cpu[name] for name in names},
        "times_padded_within_a_task_wall": {name: wall["padded_within_a_task"] / wall[name] for name in names},
        "share_of_product_rate": {
            name: ways.operations() / cpu[f"unpadded_{name}"] / rate for name, rate in rates.items()
        },
        "product_gigaflops": {name: rate / 1e9 for name, rate in rates.items()},
        "cpu_seconds": {name: cpu[name] for name in names},
        "tokenisation_times_one_by_one_wall": _times(texts, "wall"),
        "tokenisation_times_one_by_one_cpu": _times(texts, "cpu"),
    }


def _times(clocks: Mapping[str, Clock], kind: str) -> dict[str, float]:
    seconds = {name: sum(getattr(clock, kind).values()) for name, clock in clocks.items()}
    return {name: seconds["one_by_one"] / value for name, value in seconds.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, measure, print and save."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("XTREME_DIR"))
    for name, default in (("examples", 96), ("languages", 3), ("rounds", 2), ("share", 16), ("hidden", HIDDEN)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--no-save", action="store_true", help="print only")
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        print("skipped: the baseline needs torch and transformers: pip install -e '.[kit]'")
        return 0
    options.sample = options.data is None
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if options.sample:
            write_sample(folder / "sample", scale=0.02)
        figures = measure(options.encoder, options.data or folder / "sample", options, folder)
    ratio = figures["times_padded_within_a_task"]["unpadded_float32"]
    if options.no_save:
        print(ratio, figures)
    else:
        save("throughput", ratio, figures, GOAL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
