"""Distillation into a smaller student: what a large model or an ensemble knows, at the speed of a small one.

The student learns from the labels and from a teacher's probabilities (Hinton et al. 2015, arXiv:1503.02531); texts
without labels are given the teacher's (pseudo-labels). The student begins with some of the encoder's layers (Sanh et
al. 2019, arXiv:1910.01108):

- `python -m tricks.distil --encoder FOLDER_OR_NAME --layers 0,2 --out student` cuts it out
- `python train.py --encoder student --tricks distil:teacher=run/model ...` trains it

`unlabelled` names a folder with TASK/LANG.jsonl as in `inputs/`. Teacher and student must have the same tokenizer.
"""

# ruff: noqa: ARG002 - every trick is asked with the same arguments

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from datasets import Dataset, concatenate_datasets
from inference import Predictor
from model import Model
from options import option, parse_options
from torch import Tensor, nn
from torch.nn.functional import kl_div, log_softmax

from tricks.trick import Ask, Criterion, Trick
from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.files import parse_inputs, part_path, read_file
from xtreme_tasks.tasks import TASKS, Task

if TYPE_CHECKING:
    from work import Work


@dataclass(frozen=True)
class Distil(Trick):
    """The loss becomes `(1 - weight) * loss + weight * T ** 2 * KL(teacher, student)` at temperature T."""

    teacher: str = "teacher"
    weight: float = 0.5
    temperature: float = 2.0
    unlabelled: str = ""
    held: list[Model] = field(default_factory=list, init=False, compare=False, repr=False)

    def select(self, tables: Mapping[str, Dataset]) -> Mapping[str, Dataset]:
        """Load the teacher; add the texts without labels, with its answers."""
        if not (Path(self.teacher) / "heads.json").is_file():
            raise OrganizerFault("E201", self.teacher, "no saved model there", "Name a folder that train.py saved.")
        self.held[:] = [Model.load(Path(self.teacher))]
        if not self.unlabelled:
            return tables
        return {name: self._more(TASKS[name], table) for name, table in tables.items()}

    def _more(self, task: Task, table: Dataset) -> Dataset:
        predictor, rows = Predictor(Path(self.teacher)), []
        for language in task.languages:
            path = part_path(task.name, language)
            if (Path(self.unlabelled) / path).is_file():
                examples = parse_inputs(read_file(Path(self.unlabelled) / path), task, path)
                answers = predictor.predict(task.name, examples)
                rows += [
                    {**example, "language": language, task.answer: given}
                    for example, given in zip(examples, answers, strict=True)
                ]
        return concatenate_datasets([table, Dataset.from_list(rows, table.features)]) if rows else table

    def start(self, model: Model, tables: Mapping[str, Dataset]) -> None:
        """Compare the tokenizers and put the teacher where the student is."""
        teacher = self.held[0]
        if teacher.text.tokenizer.get_vocab() != model.text.tokenizer.get_vocab():
            raise OrganizerFault("E231", "tricks distil", "the teacher has another tokenizer than the student")
        teacher.to(next(model.parameters()).device)

    def term(self, ask: Ask, criterion: Criterion, work: Work, logits: Tensor, loss: Tensor) -> Tensor:
        """What turns the loss into the weighted one."""
        with torch.no_grad():
            wanted = self.held[0](work.task, work.batch).float()
        soft, own = log_softmax(wanted / self.temperature, -1), log_softmax(logits / self.temperature, -1)
        apart = kl_div(own, soft, reduction="batchmean", log_target=True) * self.temperature**2
        return self.weight * (apart - loss)


@dataclass(frozen=True)
class Settings:
    """Options of the command line."""

    encoder: str = option("", "a local folder or a name on the hub")
    layers: str = option("0,2", "the layers that the student keeps, counted from 0")
    out: str = option("student", "folder to write")


def cut(encoder: str, layers: Sequence[int], out: Path) -> None:
    """Write an encoder with only these layers, and its tokenizer.

    Raises:
        OrganizerFault: E231 (no such layer, or an encoder of another build than BERT's).

    """
    from transformers import AutoModel, AutoTokenizer

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
    settings = parse_options(Settings, arguments, "Cut a student out of an encoder.")
    try:
        if not all(word.isdigit() for word in settings.layers.split(",")):
            raise OrganizerFault("E231", "layers", "numbers between commas are needed")
        cut(settings.encoder, [int(word) for word in settings.layers.split(",")], Path(settings.out))
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
