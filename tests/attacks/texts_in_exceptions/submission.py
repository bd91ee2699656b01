"""Raises an error whose message, type, function and file are the hidden examples.

The team reads the code and at most a line of its own files (E121): the attempt counts, no hidden text is shown.
"""

from attacker import Attacker


class Submission(Attacker):
    at = "en"  # the console is ASCII

    def attack(self, examples):
        text = examples[0]["premise"]
        kind = type(text, (Exception,), {})
        source = "\n" * 3 + "def f(kind, text): raise kind(text)"
        space = {}
        exec(compile(source, f"{self.folder}/{text}.py", "exec"), space)
        function = space["f"]
        function.__name__ = function.__qualname__ = text
        function(kind, text)
