"""Ways to run an encoder over features: what `benchmarks.throughput` compares."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from features import PAIRS, Feature
from inference import Predictor
from model import Model, collate
from packed import compare

from xtreme_tasks.tasks import TASKS

BATCH = 32
ROW = 512
"""Sub-words of a row that holds several examples."""
Step = Callable[[], object]
File = tuple[str, Sequence[Feature]]
"""Task and features."""


class Ways:
    """All ways over one encoder and one set of files; a step of a way is one file, or as much of the mixed order."""

    def __init__(self, encoder: Path, files: Sequence[tuple[str, list[dict[str, Any]]]], folder: Path) -> None:
        """Make a model of new heads, save it to `folder` and encode the files (task and examples)."""
        # As `train.py` makes it, but for the head beside the encoder, since batches of all tasks are mixed here.
        labels = {name: task.labels for name, task in TASKS.items()}
        self.model = Model.create(encoder, labels, layers=2, pairs="compare").eval()
        self.model.encoder.set_attn_implementation("sdpa")  # the faster one without dropout: no rival is held back
        self.model.save(folder)
        self.pad = self.model.text.limits.pad
        self.files: list[File] = [(task, self.model.text.encode(task, examples)) for task, examples in files]
        self.features = [feature for _, features in self.files for feature in features]
        self.predictor = {name: Predictor(folder, "cpu", name) for name in ("float32", "int8", "bfloat16")}

    def steps(self) -> dict[str, list[Step]]:
        """Each way's steps over all files."""
        mixed = random.Random(0).sample(self.features, len(self.features))
        # The tasks differ in nothing but a small head, so a mixed batch may go through one of them.
        mixed_files = [("panx", part) for part in cut(mixed, -(-len(mixed) // len(self.files)))]
        return {
            "padded_mixed_order": self._each(self.padded, mixed_files),
            "padded_within_a_task": self._each(self.padded),
            "padded_sorted_by_length": self._each(self.sorted_by_length),
            "packed_with_block_mask": self._each(self.block_mask),
            **{f"unpadded_{name}": self._each(self._unpadded(name)) for name in self.predictor},
        }

    def slow_steps(self, share: int) -> dict[str, tuple[list[Step], float]]:
        """Ways that would take too long: steps over one example in `share`, and what part of the work that is."""
        few = [(task, features[::share]) for task, features in self.files]
        chosen = [feature for _, features in few for feature in features]
        length = sum(len(f.ids) for f in chosen) / sum(len(f.ids) for f in self.features)
        return {
            "one_by_one": (self._each(lambda file: self.padded(file, batch=1), few), length),
            "padded_to_512": (self._each(self.to_512, few), len(chosen) / len(self.features)),
        }

    def _each(self, way: Callable[[File], None], files: Iterable[File] | None = None) -> list[Step]:
        def step(file: File) -> Step:
            return lambda: way(file)

        return [step(file) for file in (self.files if files is None else files)]

    def _unpadded(self, precision: str) -> Callable[[File], None]:
        return lambda file: void(self.predictor[precision].logits(*file))

    def padded(self, file: File, batch: int = BATCH) -> None:
        """Batches in the order in which the examples come, padded to the longest of each."""
        task, features = file
        for chosen in cut(features, batch):
            self.model(task, collate(chosen, self.pad))

    def sorted_by_length(self, file: File) -> None:
        """The same after sorting."""
        task, features = file
        self.padded((task, sorted(features, key=lambda feature: len(feature.ids))))

    def to_512(self, file: File) -> None:
        """Every batch padded to the longest that the encoder takes."""
        task, features = file
        for chosen in cut(features, BATCH):
            batch = collate(chosen, self.pad)
            length = batch.ids.shape[1]
            right = (0, ROW - length)
            ids = torch.nn.functional.pad(batch.ids, right, value=self.pad)
            mask, types = (torch.nn.functional.pad(part, right) for part in (batch.mask, batch.types))
            heads = batch.heads // length * ROW + batch.heads % length
            self.model(task, batch._replace(ids=ids, mask=mask, types=types, heads=heads))

    def block_mask(self, file: File) -> None:
        """Rows of several examples, each of which attends to itself only, through `transformers`."""
        task, features = file
        rows: list[list[Feature]] = [[]]
        for feature in sorted(features, key=lambda feature: len(feature.ids)):
            if sum(len(other.ids) for other in rows[-1]) + len(feature.ids) > ROW:
                rows.append([])
            rows[-1].append(feature)
        for chosen in cut(rows, 4):
            self.model.heads[task](self.read(task, chosen, self.in_rows(chosen)))

    def in_rows(self, rows: Sequence[Sequence[Feature]]) -> torch.Tensor:
        """Hidden states of some rows of features: [rows, length, hidden]."""
        length = max(sum(len(feature.ids) for feature in row) for row in rows)
        ids = torch.full((len(rows), length), self.pad)
        owner = torch.zeros(len(rows), length, dtype=torch.long)
        positions, types = torch.zeros_like(ids), torch.zeros_like(ids)
        for number, row in enumerate(rows):
            start = 0
            for place, feature in enumerate(row, start=1):
                end = start + len(feature.ids)
                ids[number, start:end] = torch.tensor(feature.ids)
                owner[number, start:end] = place
                positions[number, start:end] = torch.arange(end - start)
                types[number, start + feature.second : end] = 1
                start = end
        mask = (owner[:, :, None] == owner[:, None, :])[:, None]
        additive = torch.zeros(mask.shape).masked_fill_(~mask, torch.finfo(torch.float32).min)
        encoder = self.model.encoder
        state = encoder(input_ids=ids, attention_mask=additive, position_ids=positions, token_type_ids=types)
        return state.last_hidden_state  # type: ignore[no-any-return]

    def read(self, task: str, rows: Sequence[Sequence[Feature]], state: torch.Tensor) -> torch.Tensor:
        """What the task's head reads of the states of some rows, in the order of their features."""
        found = []
        for row, states in zip(rows, state, strict=True):
            start = 0
            for feature in row:
                own = states[start : start + len(feature.ids)]
                start += len(feature.ids)
                if task in PAIRS:
                    found.append(compare(own[None], torch.ones(1, len(own)), torch.tensor([feature.border])))
                else:
                    found.append(own[feature.heads])
        return torch.cat(found)

    def operations(self) -> float:
        """Multiplications and additions that the kit's inference needs for all files: those of real sub-words."""
        config = self.model.encoder.config
        hidden, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
        words = sum(len(feature.ids) for feature in self.features)
        # What the last layer's second half is computed for: heads of tags alone, all sub-words of compared texts.
        rows = sum(
            len(feature.ids if task in PAIRS else feature.heads)
            for task, features in self.files
            for feature in features
        )
        attention = sum(4 * len(feature.ids) ** 2 * hidden for feature in self.features)
        second = 2 * (hidden * hidden + 2 * hidden * inner)
        return float(layers * (words * 6 * hidden * hidden + attention) + ((layers - 1) * words + rows) * second)


def cut(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Runs of at most `size` items."""
    return (items[start : start + size] for start in range(0, len(items), size))


def void(_: object) -> None:
    """Nothing: a step's result is not kept."""
