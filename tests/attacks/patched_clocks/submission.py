"""Works for a second with every clock of its process standing still, and sets the system's clock back.

The parent's clock is the one that counts: scored as the honest control, with the whole second in its duration.
"""

import ctypes
import struct
import time

from attacker import Attacker

REALTIME = 0
wait = time.sleep
for name in ("time", "perf_counter", "monotonic", "process_time", "time_ns", "perf_counter_ns", "monotonic_ns"):
    setattr(time, name, lambda: 0)


class Submission(Attacker):
    def attack(self, examples):
        wait(1.0)
        libc = ctypes.CDLL(None)
        past = struct.pack("qq", 1_000_000_000, 0)
        return libc.clock_settime(REALTIME, past) == 0 or libc.settimeofday(past, None) == 0
