"""Submissions whose amount of work is exactly known: a small transformer's forward passes, so many for each part."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ingestion_program import folder
from ingestion_program.folder import TeamFolder
from ingestion_program.questions import Question, question
from xtreme_tasks.settings import Limits
from xtreme_tasks.tasks import TASKS

Kind = Literal["workers", "openmp", "single"]
KINDS: tuple[Kind, ...] = ("workers", "openmp", "single")
"""`workers`: a process with one thread for each core, passes are handed out one by one. `openmp`: one process, as many
threads as cores, which wait for each other in every layer (what PyTorch does if nothing else is said). `single`: one
process with one thread, which leaves the other cores alone."""
BASE = 120
"""Passes for each part of the submission that does the least, a multiple of 40: 5 % and 10 % more are even numbers,
too. One more than an even number would be 10 % more of two workers' time."""
MORE = (0, 5, 10)
EXAMPLES = 10
CODE = """
import multiprocessing, os, torch

def one(number):
    with torch.inference_mode():
        return float(MODEL(INPUT).sum())

class Submission:
    def __init__(self, folder):
        global MODEL, INPUT
        torch.manual_seed(1)
        cores = len(os.sched_getaffinity(0))
        torch.set_num_threads(cores if {openmp} else 1)
        layer = torch.nn.TransformerEncoderLayer(320, 5, 1280, dropout=0.0, batch_first=True)
        MODEL = torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()
        INPUT = torch.randn(4, 24, 320)
        self.pool = multiprocessing.get_context("fork").Pool(cores) if {workers} else None

    def predict(self, task, language, examples):
        numbers = range({passes})
        sums = self.pool.imap_unordered(one, numbers) if self.pool else map(one, numbers)
        sums = list(sums)
        assert len(sums) == {passes} and max(sums) - min(sums) < 1.0
        if "tokens" in examples[0]:
            return [["O" if task == "panx" else "NOUN"] * len(example["tokens"]) for example in examples]
        return ["neutral" if task == "xnli" else "0"] * len(examples)
"""


def passes(more: int, base: int = BASE) -> int:
    """Forward passes for each part of the submission that does so many per cent more than the least."""
    return base * (100 + more) // 100


def team(root: Path, kind: Kind, more: int, base: int = BASE) -> TeamFolder:
    """The submission's folder, judged."""
    path = root / f"{kind}-{more}"
    if not path.is_dir():
        path.mkdir()
        (path / "submission.py").write_text(
            CODE.format(workers=kind == "workers", openmp=kind == "openmp", passes=passes(more, base))
        )
    return folder.judge(path, Limits())


def asked() -> list[Question]:
    """A few examples of every language of every task: 95 parts, as in the competition."""
    found = []
    for task in TASKS.values():
        for language in task.languages:
            texts = {name: ["a", "b"] if name == "tokens" else "text" for name in task.fields}
            found.append(question(task, language, [{"id": str(n), **texts} for n in range(EXAMPLES)]))
    return found
