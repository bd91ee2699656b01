"""Raises a SyntaxError, whose place is not a frame but attributes that anybody can set: the hidden example as file.

Only a file of the submission and a line within it are shown (E121): the attempt counts, no hidden text is shown.
"""

from attacker import Attacker


class Submission(Attacker):
    at = "en"  # the console is ASCII

    def attack(self, examples):
        text = examples[0]["premise"]
        raise SyntaxError(text, (f"{self.folder}/{text}", 1, 1, text))
