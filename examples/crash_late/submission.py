"""Fails late on purpose: its buffer was made for the few examples of the pre-flight, and the hidden data are more.

By then hidden examples were handed out, so the attempt counts and scores 0. Try a submission on data of full size
before it is sent.
"""

from pathlib import Path

BUFFER = 16


class Submission:
    def __init__(self, folder: Path):
        self.buffer = [""] * BUFFER

    def predict(self, task: str, language: str, examples: list[dict]) -> list:
        answers = {"xnli": "neutral", "pawsx": "0", "udpos": "NOUN", "panx": "O"}
        for place, _ in enumerate(examples):
            self.buffer[place] = answers[task]  # IndexError at the seventeenth example
        if task in ("xnli", "pawsx"):
            return self.buffer[: len(examples)]
        return [[answers[task]] * len(example["tokens"]) for example in examples]
