"""Answers with 50 MB where a few hundred bytes belong.

The length is refused before the bytes are read (E133): the attempt counts.
"""

from attacker import PUBLIC, Attacker


class Submission(Attacker):
    def answer(self, task, language, examples):
        return (
            ["x" * 50_000_000]
            if len(examples) > PUBLIC and (task, language) == ("xnli", "en")
            else super().answer(task, language, examples)
        )
