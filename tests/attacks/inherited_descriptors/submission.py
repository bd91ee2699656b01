"""Tries every descriptor number: a file, folder or socket that the parent forgot to close would be a way out.

There is nothing but the pipes and /dev/null: it must be scored as the honest control.
"""

import os
import stat

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        return any(self.is_loot(number) for number in range(65536))

    def is_loot(self, number):
        try:
            found = os.fstat(number)
        except OSError:
            return False
        null = os.stat("/dev/null")
        pipe = stat.S_ISFIFO(found.st_mode) and number >= 3
        return not pipe and (found.st_dev, found.st_ino) != (null.st_dev, null.st_ino)
