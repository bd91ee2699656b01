"""Answers with objects that run code when they are unpickled, or when their attributes are asked for.

The parent never sees an object, only JSON: the answer is refused (E124), and the attempt counts.
"""

from attacker import PUBLIC, Attacker


class Hostile:
    def __reduce__(self):
        return eval, ("open('/app/output/stray', 'w')",)

    def __getattr__(self, name):
        raise SystemExit(name)


class Submission(Attacker):
    def answer(self, task, language, examples):
        answers = super().answer(task, language, examples)
        return [Hostile(), *answers[1:]] if len(examples) > PUBLIC else answers
