"""Reports a fault whose code is a list, so that looking it up fails in the parent and the organizer seems to be at fault.

It is no report (E135): the attempt counts, the parent lives.
"""

import json
import os
import stat
import struct
import time

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        payload = json.dumps({"fault": [], "file": {}, "line": [1]}).encode()
        for number in range(3, 1024):
            try:
                if stat.S_ISFIFO(os.fstat(number).st_mode):
                    os.write(number, struct.pack("!cI", b"F", len(payload)) + payload)
            except OSError:
                pass
        time.sleep(60)
