"""Answers with the hidden example itself, so that the message about the unknown label shows it.

The message says what kind of value it was, and where (E124): the attempt counts, no hidden text is shown.
"""

from attacker import PUBLIC, Attacker


class Submission(Attacker):
    def answer(self, task, language, examples):
        if len(examples) > PUBLIC and task == "xnli":
            return [example["premise"][:20] for example in examples]
        return super().answer(task, language, examples)
