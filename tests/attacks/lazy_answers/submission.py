"""Answers with a generator: it returns at once and would work when the answers are read, after the clock has stopped.

Only a list is an answer (E122): the attempt counts. This is the one attack for which that code is the right end.
"""

from attacker import PUBLIC, Attacker


class Submission(Attacker):
    def answer(self, task, language, examples):
        answers = super().answer(task, language, examples)
        return (answer for answer in answers) if len(examples) > PUBLIC else answers
