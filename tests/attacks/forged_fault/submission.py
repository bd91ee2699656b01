"""Reports a fault of the organizer's and a text of its own through the pipe, to get its attempt back or a message out.

Only a team's own faults are believed: the attempt counts, and the text is nowhere.
"""

import json
import os
import stat
import struct
import time

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        payload = json.dumps({"fault": "E213", "file": "planted-text", "line": 1}).encode()
        for number in range(3, 1024):
            try:
                if stat.S_ISFIFO(os.fstat(number).st_mode):
                    os.write(number, struct.pack("!cI", b"F", len(payload)) + payload)
            except OSError:
                pass
        time.sleep(60)
