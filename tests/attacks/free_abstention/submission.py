"""Answers `O` for a part of speech: XTREME's evaluation would count it as no answer at all, which costs no precision.

`O` is no label of that task (E124): the attempt counts.
"""

from attacker import PUBLIC, Attacker


class Submission(Attacker):
    def answer(self, task, language, examples):
        if task == "udpos" and len(examples) > PUBLIC:
            return [["O"] * len(example["tokens"]) for example in examples]
        return super().answer(task, language, examples)
