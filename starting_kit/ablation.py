"""Each switch on its own: what it does to the scores, and what it costs.

`python ablation.py --public public_data --encoder FOLDER_OR_NAME` runs what is not there yet, one JSON file for each
switch and seed, and can be killed and started again; `--table ablation.md` makes the table of what there is and runs
nothing. Seeds may run side by side, each with its own `--work`.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean
from typing import Any, Literal

from options import option, parse_list, parse_options
from train import Settings as Training
from train import train
from tricks import dictionary, distil, noisy_labels

from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.files import encode_rows, read_file, write_whole
from xtreme_tasks.tasks import TASKS

BASE = "base"


@dataclass(frozen=True)
class Settings:
    """Options of the command line."""

    public: str = option("public_data", "folder of the extracted public data")
    encoder: str = option("", "a local folder or a name on the hub")
    words: str = option("", "encoder for the dictionary of code_switch; empty: the same")
    results: str = option("ablation", "folder of the results")
    work: str = option("ablation-work", "folder of the runs; may be removed afterwards")
    seeds: str = option("1,2", "seeds of each switch")
    only: str = option("", "like base,rdrop: these switches; empty: all")
    languages: str = option("ar,de,en,es,fr,hi,ja,ko,ru,tr,zh", "languages of all runs")
    tasks: str = option("xnli=3,pawsx=1,udpos=2,panx=4", "shares of the tasks")
    steps: int = option(300, "optimizer steps of all runs")
    rate: float = option(2e-4, "learning rate of all runs")
    precision: Literal["fp32", "bf16"] = option("fp32", "of all runs but the one about precision")
    dev: int = option(100, "dev examples of each task and language")
    table: str = option("", "file to write the table to; runs nothing")


@dataclass(frozen=True)
class Arm:
    """One row of the table: a switch, what it is, the settings it changes, and the row it is compared with."""

    name: str
    what: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    against: str = BASE


ARMS = (
    Arm(BASE, "the settings above, no switch"),
    Arm("rdrop", "R-Drop: two passes agree", {"tricks": "rdrop"}),
    Arm("fgm", "FGM: adversarial embeddings", {"tricks": "fgm"}),
    Arm("focal", "focal loss, gamma 2", {"tricks": "focal"}),
    Arm("smoothing", "label smoothing 0.1", {"tricks": "smoothing"}),
    Arm("augment", "text augmentation", {"tricks": "augment"}),
    Arm("code_switch", "code-switching with consistency", {"tricks": "code_switch:dictionary={work}/dictionary.jsonl"}),
    Arm("student", "encoder cut to layers 0 and 2", {"encoder": "{work}/student"}),
    Arm(
        "distil",
        "the same student, taught by `base`",
        {"encoder": "{work}/student", "tricks": "distil:teacher={work}/base-{seed}/model"},
        "student",
    ),
    Arm("pairs_first", "pairs by the first sub-word's state", {"pairs": "first"}),
    Arm("pairs_both", "pairs by that state and the comparison", {"pairs": "both"}),
    Arm("overlap_none", "no numbers of shared sub-words", {"overlap": ""}),
    Arm("overlap_xnli", "such numbers for XNLI, too", {"overlap": "pawsx,xnli"}),
    Arm("encoder_share_1", "the encoder fully believed beside them", {"encoder_share": 1.0}),
    Arm("swapped", "made pairs for PAWS-X from tagged sentences", {"tricks": "swapped"}),
    Arm("head_layers_1", "one layer in each head instead of two", {"head_layers": 1}),
    Arm("layer_decay_1", "one learning rate for all layers", {"layer_decay": 1.0}),
    Arm("unfreeze", "gradual unfreezing in the first 30 % of the steps", {"unfreeze": 0.3}),
    Arm("embeddings", "embeddings learn, too", {"embeddings": True}),
    Arm("temperature_1", "languages as they come (temperature 1)", {"temperature": 1.0}),
    Arm("temperature_5", "languages nearly alike (temperature 5)", {"temperature": 5.0}),
    Arm("precision", "the other precision (fp32 or bf16)", {"precision": ""}),
    Arm("noisy_labels", "without suspected labels", {"tricks": "noisy_labels:suspects={work}/suspects.jsonl"}),
)


def run(settings: Settings) -> None:
    """Run every switch with every seed, except what has its result already.

    Raises:
        OrganizerFault: see `train.train`.

    """
    work, chosen = Path(settings.work), parse_list(settings.only)
    for arm in (arm for arm in ARMS if not chosen or arm.name in chosen):
        for seed in map(int, parse_list(settings.seeds)):
            path = Path(settings.results) / f"{arm.name}-{seed}.json"
            if path.is_file():
                continue
            _materials(settings, arm.name, work)
            made = training(settings, arm, seed)
            train(made)
            row = {"arm": arm.name, "seed": seed, **json.loads((Path(made.out) / "result.json").read_bytes())}
            row["settings"] |= dict.fromkeys(("public", "out", "encoder", "tricks"), "")  # paths of this machine
            write_whole(path, json.dumps(row, indent=1).encode() + b"\n")
            (Path(made.out) / "checkpoint.pt").unlink()
            if arm.name != BASE:
                shutil.rmtree(made.out)
            print(path, f"{row['dev']['score']:.2f}", flush=True)


def training(settings: Settings, arm: Arm, seed: int) -> Training:
    """The settings of one run."""
    common = {
        name: getattr(settings, name) for name in ("public", "encoder", "languages", "tasks", "steps", "rate", "dev")
    }
    plain = Training(
        **common,
        precision=settings.precision,
        seed=seed,
        out=str(Path(settings.work) / f"{arm.name}-{seed}"),
    )
    names = {"work": settings.work, "seed": seed}
    changes: dict[str, Any] = {
        name: value.format(**names) if isinstance(value, str) else value for name, value in arm.changes.items()
    }
    if "precision" in changes:
        changes["precision"] = "fp32" if plain.precision == "bf16" else "bf16"
    return replace(plain, **changes)


def _materials(settings: Settings, name: str, work: Path) -> None:
    """What a switch needs before its first run."""
    if name in ("student", "distil") and not (work / "student" / "config.json").is_file():
        distil.cut(settings.encoder, [0, 2], work / "student")
    if name == "code_switch" and not (work / "dictionary.jsonl").is_file():
        encoder = settings.words or settings.encoder
        dictionary.write(dictionary.Settings(settings.public, encoder, str(work / "dictionary.jsonl")))
    if name == "noisy_labels" and not (work / "suspects.jsonl").is_file():
        names = ("public", "encoder", "languages", "tasks", "steps", "rate", "precision")
        common = {key: getattr(settings, key) for key in names}
        suspects = noisy_labels.find(noisy_labels.Settings(**common, work=str(work / "folds")))
        write_whole(work / "suspects.jsonl", encode_rows(suspects))


def table(results: Path) -> str:
    """The page, from the results that there are.

    Raises:
        OrganizerFault: E201 without any result of `base`.

    """
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for path in sorted(results.glob("*.json")):
        row = json.loads(read_file(path))
        rows.setdefault(row["arm"], {})[row["seed"]] = row
    if BASE not in rows:
        raise OrganizerFault("E201", str(results), "no result of base there", "Run the ablation first.")
    used = next(iter(rows[BASE].values()))["settings"]
    lines = [_line(arm, rows[arm.name], rows[arm.against]) for arm in ARMS if arm.name in rows and arm.against in rows]
    missing = [f"`{arm.name}`" for arm in ARMS if arm.name not in rows]
    left = f"\nNot run: {', '.join(missing)}.\n" if missing else ""
    own = [row["dev"]["score"] for row in rows[BASE].values()]
    noise = f" Between its own seeds `base` differs by {max(own) - min(own):.2f}:\na smaller difference says nothing."
    return HEAD.format(**used, noise=noise if len(own) > 1 else "") + "\n".join(lines) + "\n" + left + FOOT


HEAD = """# Ablation

Each switch of `train.py` on its own, with everything else as in `base`: {steps} steps of {batch} examples, learning
rate {rate}, {precision}, shares of the tasks {tasks}, languages {languages}; scores are those of the first {dev} dev
examples of each task and language. Made by `starting_kit/ablation.py`, which goes on where it was stopped, from one
file for each run in `benchmarks/results/ablation`.

The difference is to the row that is named (else `base`): the mean over the seeds, then seed by seed. Time is processor
seconds of training, loading included, as a multiple of that row's.{noise}

| switch | what it is | XNLI | PAWS-X | UD-POS | PAN-X | score | difference | by seed | in every seed | time |
|---|---|---:|---:|---:|---:|---:|---:|---|---|---:|
"""
FOOT = ""


def _line(arm: Arm, own: Mapping[int, dict[str, Any]], other: Mapping[int, dict[str, Any]]) -> str:
    common = sorted(own.keys() & other.keys())
    apart = [own[seed]["dev"]["score"] - other[seed]["dev"]["score"] for seed in common]
    scores = [mean(row["dev"]["tasks"][name]["score"] for row in own.values()) for name in TASKS]
    scores.append(mean(row["dev"]["score"] for row in own.values()))
    if arm.name == BASE or not common:
        rest = ["", ", ".join(f"{row['dev']['score']:.2f}" for row in own.values()), ""]
    else:
        verdict = "better" if min(apart) > 0 else "worse" if max(apart) < 0 else "no"
        seeds = ", ".join(f"{value:+.2f}" for value in apart)
        rest = [f"{mean(apart):+.2f}", seeds, verdict if len(apart) > 1 else f"{verdict} (one seed)"]
    times = [own[seed]["processor_seconds"] / other[seed]["processor_seconds"] for seed in common]
    name = f"`{arm.name}`" + (f" (to `{arm.against}`)" if arm.against != BASE else "")
    cells = [name, arm.what, *(f"{score:.2f}" for score in scores), *rest, f"{mean(times):.2f}" if times else ""]
    return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, or make the table; every fault is one line."""
    try:
        settings = parse_options(Settings, arguments, "Train with each switch on its own.")
        if settings.table:
            write_whole(Path(settings.table), table(Path(settings.results)).encode())
        else:
            run(settings)
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
