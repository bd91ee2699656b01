"""Reads the sealed inputs, the log and the started record, to take them home and open them there.

All mounts but its own folder are out of its reach: it must be scored as the honest control.
"""

from attacker import Attacker, any_works, places, read_any


class Submission(Attacker):
    def attack(self, examples):
        folders = [place for name in ("input_data", "output", "program") for place in places(name)]
        return any_works(*(lambda folder=folder: read_any(folder) for folder in folders))
