"""Walks through the worker folder, where the keys of the sealed data lie, and through its backups' usual places.

The folder is out of its reach: it must be scored as the honest control.
"""

from attacker import Attacker, any_works, places, read_any


class Submission(Attacker):
    def attack(self, examples):
        folders = [*places("data"), "/root", "/home", "/etc/shadow", "/var", "/run"]
        return any_works(*(lambda folder=folder: read_any(folder) for folder in folders))
