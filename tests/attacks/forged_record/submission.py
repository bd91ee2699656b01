"""Writes a record of its own, signed with keys that it can guess, and predictions with it: at once, and later from a
process that has left its session.

The output is out of its reach and written by the parent at the end: it must be scored as the honest control.
"""

import hashlib
import hmac
import json
import os
import time

from attacker import Attacker, any_works, places

GUESSES = (b"", b"\0" * 64, hashlib.sha256(b"open ").hexdigest().encode())


def forged(kind, key):
    body = {"kind": kind, "format": 1, "values": {"began": True, "verdict": "ok", "duration": 0.001}}
    text = json.dumps(body, separators=(",", ":"))
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return json.dumps({**body, "signature": signature}, separators=(",", ":")) + "\n"


def write():
    done = False
    for output in places("output"):
        for key in GUESSES:
            for name, kind in (("run_record.json", "run"), ("started_record.json", "started")):
                try:
                    (output / name).write_text(forged(kind, key))
                    done = True
                except OSError:
                    pass
    return done


class Submission(Attacker):
    def attack(self, examples):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for _ in range(100):
                    write()
                    time.sleep(0.05)
            os._exit(0)
        return any_works(write)
