"""Broken on purpose: the last token of a sentence gets no tag, as when an end mark is cut off once too often.

The pre-flight finds it on public examples (`17 tags for 18 tokens`), before any hidden example is handed out: the
team reads a clear line, and the attempt is not counted.
"""

from pathlib import Path


class Submission:
    def __init__(self, folder: Path):
        pass

    def predict(self, task: str, language: str, examples: list[dict]) -> list:
        if task == "xnli":
            return ["neutral"] * len(examples)
        if task == "pawsx":
            return ["0"] * len(examples)
        tag = "NOUN" if task == "udpos" else "O"
        return [[tag] * (len(example["tokens"]) - 1) for example in examples]
