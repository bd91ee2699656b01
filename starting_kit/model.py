"""The baseline: one shared multilingual encoder and a small head for each of the four tasks.

model = Model.create("bert-base-multilingual-cased", TASK_LABELS)   # or a local folder; see `train.py`
features = model.text.encode("panx", examples)                      # features.py
logits = model("panx", collate(features, model.text.limits.pad))    # [rows, labels], see `collate`
loss = cross_entropy(logits, targets(features, answers, model.labels["panx"]))
model.save(folder)                                                  # what inference.py reads
model = Model.load(folder)
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

import torch
from features import PAIRS, Feature, TextEncoder, TextLimits
from overlap import BESIDE, COUNT
from packed import PARTS, compare
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

DEFAULT_ENCODER = "bert-base-multilingual-cased"
WEIGHTS_FILE = "model.safetensors"
PairHead = Literal["first", "compare", "both"]
HEADS_FILE = "heads.json"
BESIDE_WIDTH = 64
ROBERTA_LIKE = frozenset({"roberta", "xlm-roberta", "camembert"})
"""Encoders whose first position is not 0 but the padding sub-word's number plus one."""


class Batch(NamedTuple):
    """Padded features: `ids`, `mask` (1 for a real sub-word) and `types` are [sequences, length], `heads` [rows].

    `heads` are the places, in the flattened [sequences * length], whose output is classified; `borders` [sequences] say
    where a pair's second text begins; `overlap` [sequences, numbers] are those of overlap.py, or none.
    """

    ids: Tensor
    mask: Tensor
    types: Tensor
    heads: Tensor
    borders: Tensor
    overlap: Tensor

    def to(self, device: torch.device | str) -> Batch:
        """The same on another device."""
        return Batch(*(part.to(device, non_blocking=True) for part in self))


class Head(nn.Sequential):
    """[rows, width] to [rows, labels]; the first of two layers is as wide as the hidden state."""

    def __init__(self, width: int, hidden: int, labels: int, layers: int, dropout: float) -> None:
        inner = [nn.Dropout(dropout), nn.Linear(width, hidden), nn.GELU()] * (layers - 1)
        super().__init__(*inner, nn.Dropout(dropout), nn.Linear(hidden if inner else width, labels))


class Model(nn.Module):
    """Encoder, heads, tokenizer and labels; in training mode after `create`, in evaluation mode after `load`."""

    def __init__(
        self,
        encoder: nn.Module,
        text: TextEncoder,
        labels: Mapping[str, Sequence[str]],
        layers: int,
        pairs: PairHead = "first",
        overlapping: Collection[str] = (),
    ) -> None:
        """See `create`; of `overlapping` tasks those that are `alone` are answered without the encoder."""
        super().__init__()
        if getattr(encoder, "pooler", None) is not None:
            encoder.pooler = None  # the heads read the first hidden state themselves
        self.encoder = encoder
        self.text = text
        self.labels = {task: list(names) for task, names in labels.items()}
        self.head_layers = layers
        self.pairs = pairs
        config = encoder.config
        dropout = getattr(config, "hidden_dropout_prob", 0.1)
        size = config.hidden_size
        widths = {task: PARTS[pairs] * size if task in PAIRS else size for task in self.labels}
        self.heads = nn.ModuleDict(
            {task: Head(widths[task], size, len(names), layers, dropout) for task, names in self.labels.items()}
        )
        text.overlapping = self.overlapping = sorted(set(overlapping) & PAIRS.keys() & self.labels.keys())
        self.alone: list[str] = []
        for task in self.overlapping:
            self.heads[task + BESIDE] = Head(COUNT, BESIDE_WIDTH, len(self.labels[task]), 2, 0.0)

    @classmethod
    def create(
        cls,
        encoder: str | Path,
        labels: Mapping[str, Sequence[str]],
        layers: int = 1,
        pairs: PairHead = "first",
        overlapping: Collection[str] = (),
    ) -> Model:
        """A pretrained encoder with new heads, in float32.

        Args:
            encoder: a local folder or a name on the hub; its tokenizer must be a fast one.
            labels: the labels of each task, `{name: task.labels for name, task in TASKS.items()}`.
            layers: layers of each head, 1 or 2.
            pairs: what a pair's head reads: `first`, the first sub-word's state, which suits encoders that were trained
                on pairs; `compare`, both texts' mean states (packed.py), which suits those trained on single texts; or
                `both` of them.
            overlapping: tasks of pairs whose logits also depend on the numbers of overlap.py.

        """
        # On a CPU, plain products train faster than the fused attention, which has no fast path with dropout.
        attention = "sdpa" if torch.cuda.is_available() else "eager"
        body = AutoModel.from_pretrained(encoder, dtype=torch.float32, attn_implementation=attention)
        tokenizer = AutoTokenizer.from_pretrained(encoder, use_fast=True)
        config = body.config
        offset = config.pad_token_id + 1 if config.model_type in ROBERTA_LIKE else 0
        limits = TextLimits(
            length=min(config.max_position_embeddings - offset, tokenizer.model_max_length),
            pad=tokenizer.pad_token_id,
            unknown=tokenizer.unk_token_id,
            two_types=getattr(config, "type_vocab_size", 1) > 1 and any(tokenizer("a", "a").get("token_type_ids", [])),
        )
        text = TextEncoder(tokenizer.backend_tokenizer, limits)
        return cls(body, text, labels, layers, pairs, overlapping).train()

    def forward(self, task: str, batch: Batch) -> Tensor:
        """Logits [rows, labels]: a row is a pair, or a word in the order of the features.

        What the head beside the encoder says is added as it is: that head has learnt before (share.py), and the encoder
        learns what is left to say.
        """
        beside = self.beside(task, batch)
        if task in self.alone:
            return beside
        types = {"token_type_ids": batch.types} if getattr(self.encoder.config, "type_vocab_size", 0) else {}
        hidden = self.encoder(input_ids=batch.ids, attention_mask=batch.mask, **types).last_hidden_state
        compares = task in PAIRS and self.pairs != "first"
        read = compare(hidden, batch.mask, batch.borders, self.pairs) if compares else hidden.flatten(0, 1)[batch.heads]
        own = self.heads[task](read)
        return own if beside is None else own + beside.detach()

    def beside(self, task: str, batch: Batch) -> Tensor | None:
        """Logits [rows, labels] from the numbers of overlap.py alone; None for a task without such a head."""
        return self.heads[task + BESIDE](batch.overlap) if task in self.overlapping else None

    @torch.no_grad()
    def believe(self, task: str, share: float) -> None:
        """Multiply the encoder's part in an overlapping task's logits by `share`; at 0 it is not computed any more."""
        last = self.heads[task][-1]
        last.weight *= share
        last.bias *= share
        if share == 0:
            self.alone = sorted({*self.alone, task})

    def depth(self, name: str) -> int:
        """Where a parameter stands: 0 for the embeddings, 1 to `layers` for the encoder's, one more for the heads.

        For layer-wise learning rates and gradual unfreezing, by the names of `named_parameters()`.
        """
        if name.startswith("heads."):
            return self.layers + 1
        found = re.search(r"\.layers?\.(\d+)\.", name)
        return int(found[1]) + 1 if found else 0

    @property
    def layers(self) -> int:
        """Layers of the encoder."""
        return int(self.encoder.config.num_hidden_layers)

    def save(self, folder: Path) -> None:
        """Write config, tokenizer, labels and, last and whole, the weights in fp16."""
        folder.mkdir(parents=True, exist_ok=True)
        self.encoder.config.save_pretrained(folder)
        self.text.save(folder)
        kept = {"labels": self.labels, "layers": self.head_layers, "pairs": self.pairs}
        kept |= {"overlap": self.overlapping, "alone": self.alone}
        (folder / HEADS_FILE).write_text(json.dumps(kept))
        weights = {name: value.detach().half().cpu().contiguous() for name, value in self.state_dict().items()}
        temporary = folder / f"{WEIGHTS_FILE}.part"
        save_file(weights, temporary)
        temporary.chmod(0o644)
        temporary.replace(folder / WEIGHTS_FILE)

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Model:
        """Read what `save` wrote, as float32 and in evaluation mode; nothing is asked of the network."""
        heads = json.loads((folder / HEADS_FILE).read_bytes())
        body = AutoModel.from_config(AutoConfig.from_pretrained(folder), dtype=torch.float32)
        kinds = heads.get("pairs", "first"), heads.get("overlap", ())
        model = cls(body, TextEncoder.load(folder), heads["labels"], heads["layers"], *kinds)
        model.alone = heads.get("alone", [])
        model.load_state_dict(load_file(folder / WEIGHTS_FILE))  # copies, so fp16 becomes fp32
        return model.to(device).eval()


def collate(features: Sequence[Feature], pad: int, least: int = 0) -> Batch:
    """Pad features to the longest of them, at least to the length `least`."""
    length = max(least, *(len(feature.ids) for feature in features), 0)
    shape = (len(features), length)
    ids = torch.full(shape, pad)
    mask, types = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    heads: list[int] = []
    for row, feature in enumerate(features):
        end = len(feature.ids)
        ids[row, :end] = torch.tensor(feature.ids)
        mask[row, :end] = 1
        types[row, feature.second : end] = 1
        heads += [row * length + place for place in feature.heads]
    borders = torch.tensor([feature.border for feature in features], dtype=torch.long)
    numbers = torch.tensor([feature.overlap for feature in features])
    return Batch(ids, mask, types, torch.tensor(heads, dtype=torch.long), borders, numbers)


def targets(features: Sequence[Feature], answers: Sequence[str | Sequence[str]], labels: Sequence[str]) -> Tensor:
    """Label numbers [rows], in the order of the rows of the logits.

    Args:
        features: what was collated.
        answers: of all examples that were encoded: a label or a list of tags.
        labels: the task's.

    """
    numbers = {label: number for number, label in enumerate(labels)}
    own = (
        [answers[feature.example]]
        if isinstance(answers[feature.example], str)
        else [answers[feature.example][word] for word in feature.words]
        for feature in features
    )
    return torch.tensor([numbers[label] for label in chain.from_iterable(own)], dtype=torch.long)


def merge(logits: Tensor, features: Sequence[Feature], examples: int, task: str) -> list[Tensor]:
    """One tensor for each example from the rows of its windows: [labels] for a pair, [words, labels] for tags."""
    rows = logits.split([len(feature.heads) for feature in features])
    groups: list[list[Tensor]] = [[] for _ in range(examples)]
    for feature, part in zip(features, rows, strict=True):
        groups[feature.example].append(part)
    return [torch.cat(group).mean(0) if task in PAIRS else torch.cat(group) for group in groups]
