"""Takes 700 MiB, spread over processes of 100 MiB each that left their session.

All of them together are over the limit (E132): the attempt counts, the next run is unharmed.
"""

import os
import time

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        for _ in range(7):
            if os.fork() == 0:
                os.setsid()
                kept = bytearray(b"x") * (100 << 20)
                time.sleep(3)
                os._exit(len(kept) == 0)
        time.sleep(3)
        return True
