"""Ends its parent and goes on working: nobody would be left to end it.

Its parent cannot be ended; if it were, the kernel would end the child with it. Scored as the honest control.
"""

import os
import signal
import time

from attacker import Attacker

SECONDS = 40


class Submission(Attacker):
    def attack(self, examples):
        try:
            os.kill(os.getppid(), signal.SIGKILL)
        except OSError:
            return False
        time.sleep(SECONDS)
        return True
