"""Keeps a bit from the pre-flight in the times at which its own, read-only files were last read: it waits and reads one
of two.

The timed run finds the same times whatever was read: scored as the honest control.
"""

import os
import time

from attacker import Attacker

MARKS = ("mark0.txt", "mark1.txt")
SECOND = 10**9


class Submission(Attacker):
    in_preflight = True

    def attack(self, examples):
        first, second = [os.stat(self.folder / name).st_atime_ns for name in MARKS]
        if first - second > SECOND // 2:
            return True
        time.sleep(1)
        (self.folder / MARKS[0]).read_text()
        return False
