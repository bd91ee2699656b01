"""Answers twice as much as was asked, in the hope that the better half is chosen.

The number is checked (E123): the attempt counts.
"""

from attacker import PUBLIC, Attacker


class Submission(Attacker):
    def answer(self, task, language, examples):
        answers = super().answer(task, language, examples)
        return answers * 2 if len(examples) > PUBLIC else answers
