"""Prints 200 MB to both of its outputs, and to every descriptor of that number.

Nothing of it is kept: scored as the honest control, the console stays below four kilobytes.
"""

import os
import sys

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        block = b"printed-by-an-attack\n" * 50000
        for _ in range(100):
            os.write(1, block)
            os.write(2, block)
        print("printed-by-an-attack", file=sys.__stdout__, flush=True)
        return False
