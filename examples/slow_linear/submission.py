"""The slow twin of `linear`: the same model and the same answers, but one example at a time.

Every call of the model pays anew for what could be shared: features of words that occur again, and one step of the
chain for one sentence instead of thousands. In the ranking only the duration tells the twins apart.
`examples/pack.py` adds the other files of `linear`.
"""

from pathlib import Path

import numpy as np
from pairs import Pairs
from tagger import Tagger

FIELDS = {"xnli": ("premise", "hypothesis"), "pawsx": ("sentence1", "sentence2")}
AT_A_TIME = 1


class Submission:
    def __init__(self, folder: Path):
        self.models = {}
        for task, kind in (("xnli", Pairs), ("pawsx", Pairs), ("udpos", Tagger), ("panx", Tagger)):
            with np.load(folder / "weights" / f"{task}.npz", allow_pickle=False) as stored:
                self.models[task] = kind.restored(stored)

    def predict(self, task: str, language: str, examples: list[dict]) -> list:
        fields = FIELDS.get(task)
        inputs = [tuple(example[field] for field in fields) if fields else example["tokens"] for example in examples]
        answers = []
        for start in range(0, len(inputs), AT_A_TIME):
            answers += self.models[task].predict(language, inputs[start : start + AT_A_TIME])
        return answers
