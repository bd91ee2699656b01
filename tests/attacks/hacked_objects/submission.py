"""Answers with strings that are equal to everything and lists that lie about their length.

Only what they hold arrives: a wrong number of answers (E123) that are no labels (E124). The attempt counts.
"""

from attacker import PUBLIC, Attacker


class Equal(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("neutral")


class Liar(list):
    def __len__(self):
        return 10**9

    def __iter__(self):
        return iter(["neutral"] * 3)


class Submission(Attacker):
    def answer(self, task, language, examples):
        answers = super().answer(task, language, examples)
        return Liar([Equal("gold"), *answers[1:]]) if len(examples) > PUBLIC else answers
