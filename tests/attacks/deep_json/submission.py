"""Writes an answer of ten thousand nested brackets, to overflow the stack of whoever reads it.

It is refused as no JSON (E135): the attempt counts, the parent lives.
"""

import os
import stat
import struct

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        payload = b"[" * 4000
        for number in range(3, 1024):
            try:
                if stat.S_ISFIFO(os.fstat(number).st_mode):
                    os.write(number, struct.pack("!cI", b"A", len(payload)) + payload)
            except OSError:
                pass
        return False
