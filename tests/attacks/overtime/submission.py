"""Works half a minute in all its threads and processes, deaf to every signal that can be ignored.

It is ended at the time limit of the build on which attacks are tried (E131): the attempt counts.
"""

import os
import signal
import threading
import time

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        os.fork()
        end = time.monotonic() + 30
        threading.Thread(target=self.spin, args=(end,)).start()
        self.spin(end)

    def spin(self, end):
        while time.monotonic() < end:
            pass
