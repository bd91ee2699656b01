"""Answers with labels that look right: a zero-width space, a Cyrillic letter, a lone surrogate, a right-to-left mark.

They are not labels (E124) and none of them is shown: the attempt counts.
"""

from attacker import PUBLIC, Attacker

ODD = ("neutral\u200b", "n\u0435utral", "neutral\ud800", "\u202elartuen", "neutral\0", "\uff4eeutral")


class Submission(Attacker):
    def answer(self, task, language, examples):
        answers = super().answer(task, language, examples)
        return [*ODD, *answers[len(ODD) :]] if len(examples) > PUBLIC else answers
