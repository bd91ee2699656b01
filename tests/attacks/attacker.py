"""What the attacks share, packed beside each: honest answers, and one way to say that an attack got what it wanted.

An attack overrides `attack`. It is called once, at the first hidden examples; until then the submission behaves. What
is tried must be harmless where it works: the suite also runs with protections switched off. If it
returns something true, the next answer is no list: verdict E122, which no attack that fails can have. A real team
would go on quietly; here the organizer shall see it.
"""

import os
from pathlib import Path

PUBLIC = 2
"""Examples of each part that the pre-flight hands over; hidden parts have more."""
HONEST = {"xnli": "neutral", "pawsx": "0", "udpos": "NOUN", "panx": "O"}


def constant(task, examples, labels=HONEST):
    """One label for everything."""
    if task in ("udpos", "panx"):
        return [[labels[task]] * len(example["tokens"]) for example in examples]
    return [labels[task]] * len(examples)


class Attacker:
    """Answers as the honest control does."""

    in_preflight = False
    """Whether to attack in the pre-flight already."""
    at = ""
    """The language in which to attack; the first one that comes if empty."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.asked = set()
        self.won = False

    def predict(self, task, language, examples):
        hidden = len(examples) > PUBLIC
        due = hidden not in self.asked and language in (self.at or language)
        if due and (hidden or self.in_preflight):
            self.asked.add(hidden)
            self.won = bool(self.attack(examples))
        if self.won:
            self.won = False
            return None
        return self.answer(task, language, examples)

    def answer(self, task, language, examples):
        return constant(task, examples)

    def attack(self, examples):
        return False


def any_works(*actions):
    """Whether at least one action neither fails nor returns something empty."""
    return any([works(action) for action in actions])


def works(action):
    try:
        return bool(action())
    except (OSError, ValueError, RuntimeError):
        return False


def run_folder():
    """The folder with all mounts of the run where there are no containers: it holds output, input_data and more."""
    return Path(__file__).resolve().parent.parent


def places(name):
    """Where something of the run may lie: the platform's mount, or a folder of the run without containers."""
    inside = {"input_data": "input_data", "output": "output", "program": "ingestion_program", "data": "../../../worker"}
    return [Path("/app", name), Path(os.path.normpath(run_folder() / inside[name]))]


def read_any(folder):
    """The first bytes of a file, or of any file below a folder; empty if there is none that can be read."""
    found = [("", (), (folder,))] if os.path.isfile(folder) else os.walk(folder)
    for path, _, names in found:
        for name in names:
            try:
                data = Path(path, name).read_bytes()
            except OSError:
                continue
            if data:
                return data[:100]
    return b""
