"""Dies in a way that looks like the machine's fault, after it has seen the first hidden examples: out of memory for the
kernel's killer, with all signals that a machine sends at its end, with the pipes closed.

The attempt counts all the same: only the organizer can give it back.
"""

import os
import signal

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        for number in (signal.SIGTERM, signal.SIGPWR, signal.SIGKILL):
            try:
                os.kill(os.getppid(), number)
            except OSError:
                pass
        os.kill(os.getpid(), signal.SIGKILL)
