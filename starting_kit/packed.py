"""The encoder without padding: sequences stand in one stream, and attention is computed for runs of equal length.

Exact for BERT, RoBERTa and XLM-R, in a quarter of the code and without importing `transformers`, which alone takes
seconds of a timed run. What makes it fast:

- All matrix products see one [sub-words, hidden] matrix; nothing is spent on padding.
- Features come sorted by length, so a pack has few lengths: each becomes one batched attention without a mask.
- Queries, keys and values are one product; the last layer's second half is computed only where a head reads.
- bfloat16 or int8 products where they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from features import Feature
from torch import Tensor

FAMILY: Mapping[str, bool] = {"bert": False, "roberta": True, "xlm-roberta": True, "camembert": True}
"""`model_type` of the encoders that this module knows; whether positions begin after the padding sub-word's number."""
ACTIVATIONS = {"gelu": "none", "gelu_new": "tanh", "gelu_pytorch_tanh": "tanh"}


@dataclass(frozen=True)
class Pack:
    """Features one after the other.

    Attributes:
        ids, positions, types: [sub-words]; positions begin at 0 in each sequence.
        runs: (number of sequences, their length), in the stream's order.
        heads: [rows], the places in the stream that are classified.
        borders: [sequences], where a pair's second text begins in its sequence.
        overlap: [sequences, numbers of overlap.py], or no numbers.

    """

    ids: Tensor
    positions: Tensor
    types: Tensor
    runs: tuple[tuple[int, int], ...]
    heads: Tensor
    borders: Tensor
    overlap: Tensor

    def to(self, device: torch.device | str) -> Pack:
        """The same on another device."""
        ids, positions, types, heads, borders, overlap = (
            part.to(device, non_blocking=True)
            for part in (self.ids, self.positions, self.types, self.heads, self.borders, self.overlap)
        )
        return Pack(ids, positions, types, self.runs, heads, borders, overlap)


def by_length(features: Sequence[Feature]) -> list[int]:
    """Numbers of the features, the longest first: what needs the most memory fails at once or never."""
    return sorted(range(len(features)), key=lambda number: -len(features[number].ids))


def packs(features: Sequence[Feature], size: int) -> Iterator[Pack]:
    """Features, in their order, in packs of at most `size` sub-words (a longer feature is a pack of its own)."""
    chosen: list[Feature] = []
    filled = 0
    for feature in features:
        if chosen and filled + len(feature.ids) > size:
            yield pack(chosen)
            chosen, filled = [], 0
        chosen.append(feature)
        filled += len(feature.ids)
    if chosen:
        yield pack(chosen)


def pack(features: Sequence[Feature]) -> Pack:
    """Put features one after the other."""
    lengths = [len(feature.ids) for feature in features]
    runs = tuple((len(list(group)), length) for length, group in groupby(lengths))
    positions = torch.cat([torch.arange(length).repeat(count) for count, length in runs])
    types = torch.zeros_like(positions)
    heads: list[int] = []
    start = 0
    for feature, length in zip(features, lengths, strict=True):
        types[start + feature.second : start + length] = 1
        heads += [start + place for place in feature.heads]
        start += length
    ids = torch.tensor(list(chain.from_iterable(feature.ids for feature in features)))
    borders = torch.tensor([feature.border for feature in features], dtype=torch.long)
    overlap = torch.tensor([feature.overlap for feature in features])
    return Pack(ids, positions, types, runs, torch.tensor(heads, dtype=torch.long), borders, overlap)


PARTS = {"first": 1, "compare": 4, "both": 5}
"""How many vectors of the hidden width a pair's head reads."""


def compare(hidden: Tensor, mask: Tensor, borders: Tensor, pairs: str = "compare") -> Tensor:
    """What two texts that were read together have in common, for a head that judges pairs.

    The means u and v of both texts' states, |u - v| and u * v, as Conneau et al. 2017 (arXiv:1705.02364) join the
    vectors of two sentences; here each text was read beside the other. `both` adds the first sub-word's state.

    Args:
        hidden: [sequences, length, hidden].
        mask: [sequences, length], 1 for a real sub-word.
        borders: [sequences].
        pairs: `compare` or `both`.

    Returns:
        [sequences, 4 or 5 * hidden], float32.

    """
    places = torch.arange(hidden.shape[1], device=hidden.device)
    hidden, real = hidden.float(), mask.float()
    before = (places < borders[:, None]).float() * real
    u, v = ((part[:, None] @ hidden)[:, 0] / part.sum(1, keepdim=True) for part in (before, real - before))
    first = [hidden[:, 0]] if pairs == "both" else []
    return torch.cat([u, v, (u - v).abs(), u * v, *first], 1)


class Linear:
    """A matrix product with bias in the precision that was asked for; results have the input's type."""

    def __init__(self, weight: Tensor, bias: Tensor, dtype: torch.dtype, int8: bool) -> None:
        self.bias = bias.to(dtype)
        self.scale: Tensor | None = None
        if int8:  # one scale for each output, one for each sub-word: both exact to 1/254 of the largest number
            weight = weight.float()
            self.scale = weight.abs().amax(1).clamp_min(1e-8) / 127
            self.weight = (weight / self.scale[:, None]).round_().to(torch.int8).t()
        else:
            self.weight = weight.to(dtype)

    def __call__(self, rows: Tensor) -> Tensor:
        """[rows, inputs] to [rows, outputs]."""
        if self.scale is None:
            return F.linear(rows, self.weight, self.bias)
        if not len(rows):
            return rows.new_empty(0, len(self.bias))
        size = rows.abs().amax(1, keepdim=True).clamp_min_(1e-8).div_(127)
        product = torch._int_mm((rows / size).round_().to(torch.int8), self.weight)
        return torch.addcmul(self.bias, product * self.scale, size)


@dataclass(frozen=True)
class Layer:
    """One layer's products and normalisations (weight and bias)."""

    qkv: Linear
    attended: Linear
    attended_norm: tuple[Tensor, Tensor]
    inner: Linear
    outer: Linear
    outer_norm: tuple[Tensor, Tensor]


class PackedEncoder:
    """A BERT-like encoder that reads packs."""

    def __init__(
        self, weights: Mapping[str, Tensor], config: Mapping[str, Any], dtype: torch.dtype, int8: bool = False
    ) -> None:
        """Take over an encoder.

        Args:
            weights: by the names of `BertModel`, in any type and on the device that is to compute.
            config: the encoder's `config.json`.
            dtype: type of the products and of everything between them.
            int8: products of whole numbers instead; `dtype` must be float32 then.

        """
        self.heads = int(config["num_attention_heads"])
        self.epsilon = float(config["layer_norm_eps"])
        self.approximation = ACTIVATIONS[config["hidden_act"]]
        self.first_position = int(config["pad_token_id"]) + 1 if FAMILY[config["model_type"]] else 0
        self.dtype = dtype
        tables = ("word_embeddings", "position_embeddings", "token_type_embeddings")
        # As they are stored: only the rows that are looked up are ever converted.
        self.tables = [weights[f"embeddings.{name}.weight"] for name in tables]
        self.norm = self._norm(weights, "embeddings.LayerNorm")
        count = int(config["num_hidden_layers"])
        self.layers = [self._layer(weights, f"encoder.layer.{number}", int8) for number in range(count)]

    @staticmethod
    def knows(config: Mapping[str, Any]) -> bool:
        """Whether an encoder with this `config.json` can be read."""
        usual = config.get("position_embedding_type", "absolute") == "absolute" and not config.get("is_decoder")
        return config.get("model_type") in FAMILY and config.get("hidden_act") in ACTIVATIONS and usual

    def _norm(self, weights: Mapping[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
        return weights[f"{name}.weight"].to(self.dtype), weights[f"{name}.bias"].to(self.dtype)

    def _layer(self, weights: Mapping[str, Tensor], name: str, int8: bool) -> Layer:
        def linear(*places: str) -> Linear:
            parts = ([weights[f"{name}.{place}.{part}"] for place in places] for part in ("weight", "bias"))
            return Linear(*(torch.cat(part) for part in parts), self.dtype, int8)

        return Layer(
            linear(*(f"attention.self.{part}" for part in ("query", "key", "value"))),
            linear("attention.output.dense"),
            self._norm(weights, f"{name}.attention.output.LayerNorm"),
            linear("intermediate.dense"),
            linear("output.dense"),
            self._norm(weights, f"{name}.output.LayerNorm"),
        )

    def __call__(self, pack: Pack, whole: bool = False) -> Tensor:
        """Last hidden states [rows, hidden] at the pack's `heads`, of all its sub-words if `whole`."""
        words, positions, types = self.tables
        state = F.embedding(pack.ids, words).to(self.dtype)
        state += F.embedding(pack.positions + self.first_position, positions).to(self.dtype)
        state += F.embedding(pack.types, types).to(self.dtype)
        state = self._normalised(state, self.norm)
        for layer in self.layers:
            attended = self._attention(layer.qkv(state), pack.runs)
            if layer is self.layers[-1] and not whole:  # nothing but the classified places is read from here on
                state, attended = state[pack.heads], attended[pack.heads]
            state = self._normalised(layer.attended(attended).add_(state), layer.attended_norm)
            inner = layer.inner(state)
            torch._C._nn.gelu_(inner, approximate=self.approximation)  # in place: a third of the time of a new tensor
            state = self._normalised(layer.outer(inner).add_(state), layer.outer_norm)
        return state

    def compare(self, pack: Pack, pairs: str = "compare") -> Tensor:
        """`compare` of every sequence of a pack: [sequences, 4 or 5 * hidden]."""
        state, found, first, start = self(pack, whole=True), [], 0, 0
        for count, length in pack.runs:
            run = state[start : start + count * length].view(count, length, -1)
            found.append(compare(run, torch.ones_like(run[..., 0]), pack.borders[first : first + count], pairs))
            first, start = first + count, start + count * length
        return torch.cat(found).to(self.dtype)

    def _normalised(self, state: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        return F.layer_norm(state, state.shape[-1:], *norm, self.epsilon)

    def _attention(self, qkv: Tensor, runs: Sequence[tuple[int, int]]) -> Tensor:
        """[sub-words, 3 * hidden] to [sub-words, hidden]; a sequence attends to itself only."""
        width = qkv.shape[1] // 3
        attended = qkv.new_empty(len(qkv), width)
        start = 0
        for count, length in runs:
            end = start + count * length
            run = qkv[start:end].view(count, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
            values = F.scaled_dot_product_attention(run[0], run[1], run[2])
            attended[start:end] = values.transpose(1, 2).reshape(end - start, width)
            start = end
        return attended
