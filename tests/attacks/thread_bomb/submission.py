"""Starts three hundred threads.

They count like processes (E136): the attempt counts, the next run is unharmed.
"""

import threading
import time

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        for _ in range(300):
            threading.Thread(target=time.sleep, args=(3,)).start()
        time.sleep(2)
        return True
