"""Keeps what it computed in the pre-flight in shared memory, which it must be able to write to.

It is gone in the timed run and in the next one: scored as the honest control, twice.
"""

from pathlib import Path

from attacker import Attacker

KEPT = [Path("/dev/shm/kept-by-an-attack"), Path("/dev/shm/.kept/by/an/attack")]


class Submission(Attacker):
    in_preflight = True

    def attack(self, examples):
        found = any([path.exists() for path in KEPT])
        for path in KEPT:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("kept")
        return found
