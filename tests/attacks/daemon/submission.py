"""Starts processes that leave their session and their parent and go on working after the run, to think about the next
one or to slow it down.

All of them are ended with the run: scored as the honest control, nothing is left, the next run is unharmed.
"""

import os
import signal
import time

from attacker import Attacker


def detach(seconds):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            time.sleep(seconds)
        os._exit(0)
    os.wait()


class Submission(Attacker):
    def attack(self, examples):
        for _ in range(3):
            detach(45)
        return False
