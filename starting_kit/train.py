"""Train the baseline: one encoder, four heads, all languages. Settings first, then the story from top to bottom.

`python train.py --public public_data --encoder FOLDER_OR_NAME --out run` ends with `run/model`, which submission.py
loads, and `run/result.json`. The same command after a kill goes on where it was and ends with the very same weights.
On several devices: `torchrun --nproc-per-node N train.py ...`, where every step sees N times as many batches.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import data
import torch
import tracker
from checkpoint import load_checkpoint, restore, run_name, save_checkpoint
from dev_scores import Report, dev_report
from encoders import create_model, find_encoder
from inference import Predictor
from model import DEFAULT_ENCODER, Model
from objective import Objective, no_number
from optimizer import Rates, frozen, make_optimizer, make_schedule, open_layers
from options import AT_LEAST_0, AT_LEAST_1, FRACTION, POSITIVE, SEED, Allowed, option, parse_list, parse_options, take
from plan import Table, draw, parse_shares
from processes import spread, start_processes, stop_processes
from share import fit, overlapping, settle
from spent import Spent, as_dict, peak_mib
from torch.nn.utils import clip_grad_norm_
from tqdm import tqdm  # type: ignore[import-untyped]
from tricks import make_tricks
from work import WorkLoader, in_order

from xtreme_tasks.faults import Fault
from xtreme_tasks.files import dumps, write_whole
from xtreme_tasks.tasks import TASKS

PRECISIONS = {"fp32": None, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class Settings:
    """What decides the result of a run; each is an option of the command line."""

    public: str = option("public_data", "folder of the extracted public data")
    out: str = option("run", "folder for checkpoint, model and result")
    encoder: str = option(DEFAULT_ENCODER, "a local folder, a name on the hub, or tiny (for a first try)")
    split: Literal["train", "train+dev"] = option("train", "with train+dev the dev scores are of seen examples: none")
    tasks: str = option("", "like xnli=2,panx=1: tasks and their shares of the batches; empty: all, by size")
    languages: str = option("", "like en,de; empty: all")
    tricks: str = option("", "like rdrop,fgm:epsilon=0.1; see tricks/")
    steps: int = option(2000, "optimizer steps", AT_LEAST_1)
    batch: int = option(16, "examples in a batch", AT_LEAST_1)
    accumulate: int = option(1, "batches in a step, on each device", AT_LEAST_1)
    temperature: float = option(2.0, "1 draws languages and tasks as they come, large values draw them alike", POSITIVE)
    rate: float = option(1e-4, "learning rate of the encoder's last layer", AT_LEAST_0)
    head_rate: float = option(1e-3, "learning rate of the heads", AT_LEAST_0)
    layer_decay: float = option(0.9, "factor of the learning rate from a layer to the one below", POSITIVE)
    weight_decay: float = option(0.01, "of matrices", AT_LEAST_0)
    warmup: float = option(0.1, "fraction of the steps in which the learning rate rises", FRACTION)
    unfreeze: float = option(0.0, "fraction of the steps in which layers start to learn, from the top", FRACTION)
    embeddings: bool = option(False, "whether the embeddings learn, too")
    head_layers: int = option(2, "layers of each head, 1 or 2", Allowed("1 or 2", lambda value: value in (1, 2)))
    pairs: Literal["compare", "first", "both"] = option("compare", "what a pair's head reads, see model.py")
    overlap: str = option("pawsx", "like xnli,pawsx: tasks that also go by the sub-words that both texts share")
    encoder_share: float = option(-1.0, "of the encoder in the tasks of --overlap; below 0: the best on dev examples")
    clip: float = option(1.0, "largest norm of the gradient", POSITIVE)
    precision: Literal["fp32", "bf16", "fp16"] = option("fp32", "of the products; weights are always fp32")
    seed: int = option(1, "the same settings and data give the same weights on the same machine", SEED)
    save_every: int = option(200, "steps between checkpoints", AT_LEAST_1)
    workers: int = option(0, "processes that prepare batches; 0: this one", AT_LEAST_0)
    dev: int = option(200, "dev examples of each task and language to score at the end; 0: none", AT_LEAST_0)


def train(settings: Settings) -> Report | None:
    """The whole run; returns scores on dev examples on the first process, None on the others."""
    device, rank, world = start_processes()
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.manual_seed(settings.seed)
    spent = Spent()

    # What is learnt, and from what.
    tricks = make_tricks(settings.tricks)
    shares, languages = parse_shares(settings.tasks), parse_list(settings.languages)
    tables = data.load(Path(settings.public), settings.split, list(shares), languages)
    data.check_languages(tables, languages)
    labels = {name: task.labels for name, task in TASKS.items()}
    encoder = find_encoder(settings.encoder, tables, Path(settings.out))
    model = create_model(encoder, labels, settings.head_layers, settings.pairs, overlapping(settings.overlap, tables))
    model.to(device)
    for trick in tricks:
        tables = trick.select(tables)
    for trick in tricks:
        trick.start(model, tables)
    fit(model, tables, settings.seed)

    # Every batch of the run is drawn beforehand, so going on after a kill is beginning at a later one.
    per_step = settings.accumulate * world
    known = {name: Table(table["language"], data.lengths(table, TASKS[name])) for name, table in tables.items()}
    draws = draw(known, settings.steps * per_step, settings.batch, settings.temperature, shares, settings.seed)
    work = WorkLoader(tables, draws, model.text, tricks, settings.seed)

    # How it is learnt.
    rates = take(Rates, settings)
    optimizer = make_optimizer(model, rates)
    schedule = make_schedule(optimizer, rates, settings.steps)
    precision = PRECISIONS[settings.precision]
    scaler = torch.amp.GradScaler(device, enabled=precision == torch.float16)
    stateful: dict[str, Any] = {"optimizer": optimizer, "schedule": schedule, "scaler": scaler}
    never = frozen(model, rates)

    # Where a killed run stopped.
    out = Path(settings.out)
    digest = data.digest(tables)
    run = run_name(asdict(settings), digest, per_step)
    state = load_checkpoint(out, run)
    done = state["step"] if state is not None else 0
    if state is not None:
        spent.resume(state["spent"])
        restore(out, state, model, never, stateful)

    objective = Objective(model, tricks)
    learner: Any = None
    batches = in_order(work, range(done * per_step + rank, settings.steps * per_step, world), settings.workers)
    patience = 1 if sys.stderr.isatty() else 60  # a log file gets a line a minute
    bar = tqdm(total=settings.steps, initial=done, disable=rank > 0, unit="step", mininterval=patience)
    for step in range(done, settings.steps):
        if open_layers(model, rates, step / settings.steps) or learner is None:
            learner = spread(objective, device, world)
        loss = torch.zeros(())
        for turn in range(settings.accumulate):
            batch = next(batches).to(device)
            # Dropout depends on the batch's number alone: not on what ran before, nor on the number of devices.
            torch.manual_seed(settings.seed * 1_000_003 + batch.number)
            last = world == 1 or turn + 1 == settings.accumulate
            with contextlib.nullcontext() if last else learner.no_sync():
                with torch.autocast(device, precision, enabled=precision is not None):
                    part = learner(batch) / settings.accumulate
                scaler.scale(part).backward()
            loss += part.detach().cpu()
        scaler.unscale_(optimizer)
        norm = clip_grad_norm_(model.parameters(), settings.clip)
        if fault := no_number(step + 1, loss, *([] if scaler.is_enabled() else [norm])):
            bar.close()
            raise fault
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad(set_to_none=True)
        schedule.step()
        bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
        bar.update()
        spent.keep()
        if rank == 0 and ((step + 1) % settings.save_every == 0 or step + 1 == settings.steps):
            learnt = {name: value for name, value in model.state_dict().items() if name not in never}
            parts = {name: part.state_dict() for name, part in stateful.items()}
            save_checkpoint(out, run, step + 1, {"model": learnt, "spent": spent.read(), **parts})
    bar.close()
    taken = spent.read()
    stop_processes(world)
    return finish(settings, model.eval(), run, digest, taken) if rank == 0 else None


def finish(settings: Settings, model: Model, run: str, digest: str, taken: Sequence[float]) -> Report:
    """Save the model, score it, and write the result."""
    out, public = Path(settings.out), Path(settings.public)
    tasks, languages = list(parse_shares(settings.tasks)), parse_list(settings.languages)
    shares = settle(model, public, languages, settings.encoder_share, settings.split)
    model.save(out / "model")
    limit = settings.dev if settings.split == "train" else 0
    report = dev_report(Predictor(out / "model"), public, tasks, languages, limit)
    used = {**as_dict(taken), "peak_mib": peak_mib(), "encoder_share": shares}
    result = {"run": run, "data": digest, "settings": asdict(settings), **used, "dev": report.as_dict()}
    write_whole(out / "result.json", dumps(result).encode() + b"\n")
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Train with the settings of the command line; every fault is one line."""
    try:
        settings = parse_options(Settings, arguments, "Train one model for all tasks and languages.")
        report = train(settings)
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    if report is not None:
        print(report)
        tracker.log("train", json.loads((Path(settings.out) / "result.json").read_bytes()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
