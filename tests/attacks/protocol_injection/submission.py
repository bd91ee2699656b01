"""Writes frames of its own into the pipe: an answer to a question that was not asked yet, so that it has time to think
about the last one.

More than one answer to a question is no protocol (E135): the attempt counts, with score 0.
"""

import os
import stat
import struct

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        payload = b"[" + b",".join([b'"neutral"'] * len(examples)) + b"]"
        frame = struct.pack("!cI", b"A", len(payload)) + payload
        for number in range(3, 1024):
            try:
                if stat.S_ISFIFO(os.fstat(number).st_mode):
                    os.write(number, frame * 2)
            except OSError:
                pass
        return False
