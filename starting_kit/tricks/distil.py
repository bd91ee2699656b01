"""Distillation into a smaller student: what a large model or an ensemble knows, at the speed of a small one.

The student learns from the labels and from a teacher's probabilities (Hinton et al. 2015, arXiv:1503.02531); texts
without labels are given the teacher's (pseudo-labels). The student begins with some of the encoder's layers (Sanh et
al. 2019, arXiv:1910.01108):

- `python -m tricks.distil --encoder FOLDER_OR_NAME --layers 0,2 --out student` cuts it out
- `python train.py --encoder student --tricks distil:teacher=run/model ...` trains it

`teacher=one/model+two/model` is an ensemble: the mean of their probabilities teaches, and gives the pseudo-labels.
`unlabelled` names a folder with TASK/LANG.jsonl as in `inputs/`. Teachers and student must have the same tokenizer.
"""

# ruff: noqa: ARG002 - every trick is asked with the same arguments

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import iob2
import torch
from datasets import Dataset, concatenate_datasets
from encoders import find_encoder
from inference import Predictor
from model import Model, merge
from options import FRACTION, POSITIVE, option, parse_options
from torch import Tensor, nn
from torch.nn.functional import kl_div, log_softmax

from tricks.trick import Ask, Criterion, Row, Trick
from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.files import parse_inputs, part_path, read_file
from xtreme_tasks.tasks import TASKS, Task

if TYPE_CHECKING:
    from work import Work


@dataclass(frozen=True)
class Distil(Trick):
    """The loss becomes `(1 - weight) * loss + weight * T ** 2 * KL(teacher, student)` at temperature T."""

    teacher: str = "teacher"
    weight: float = option(0.5, allowed=FRACTION)
    temperature: float = option(2.0, allowed=POSITIVE)
    unlabelled: str = ""
    held: list[Model] = field(default_factory=list, init=False, compare=False, repr=False)

    def taken(self) -> float:
        """What the teacher's part has instead."""
        return self.weight

    def select(self, tables: Mapping[str, Dataset]) -> Mapping[str, Dataset]:
        """Load the teachers; add the texts without labels, with their answers."""
        folders = [Path(name) for name in self.teacher.split("+")]
        for folder in folders:
            if not (folder / "heads.json").is_file():
                raise OrganizerFault("E201", str(folder), "no saved model there", "Name a folder that train.py saved.")
        self.held[:] = [Model.load(folder) for folder in folders]
        if not self.unlabelled:
            return tables
        predictors = [Predictor(folder) for folder in folders]
        return {name: self._more(TASKS[name], table, predictors) for name, table in tables.items()}

    def _more(self, task: Task, table: Dataset, predictors: Sequence[Predictor]) -> Dataset:
        rows: list[Row] = []
        for language in task.languages:
            path = part_path(task.name, language)
            if (Path(self.unlabelled) / path).is_file():
                examples = parse_inputs(read_file(Path(self.unlabelled) / path), task, path)
                rows += [
                    {**example, "language": language, task.answer: given}
                    for example, given in zip(examples, pseudo_labels(predictors, task, examples), strict=True)
                ]
        return concatenate_datasets([table, Dataset.from_list(rows, table.features)]) if rows else table

    def start(self, model: Model, tables: Mapping[str, Dataset]) -> None:
        """Compare the tokenizers and put the teachers where the student is."""
        for teacher in self.held:
            if teacher.text.tokenizer.get_vocab() != model.text.tokenizer.get_vocab():
                hint = "Take a student that was cut out of the teacher's encoder."
                raise OrganizerFault("E231", "tricks distil", "a teacher has another tokenizer than the student", hint)
            if not {*teacher.overlapping} <= {*model.overlapping}:
                hint = f"Train the student with --overlap {','.join(teacher.overlapping)}."
                raise OrganizerFault("E231", "tricks distil", "a teacher reads more of pairs than the student", hint)
            teacher.to(next(model.parameters()).device)

    def term(self, ask: Ask, criterion: Criterion, work: Work, logits: Tensor, loss: Tensor) -> Tensor:
        """What turns the loss into the weighted one."""
        with torch.no_grad():
            each = [teacher(work.task, work.batch).float() / self.temperature for teacher in self.held]
        soft, own = mean_log(each), log_softmax(logits / self.temperature, -1)
        apart = kl_div(own, soft, reduction="batchmean", log_target=True) * self.temperature**2
        return self.weight * (apart - loss)


def mean_log(logits: Sequence[Tensor]) -> Tensor:
    """Logarithm of the mean of the probabilities of several models, from logits of the same shape."""
    stacked = torch.stack([log_softmax(one, -1) for one in logits])
    return stacked.logsumexp(0) - math.log(len(logits))


def pseudo_labels(predictors: Sequence[Predictor], task: Task, examples: Sequence[Row]) -> list[Any]:
    """Answers to all examples, by the mean of the models' probabilities: a label, or a list of tags."""
    found = []
    for predictor in predictors:
        features = predictor.text.encode(task.name, examples)
        found.append(merge(predictor.logits(task.name, features), features, len(examples), task.name))
    labels = predictors[0].labels[task.name]
    never = iob2.breaks(labels)
    answers: list[Any] = []
    for mean in (mean_log(each) for each in zip(*found, strict=True)):
        numbers = mean.argmax(-1).tolist()
        if isinstance(numbers, int):
            answers.append(labels[numbers])
            continue
        answers.append([labels[number] for number in iob2.mended(numbers, mean, never)])
    return answers


@dataclass(frozen=True)
class Settings:
    """Options of the command line."""

    encoder: str = option("", "a local folder or a name on the hub")
    layers: str = option("0,2", "the layers that the student keeps, counted from 0")
    out: str = option("student", "folder to write")


def cut(encoder: str, layers: Sequence[int], out: Path) -> None:
    """Write an encoder with only these layers, and its tokenizer.

    Raises:
        OrganizerFault: E231 (no such layer, or an encoder of another build than BERT's), and see `find_encoder`.

    """
    from transformers import AutoModel, AutoTokenizer

    find_encoder(encoder)
    body = AutoModel.from_pretrained(encoder)
    stack = getattr(getattr(body, "encoder", None), "layer", None)
    if stack is None or not layers or not set(layers) <= set(range(len(stack))):
        detail = "the encoder has no list encoder.layer" if stack is None else f"there are 0 to {len(stack) - 1}"
        raise OrganizerFault("E231", "layers", detail)
    body.encoder.layer = nn.ModuleList(stack[place] for place in layers)
    body.config.num_hidden_layers = len(layers)
    body.save_pretrained(out)
    AutoTokenizer.from_pretrained(encoder).save_pretrained(out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the student; every fault is one line."""
    try:
        settings = parse_options(Settings, arguments, "Cut a student out of an encoder.")
        if not all(word.isdigit() for word in settings.layers.split(",")):
            raise OrganizerFault("E231", "layers", "numbers between commas are needed")
        cut(settings.encoder, [int(word) for word in settings.layers.split(",")], Path(settings.out))
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
