"""Stops itself and leaves a half answer in the pipe, so that the parent waits for ever.

It is ended at the time limit (E131): the attempt counts.
"""

import os
import signal
import stat

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        for number in range(3, 1024):
            try:
                if stat.S_ISFIFO(os.fstat(number).st_mode):
                    os.write(number, b"A\0\0\0\x40[")
            except OSError:
                pass
        os.kill(os.getpid(), signal.SIGSTOP)
