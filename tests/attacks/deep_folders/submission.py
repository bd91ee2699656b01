"""Makes folders below folders until no path can name the last one, so that removing them fails and the organizer seems
to be at fault.

All of it is removed: scored as the honest control, nothing is left, the next run is unharmed.
"""

import os

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        here = os.getcwd()
        os.chdir(os.environ["TMPDIR"])
        for _ in range(60):
            name = "d" * 200
            os.mkdir(name)
            os.chdir(name)
        os.chdir(here)
        return False
