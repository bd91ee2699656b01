"""Fast answers from a saved model: what `submission.py` does with the folder that `Model.save` wrote.

    predictor = Predictor(Path("model"))
    answers = predictor.predict("panx", examples)

It needs torch, tokenizers and safetensors; `transformers` is imported only for an encoder that packed.py does not know.
All examples of a call are encoded at once, equal ones computed once, sorted by length, packed, and put back in order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import iob2
import torch
from features import PAIRS, Example, Feature, TextEncoder
from overlap import BESIDE
from packed import Linear, PackedEncoder, by_length, packs
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import gelu

Precision = Literal["auto", "float32", "bfloat16", "int8"]
Rows = Callable[[str, Sequence[Feature]], Tensor]
"""Task and features, sorted by length, to logits [rows, labels]."""
PACK_SIZES = {"cpu": 2048, "cuda": 32768}
"""Sub-words of a pack: what a CPU's caches hold, what keeps a GPU busy."""


class Predictor:
    """A saved model that answers."""

    def __init__(self, folder: Path, device: str | None = None, precision: Precision = "auto") -> None:
        """Load a model; nothing is asked of the network.

        Args:
            folder: what `Model.save` wrote.
            device: `cpu` or `cuda`; a GPU where there is one if not given.
            precision: `auto` takes bfloat16 where the device computes in it, else float32. `int8` is for a CPU and
                changes an answer here and there: compare the scores before you use it.

        Raises:
            ValueError: `int8` for a GPU or for an encoder that packed.py does not know.

        """
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.precision = best_precision(self.device) if precision == "auto" else precision
        self.text = TextEncoder.load(folder)
        heads = json.loads((folder / "heads.json").read_bytes())
        self.labels: dict[str, list[str]] = heads["labels"]
        self.text.overlapping = heads.get("overlap", ())
        config = json.loads((folder / "config.json").read_bytes())
        known = PackedEncoder.knows(config)
        if self.precision == "int8" and not (known and self.device == "cpu"):
            raise ValueError(f"int8 is for a CPU and for encoders like BERT, not {self.device}, {config['model_type']}")
        self._rows = (_packed if known else _padded)(
            folder,
            {**config, "pairs": heads.get("pairs", "first"), "alone": heads.get("alone", ())},
            self.device,
            self.precision,
        )

    def predict(self, task: str, examples: Sequence[Example]) -> list[Any]:
        """Answers of all examples, in order: a label for a pair, a list with one tag for each token of a sentence."""
        keys = [_key(task, example) for example in examples]
        places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        different = list(dict(zip(keys, examples, strict=True)).values())
        features = self.text.encode(task, different)
        answers = decode(self.logits(task, features), features, len(different), task, self.labels[task])
        return [answers[places[key]] for key in keys]

    @torch.inference_mode()
    def logits(self, task: str, features: Sequence[Feature]) -> Tensor:
        """Logits [rows, labels] in the order of the features: float32, on the CPU."""
        if not any(feature.heads for feature in features):
            return torch.empty(0, len(self.labels[task]))
        order = by_length(features)
        ordered = [features[number] for number in order]
        parts = self._rows(task, ordered).float().cpu().split([len(feature.heads) for feature in ordered])
        place = dict(zip(order, parts, strict=True))
        return torch.cat([place[number] for number in range(len(features))])


def best_precision(device: str) -> Precision:
    """What computes fastest without a loss that the scores show: bfloat16 where there are instructions for it."""
    if device == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    # Emulated, it takes twice the time of float32.
    able = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return "bfloat16" if able else "float32"


def decode(logits: Tensor, features: Sequence[Feature], examples: int, task: str, labels: Sequence[str]) -> list[Any]:
    """Answers from logits [rows, labels]; windows are put together as features.py says, entities as iob2.py does.

    Returns:
        For each example a label, or a list of tags.

    """
    owners = torch.tensor([feature.example for feature in features], dtype=torch.long)
    if task in PAIRS:
        sums = torch.zeros(examples, len(labels)).index_add_(0, owners, logits)
        return [labels[number] for number in sums.argmax(1).tolist()]  # a sum is the largest where the mean is
    words = torch.zeros(examples, dtype=torch.long)
    words.index_add_(0, owners, torch.tensor([len(feature.heads) for feature in features], dtype=torch.long))
    numbers, never = logits.argmax(1).tolist(), iob2.breaks(labels)
    answers, start = [], 0
    for count in words.tolist():
        own = slice(start, start + count)
        answers.append([labels[number] for number in iob2.mended(numbers[own], logits[own], never)])
        start += count
    return answers


def _key(task: str, example: Example) -> tuple[str, ...]:
    return tuple(example[field] for field in PAIRS[task]) if task in PAIRS else tuple(example["tokens"])


def _packed(folder: Path, config: Mapping[str, Any], device: str, precision: Precision) -> Rows:
    """Packed batches through packed.py."""
    weights = load_file(folder / "model.safetensors", device=device)
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    body = {name.removeprefix("encoder."): value for name, value in weights.items()}
    encoder = PackedEncoder(body, config, dtype, int8=precision == "int8")

    def rows(task: str, features: Sequence[Feature]) -> Tensor:
        head, beside = _head(weights, task, dtype), _head(weights, task + BESIDE, dtype)
        found = []
        compares = task in PAIRS and config["pairs"] != "first"
        for batch in packs(features, PACK_SIZES[device]):
            on = batch.to(device)
            found.append(beside(on.overlap.to(dtype)) if on.overlap.numel() else 0.0)
            if task not in config["alone"]:
                found[-1] = found[-1] + head(encoder.compare(on, config["pairs"]) if compares else encoder(on))
        return torch.cat(found)

    return rows


def _head(weights: Mapping[str, Tensor], name: str, dtype: torch.dtype) -> Callable[[Tensor], Tensor]:
    """The head of that name: one or two layers."""
    start = f"heads.{name}."
    names = sorted(key.removesuffix("weight") for key in weights if key.startswith(start) and "weight" in key)
    layers = [Linear(weights[f"{key}weight"], weights[f"{key}bias"], dtype, int8=False) for key in names]

    def head(rows: Tensor) -> Tensor:
        for layer in layers[:-1]:
            rows = gelu(layer(rows))
        return layers[-1](rows)

    return head


def _padded(folder: Path, config: Mapping[str, Any], device: str, precision: Precision) -> Rows:  # noqa: ARG001
    """Batches of about equal length through `transformers`, for every other encoder."""
    from model import Model, collate

    model = Model.load(folder, device)

    def rows(task: str, features: Sequence[Feature]) -> Tensor:
        found = []
        start = 0
        while start < len(features):
            count = max(1, PACK_SIZES[device] // len(features[start].ids))  # the first one is the longest
            batch = collate(features[start : start + count], model.text.limits.pad).to(device)
            with torch.autocast(device, torch.bfloat16, enabled=precision == "bfloat16"):
                found.append(model(task, batch))
            start += count
        return torch.cat(found)

    return rows
