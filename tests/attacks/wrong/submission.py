"""Answers legal labels that are nearly always wrong. With the honest control it proves that scores are compared.

It must be scored lower than the honest control, and counted.
"""

from attacker import Attacker, constant

WRONG = {"xnli": "contradiction", "pawsx": "1", "udpos": "X", "panx": "I-LOC"}


class Submission(Attacker):
    def answer(self, task, language, examples):
        return constant(task, examples, WRONG)
