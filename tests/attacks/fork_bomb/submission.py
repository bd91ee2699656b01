"""Forks three hundred processes that wait (a real bomb would not end at three hundred: the machine is not ours alone).

They are counted and ended (E136): the attempt counts, the next run is unharmed.
"""

import os
import time

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        for _ in range(300):
            if os.fork() == 0:
                os.setsid()
                time.sleep(3)
                os._exit(0)
        time.sleep(2)
        return True
